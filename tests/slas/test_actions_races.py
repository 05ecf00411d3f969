"""Two people at once, on a real PostgreSQL: one wins, the other is told so, and nothing is half done."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.utils import translation

from slas.actions import agreements, calendars, parties, products
from slas.errors import Refused
from slas.importers.applying import apply
from slas.models import (
    Agreement,
    Calendar,
    CalendarRevision,
    FallbackPerson,
    Product,
    Revision,
    Team,
    User,
)
from slas.queries.schedules import Schedule
from slas.queries.wordings import Wording, wording_of
from tests.factories import OFFICE_WEEK, House, ProductFactory, build_house
from tests.slas.test_apply import example

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)
OFFICE = Schedule("Europe/Berlin", {day: tuple(hours) for day, hours in OFFICE_WEEK.items()})
Deed = Callable[[], object]


@pytest.fixture
def people() -> House:
    """The house, committed, so that other connections see it."""
    return build_house()


def at_once(*deeds: Deed) -> list[str]:
    """Do all of it at the same moment, each on a connection of its own; what each of them was told, sorted."""
    start, said = threading.Barrier(len(deeds)), list[str]()

    def run(deed: Deed) -> None:
        try:
            with translation.override("en"):
                start.wait()
                deed()
            said.append("done")
        except (Refused, PermissionDenied) as refusal:
            said.append(str(refusal))
        except DatabaseError as wrong:
            # Nobody may ever read this: an action turns it into a sentence.
            said.append(f"broken: {wrong}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


def words(house: House, title: str = "Betrieb") -> Wording:
    """The words of the house under another title."""
    return replace(wording_of(house.revision), title=title)


def drafted(house: House, title: str = "Betrieb", start: datetime = NOW) -> Revision:
    """The next revision of the house's agreement, as a draft."""
    wording = words(house, title)
    return agreements.draft(house.agreement, wording=wording, in_force_from=start, by=house.vera, now=NOW)


def periods(agreement: Agreement) -> list[tuple[int, datetime, datetime | None, bool]]:
    """Every revision with its period and whether it is published."""
    rows = agreement.revisions.order_by("number")
    return [(row.number, row.in_force_from, row.in_force_to, row.is_published) for row in rows]


def test_both_sides_sign_at_once_and_it_is_published_once(people: House) -> None:
    draft = drafted(people)

    said = at_once(
        lambda: agreements.sign_as_provider(draft, by=people.holger, now=NOW),
        lambda: agreements.sign_as_customer(draft, by=people.mira, now=NOW),
    )

    found = Revision.objects.get(pk=draft.pk)
    assert said == ["done", "done"]
    assert (found.provider_signed_by, found.customer_signed_by, found.published_at) == (
        people.holger,
        people.mira,
        NOW,
    )
    assert periods(people.agreement) == [
        (1, people.revision.in_force_from, NOW, True),
        (2, NOW, None, True),
    ]


def test_two_of_one_side_sign_at_once_and_one_signature_stands(people: House) -> None:
    draft = drafted(people)

    said = at_once(
        lambda: agreements.sign_as_provider(draft, by=people.holger, now=NOW),
        lambda: agreements.sign_as_provider(draft, by=people.doris, now=NOW),
    )

    found = Revision.objects.get(pk=draft.pk)
    assert said == ["done", "done"]
    assert found.provider_signed_by in {people.holger, people.doris}
    assert (found.customer_signed_by, found.published_at) == (None, None)


def test_one_person_on_two_screens_cannot_sign_for_both_sides(people: House) -> None:
    draft = drafted(people)

    said = at_once(
        lambda: agreements.sign_as_provider(draft, by=people.adam, now=NOW),
        lambda: agreements.sign_as_customer(draft, by=people.adam, now=NOW),
    )

    found = Revision.objects.get(pk=draft.pk)
    assert said == [
        "You have already signed for the other side. Somebody else must sign for this one.",
        "done",
    ]
    assert found.published_at is None
    assert (found.provider_signed_by is None) != (found.customer_signed_by is None)


