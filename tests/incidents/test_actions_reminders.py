"""Who is reminded of what, and when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from incidents.actions import reminders, reviews
from incidents.models import Review
from slas import mail
from slas.actions.notices import Letter
from slas.models import Agreement, Notice, ReviewParticipant, User
from tests.factories import AgreementFactory, House, RevisionFactory, publish
from tests.incidents.rows import NOW, review, taken_on

TODAY = NOW.date()


def of_reviews(now: datetime = NOW) -> list[Letter]:
    return [letter for letter in reminders.of_the_day(now=now) if letter.kind == "review_reminder"]


def of_actions(now: datetime = NOW) -> list[Letter]:
    return [letter for letter in reminders.of_the_day(now=now) if letter.kind == "review_action_due"]


def test_a_week_before_the_participants_are_told_the_facts(house: House) -> None:
    coming = review(house, date(2026, 11, 27))

    assert of_reviews() == [
        Letter(
            key=f"review:{coming.pk}:week:mira:mail:0",
            kind="review_reminder",
            recipient_id=house.mira.pk,
            context={
                "title": "Running the till",
                "agreement": "Kasse · Running the till",
                "rhythm": "monthly",
                "due_on": "2026-11-27",
                "from_on": "2026-10-01",
                "to_on": "2026-11-01",
                "days": 7,
                "path": f"/reviews/{coming.pk}/",
                "reminder": "week",
                "stands_in_for": "",
            },
            subject=f"review:{coming.pk}",
            topic=f"review:{coming.pk}",
        )
    ]


@pytest.mark.parametrize(
    ("days_left", "reminder", "name"),
    [
        (8, None, None),
        (7, "week", "week"),
        (1, "day", "day"),
        (-1, "overdue", "overdue-0"),
        (-8, "overdue", "overdue-1"),
    ],
)
def test_reminders_by_day(house: House, days_left: int, reminder: str | None, name: str | None) -> None:
    coming = review(house, TODAY + timedelta(days_left))

    told = [(letter.key, letter.context["reminder"], letter.context["days"]) for letter in of_reviews()]

    assert told == ([] if name is None else [(f"review:{coming.pk}:{name}:mira:mail:0", reminder, abs(days_left))])


def test_a_day_begins_at_the_agreements_midnight(house: House) -> None:
    review(house, date(2026, 11, 28))

    assert of_reviews(datetime(2026, 11, 20, 22, 59, tzinfo=UTC)) == []
    assert [letter.context["reminder"] for letter in of_reviews(datetime(2026, 11, 20, 23, tzinfo=UTC))] == ["week"]


def reviewed_by(house: House, *people: User) -> Agreement:
    """Another agreement of the till, in force, with these participants."""
    revision = RevisionFactory(agreement=AgreementFactory(product=house.product))
    for person in people:
        ReviewParticipant.objects.create(revision=revision, person=person)
    return publish(revision, provider=house.holger, customer=house.mira).agreement


def test_without_participants_both_sides_are_told(house: House) -> None:
    review(house, TODAY, agreement=reviewed_by(house))

    assert {letter.recipient_id for letter in of_reviews()} == {house.mira.pk, house.holger.pk}


def test_a_deputy_who_takes_part_too_is_told_once_in_the_own_role(house: House) -> None:
    house.mira.deputy, house.mira.absent_from_on = house.olaf, TODAY
    house.mira.save()
    review(house, TODAY, agreement=reviewed_by(house, house.mira, house.olaf))

    told = [(letter.recipient_id, letter.context["stands_in_for"]) for letter in of_reviews()]

    assert told == [(house.olaf.pk, "")]


def test_held_reviews_and_ended_agreements_remind_nobody(house: House) -> None:
    held = review(house, TODAY)
    reviews.hold(held, by=house.mira, now=NOW, notes="", decision="keep")
    assert of_reviews() == []

    review(house, TODAY - timedelta(1))
    assert len(of_reviews()) == 1

    house.revision.in_force_to = NOW
    house.revision.save()
    assert of_reviews() == []


@pytest.mark.parametrize(
    ("days_left", "name"), [(7, None), (2, None), (1, "day"), (0, "day"), (-1, "overdue-0"), (-10, "overdue-1")]
)
def test_the_owner_of_an_action_is_reminded(house: House, days_left: int, name: str | None) -> None:
    old = review(house, date(2026, 1, 12))
    action = taken_on(old, house.jana, TODAY + timedelta(days_left))

    told = [(letter.recipient_id, letter.key) for letter in of_actions()]

    assert told == ([] if name is None else [(house.jana.pk, f"review-action:{action.pk}:{name}:jana:mail:0")])


def test_the_letters_can_be_written(house: House) -> None:
    old = review(house, date(2026, 1, 12), rhythm="yearly")
    taken_on(old, house.jana, TODAY - timedelta(1))
    reviews.remind(now=NOW)

    written = {notice.kind: mail.words(notice, mail.Enclosure()) for notice in Notice.objects.all()}

    assert written["review_reminder"].text.startswith("The review of “Running the till” was due on ")
    assert f"Open the review: http://testserver/reviews/{old.pk}/\n" in written["review_reminder"].text
    assert "Agreement: Kasse · Running the till" in written["review_action_due"].text
    assert "Replace the router" in written["review_action_due"].subject


def test_an_action_that_is_done_reminds_nobody(house: House) -> None:
    action = taken_on(review(house, date(2026, 1, 12)), house.jana, TODAY)
    reviews.remind(now=NOW)

    reviews.complete_action(action, by=house.jana, now=NOW)

    assert of_actions() == []
    assert [notice.state for notice in Notice.objects.filter(kind="review_action_due")] == ["withdrawn"]


def keys_about(coming: Review) -> set[str]:
    return set(Notice.objects.filter(topic=f"review:{coming.pk}").values_list("key", flat=True))


def test_remind_leaves_each_letter_once(house: House) -> None:
    coming = review(house, TODAY + timedelta(1))

    reviews.remind(now=NOW)
    reviews.remind(now=NOW + timedelta(hours=1))
    assert keys_about(coming) == {f"review:{coming.pk}:day:mira:mail:0"}

    reviews.remind(now=NOW + timedelta(days=2))
    reviews.remind(now=NOW + timedelta(days=8))
    reviews.remind(now=NOW + timedelta(days=9))

    assert keys_about(coming) == {
        f"review:{coming.pk}:{name}:mira:mail:0" for name in ("day", "overdue-0", "overdue-1")
    }
