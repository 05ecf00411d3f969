"""Which reviews have a row, and which lose it again."""

from datetime import UTC, date, datetime, timedelta

from incidents.actions import planning, reminders
from incidents.models import Review
from slas.actions import notices
from slas.models import Notice, Revision
from tests.factories import AgreementFactory, House, RevisionFactory, publish
from tests.incidents.rows import NOW, review

Planned = tuple[str, date, date, date]


def planned() -> list[Planned]:
    rows = Review.objects.order_by("due_on", "rhythm")
    return list(rows.values_list("rhythm", "period_from_on", "period_to_on", "due_on"))


def successor(house: House, at: datetime, *, rhythms: list[str], every_weeks: int | None = None) -> Revision:
    house.revision.in_force_to = at
    house.revision.save()
    draft = RevisionFactory(
        agreement=house.agreement, in_force_from=at, review_rhythms=rhythms, review_every_weeks=every_weeks
    )
    return publish(draft, provider=house.holger, customer=house.mira)


def test_every_rhythm_of_the_revision_in_force_gets_its_next_review_once(house: House) -> None:
    expected = [
        ("monthly", date(2026, 11, 1), date(2026, 12, 1), date(2026, 12, 14)),
        ("quarterly", date(2026, 10, 1), date(2027, 1, 1), date(2027, 1, 11)),
        ("yearly", date(2026, 1, 1), date(2027, 1, 1), date(2027, 1, 11)),
    ]

    planning.plan(now=NOW)
    first = planned()
    planning.plan(now=NOW)

    assert first == planned() == expected


def test_a_rhythm_of_weeks_of_ones_own_is_planned_like_the_others(house: House) -> None:
    successor(house, NOW - timedelta(days=1), rhythms=[], every_weeks=3)

    planning.plan(now=NOW)

    # Three weeks each since the week in which the agreement began.
    [(rhythm, from_on, to_on, due_on)] = planned()
    assert (rhythm, to_on - from_on, due_on) == ("every_n_weeks", timedelta(weeks=3), to_on)
    assert due_on > NOW.date()


def test_after_a_review_that_was_held_early_there_is_a_next_one(house: House) -> None:
    successor(house, NOW - timedelta(days=1), rhythms=["monthly"])
    planning.plan(now=NOW)
    Review.objects.update(held_at=NOW, held_by=house.mira, decision="keep")

    planning.plan(now=NOW)
    planning.plan(now=NOW)

    assert [due for *_, due in planned()] == [date(2026, 12, 14), date(2027, 1, 11)]


def test_months_in_which_the_machine_stood_still_are_made_up(house: House) -> None:
    review(house, date(2026, 9, 14))

    planning.plan(now=NOW)

    monthly = [due for rhythm, *_, due in planned() if rhythm == "monthly"]
    assert monthly == [date(2026, 9, 14), date(2026, 10, 12), date(2026, 11, 9), date(2026, 12, 14)]


def test_drafts_ended_and_coming_agreements_are_not_reviewed(house: House) -> None:
    house.revision.in_force_to = NOW
    house.revision.save()
    RevisionFactory(agreement=AgreementFactory())
    coming = RevisionFactory(agreement=AgreementFactory(), in_force_from=NOW + timedelta(seconds=1))
    publish(coming, provider=house.holger, customer=house.mira)

    planning.plan(now=NOW)

    assert planned() == []


def test_only_the_agreement_asked_for_is_planned(house: House) -> None:
    other = RevisionFactory(agreement=AgreementFactory(), review_rhythms=["yearly"])
    publish(other, provider=house.holger, customer=house.mira)

    planning.plan(now=NOW, agreement=other.agreement)

    assert [(row.agreement_id, row.rhythm) for row in Review.objects.all()] == [(other.agreement_id, "yearly")]


def test_a_new_rhythm_drops_the_planned_reviews_of_the_old_one_and_keeps_what_is_due(house: House) -> None:
    planning.plan(now=NOW)
    overdue = review(house, date(2026, 11, 9))
    successor(house, NOW, rhythms=["yearly"], every_weeks=4)

    planning.plan(now=NOW + timedelta(minutes=1))

    # Counted in fours from the Monday of the week in which the agreement began: 29 December 2025.
    assert planned() == [
        ("monthly", date(2026, 10, 1), date(2026, 11, 1), overdue.due_on),
        ("every_n_weeks", date(2026, 11, 2), date(2026, 11, 30), date(2026, 11, 30)),
        ("yearly", date(2026, 1, 1), date(2027, 1, 1), date(2027, 1, 11)),
    ]


def test_a_successor_with_the_same_rhythm_changes_nothing(house: House) -> None:
    planning.plan(now=datetime(2026, 11, 3, tzinfo=UTC))
    before = planned()
    successor(house, datetime(2026, 11, 5, tzinfo=UTC), rhythms=["monthly", "quarterly", "yearly"])

    planning.plan(now=datetime(2026, 11, 5, tzinfo=UTC))

    assert planned() == before
    assert before[0] == ("monthly", date(2026, 10, 1), date(2026, 11, 1), date(2026, 11, 9))


def test_a_rhythm_taken_up_again_is_not_made_up_for_the_time_without_it(house: House) -> None:
    review(house, date(2026, 3, 9), rhythm="weekly")
    successor(house, datetime(2026, 11, 12, tzinfo=UTC), rhythms=["weekly"])

    planning.plan(now=NOW)

    assert [due for _rhythm, *_, due in planned()] == [
        date(2026, 3, 9),
        date(2026, 11, 16),
        date(2026, 11, 23),
        date(2026, 11, 30),
    ]


def test_a_dropped_review_takes_its_letters_along(house: House) -> None:
    dropped = review(house, date(2026, 11, 25), rhythm="weekly")
    letters = [letter for letter in reminders.of_the_day(now=NOW) if letter.topic == reminders.topic_of(dropped)]
    notices.put(letters, now=NOW)

    planning.plan(now=NOW)

    assert not Review.objects.filter(pk=dropped.pk).exists()
    assert list(Notice.objects.values_list("recipient", "state")) == [(house.mira.pk, "withdrawn")]