def test_two_drafts_at_once_leave_one(people: House) -> None:
    said = at_once(
        lambda: drafted(people, "Erster"),
        lambda: drafted(people, "Zweiter"),
    )

    assert said == ["There is already a draft of this agreement. Change that one.", "done"]
    [draft] = Revision.objects.filter(published_at__isnull=True)
    assert draft.number == 2
    assert draft.targets.count() == 7


def test_two_agreements_of_one_name_at_once_leave_one(people: House) -> None:
    def create() -> object:
        return agreements.create(
            people.product, slug="neu", wording=words(people), in_force_from=NOW, by=people.vera, now=NOW
        )

    said = at_once(create, create)

    assert said.count("done") == 1
    assert not any(one.startswith("broken") for one in said)
    assert Agreement.objects.filter(slug="neu").count() == 1
    assert Revision.objects.filter(agreement__slug="neu").count() == 1


def test_publishing_and_retiring_at_once_leaves_no_gap_and_no_overlap(people: House) -> None:
    draft = drafted(people, start=NOW + 9 * DAY)
    agreements.sign_as_customer(draft, by=people.mira, now=NOW)

    said = at_once(
        lambda: agreements.sign_as_provider(draft, by=people.holger, now=NOW),
        lambda: agreements.retire(people.revision, by=people.vera, now=NOW),
    )

    first, second = Revision.objects.filter(agreement=people.agreement).order_by("number")
    if said == ["done", "done"]:
        # Retired first: the successor starts later and nothing counts in between, as was asked.
        assert (first.in_force_to, second.in_force_from, second.is_published) == (NOW, NOW + 9 * DAY, True)
    else:
        assert said == ["The end of this revision is already agreed and cannot be moved.", "done"]
        assert (first.in_force_to, second.in_force_from) == (NOW + 9 * DAY, NOW + 9 * DAY)


def test_retiring_twice_at_once_sets_one_end(people: House) -> None:
    said = at_once(
        lambda: agreements.retire(people.revision, by=people.vera, now=NOW, at=NOW + DAY),
        lambda: agreements.retire(people.revision, by=people.vera, now=NOW, at=NOW + 2 * DAY),
    )

    assert said == ["The end of this revision is already agreed and cannot be moved.", "done"]
    assert Revision.objects.get(pk=people.revision.pk).in_force_to in {NOW + DAY, NOW + 2 * DAY}


def test_signing_while_the_words_change_never_signs_other_words(people: House) -> None:
    draft = drafted(people, "Alte Worte")

    said = at_once(
        lambda: agreements.sign_as_provider(draft, by=people.holger, now=NOW),
        lambda: agreements.change(
            draft, wording=words(people, "Neue Worte"), in_force_from=NOW, by=people.vera, now=NOW
        ),
    )

    found = Revision.objects.get(pk=draft.pk)
    assert said == ["done", "done"]
    assert (found.title, found.published_at) == ("Neue Worte", None)
    assert found.provider_signed_by in {None, people.holger}


def test_discarding_while_somebody_signs_is_told_to_whoever_came_second(people: House) -> None:
    draft = drafted(people)

    said = at_once(
        lambda: agreements.discard(draft, by=people.vera, now=NOW),
        lambda: agreements.sign_as_provider(draft, by=people.holger, now=NOW),
    )

    assert said in (["Somebody else discarded this draft just now.", "done"], ["done", "done"])
    assert periods(people.agreement) == [(1, people.revision.in_force_from, None, True)]


def test_two_calendar_revisions_at_once_get_two_numbers(people: House) -> None:
    one = replace(OFFICE, closed=(date(2026, 12, 24),))
    other = replace(OFFICE, closed=(date(2026, 12, 31),))

    said = at_once(
        lambda: calendars.revise(people.office, schedule=one, by=people.vera, now=NOW),
        lambda: calendars.revise(people.office, schedule=other, by=people.vera, now=NOW),
    )

    rows = CalendarRevision.objects.filter(calendar=people.office).order_by("number")
    assert said == ["done", "done"]
    assert [row.number for row in rows] == [1, 2, 3]
    assert sorted(str(row.closed) for row in rows) == ["['2026-12-24']", "['2026-12-31']", "[]"]


def test_the_same_calendar_revision_twice_at_once_is_written_once(people: House) -> None:
    closed = replace(OFFICE, closed=(date(2026, 12, 24),))

    def revise() -> object:
        return calendars.revise(people.office, schedule=closed, by=people.vera, now=NOW)

    assert at_once(revise, revise, revise) == ["done", "done", "done"]
    assert people.office.revisions.count() == 2


@pytest.mark.parametrize("kind", ["calendar", "team", "product", "person"])
def test_two_of_one_name_at_once_leave_one_and_a_sentence(people: House, kind: str) -> None:
    deeds: dict[str, Deed] = {
        "calendar": lambda: calendars.create(name="Neu", schedule=OFFICE, by=people.vera, now=NOW),
        "team": lambda: products.create_team(slug="neu", name="Neu", lead=people.holger, by=people.vera, now=NOW),
        "product": lambda: products.create_product(
            slug="neu", name="Neu", team=people.team, owner=people.mira, by=people.vera, now=NOW
        ),
        "person": lambda: parties.create_person(
            username="neu", name="Neu", email="neu@example.test", by=people.vera, now=NOW
        ),
    }
    rows: dict[str, Sequence[object]] = {
        "calendar": Calendar.objects.filter(name="Neu"),
        "team": Team.objects.filter(slug="neu"),
        "product": Product.objects.filter(slug="neu"),
        "person": User.objects.filter(username="neu"),
    }

    said = at_once(deeds[kind], deeds[kind])

    assert said.count("done") == 1
    assert not any(one.startswith("broken") for one in said)
    assert len(rows[kind]) == 1


def test_two_orders_of_the_fallback_at_once_leave_one_of_them_whole(people: House) -> None:
    one, other = [people.jana, people.vera], [people.timo, people.doris, people.vera]

    said = at_once(
        lambda: parties.set_fallback(one, by=people.vera, now=NOW),
        lambda: parties.set_fallback(other, by=people.vera, now=NOW),
    )

    assert "done" in said
    assert not any(word.startswith("broken") for word in said)
    assert [row.person for row in FallbackPerson.objects.order_by("position")] in (one, other)


def test_two_people_cannot_become_each_others_manager_at_once(people: House) -> None:
    said = at_once(
        lambda: parties.change_person(people.rita, by=people.vera, now=NOW, manager=people.stella),
        lambda: parties.change_person(people.stella, by=people.vera, now=NOW, manager=people.rita),
    )

    assert said[1] == "done"
    assert said[0].endswith("already; a reporting line cannot run in a circle.")
    rita, stella = (User.objects.get(username=name) for name in ("rita", "stella"))
    assert (rita.manager == stella) != (stella.manager == rita)


def test_one_file_applied_twice_at_once_creates_everything_once() -> None:
    said = at_once(*[lambda: apply(example(), now=NOW)] * 3)

    assert said == ["done", "done", "done"]
    counts = (User, Team, Product, Calendar, CalendarRevision, Agreement, Revision)
    assert [model.objects.count() for model in counts] == [4, 1, 1, 2, 2, 1, 1]


def test_signing_for_two_products_at_once_does_not_wait_for_each_other(people: House) -> None:
    other = ProductFactory(slug="lager", team=people.team, owner=people.mira)
    drafts = [
        drafted(people),
        agreements.create(other, slug="lager", wording=words(people), in_force_from=NOW, by=people.vera, now=NOW),
    ]
    for draft in drafts:
        agreements.sign_as_customer(draft, by=people.mira, now=NOW)

    said = at_once(
        *(lambda draft=draft: agreements.sign_as_provider(draft, by=people.holger, now=NOW) for draft in drafts)
    )

    assert said == ["done", "done"]
    assert Revision.objects.filter(published_at=NOW).count() == 2
