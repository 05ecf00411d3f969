"""COPY writes what INSERT would have written, and terms are looked up as rarely as possible."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from incidents.importers.copying import copy
from incidents.importers.history import History, Move
from incidents.importers.replay import replay
from incidents.importers.terms import TermsBook
from incidents.importers.writing import write
from incidents.models import Event, Ticket, TimeEntry, Timer
from slas.models import Product, Revision
from tests.factories import CalendarRevisionFactory, House

OPENED = datetime(2026, 3, 2, 8, tzinfo=UTC)
AS_OF = datetime(2026, 4, 1, tzinfo=UTC)
NASTY = "tab\tnew\nline\r back\\slash \\N \\. “quotes” 'x' ;-- ✓ 👩‍🔧 \u202e"


def told(book: TermsBook, reference: str | None, *moves: Move) -> list[Ticket]:
    terms = book.at(OPENED)
    assert terms is not None
    one = replay(History("Till down", "P3", OPENED, moves, reference=reference), terms=terms, as_of=AS_OF)
    return write([one], product=book.product, as_of=AS_OF, now=None)


def test_copied_events_equal_inserted_ones(house: House) -> None:
    (ticket,) = told(TermsBook(house.product), "INC1")
    rows = [
        {"at": OPENED, "kind": "commented", "text": NASTY, "facts": {"a": [1, None, NASTY]}, "actor_id": house.jana.pk},
        {"at": OPENED + timedelta(microseconds=1), "kind": "closed", "is_public": False, "text": "", "facts": {}},
    ]

    Event.objects.bulk_create(Event(ticket=ticket, **row) for row in rows)
    copy(Event, (Event(ticket=ticket, **row) for row in rows))

    found = Event.objects.filter(ticket=ticket).exclude(kind="opened").order_by("pk")
    values = list(found.values_list("at", "kind", "text", "facts", "actor", "is_public"))
    assert values[:2] == values[2:]
    assert values[0][2:4] == (NASTY, {"a": [1, None, NASTY]})


def test_copying_nothing_writes_nothing(house: House) -> None:
    copy(Event, [])

    assert not Event.objects.exists()


def test_texts_and_people_of_a_history_arrive(house: House) -> None:
    moves = (
        Move(OPENED + timedelta(hours=1), "respond", text=NASTY, actor_id=house.jana.pk),
        Move(OPENED + timedelta(hours=2), "log-time", minutes=25, text="Looked", actor_id=house.jana.pk),
        Move(OPENED + timedelta(hours=3), "reject", "duplicate", "Known", house.jana.pk),
    )

    (ticket,) = told(TermsBook(house.product), None, *moves)

    assert list(ticket.events.order_by("at").values_list("kind", "text", "actor__username", "facts", "is_public")) == [
        ("opened", "", None, {"priority": "P3"}, True),
        ("responded", NASTY, "jana", {}, True),
        ("time_logged", "Looked", "jana", {"minutes": 25}, False),
        ("rejected", "Known", "jana", {"reason": "duplicate"}, True),
    ]
    assert list(TimeEntry.objects.values_list("person__username", "minutes")) == [("jana", 25)]


def test_the_last_change_is_the_moment_of_the_last_move_or_of_the_import(house: House) -> None:
    book = TermsBook(house.product)
    begun = Move(OPENED + timedelta(hours=1), "begin")
    terms = book.at(OPENED)
    assert terms is not None

    (as_it_was,) = told(book, "INC1", begun)
    one = replay(History("Till down", "P3", OPENED, (begun,), reference="INC2"), terms=terms, as_of=AS_OF)
    (imported,) = write([one], product=house.product, as_of=AS_OF, now=AS_OF)

    assert (as_it_was.updated_at, imported.updated_at) == (begun.at, AS_OF)


def test_a_reference_is_written_once_per_product_and_none_as_often_as_it_comes(house: House) -> None:
    book = TermsBook(house.product)

    counts = [len(told(book, reference)) for reference in ("INC1", "INC1", None, None)]

    assert counts == [1, 0, 1, 1]
    other = Product.objects.create(slug="andere", name="Andere", team=house.team, owner=house.mira)
    assert not Ticket.objects.filter(product=other).exists()


def test_tickets_get_numbers_of_our_own(house: House) -> None:
    book = TermsBook(house.product)

    numbers = [told(book, reference)[0].number for reference in ("INC1", "INC2")]

    assert all(number.startswith("T-") for number in numbers)
    assert len(set(numbers)) == 2


def test_terms_are_looked_up_once_while_nothing_changes(
    house: House, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    book = TermsBook(house.product)
    first = book.at(OPENED)

    with django_assert_num_queries(0):
        again = [book.at(OPENED + timedelta(days=day)) for day in range(200)]

    assert {id(found) for found in again} == {id(first)}


def test_terms_change_with_the_revision_and_with_the_calendar(house: House) -> None:
    later, last = OPENED + timedelta(days=10), OPENED + timedelta(days=20)
    longer = CalendarRevisionFactory(calendar=house.office, in_force_from=later, week={"mon": ["06:00-22:00"]})
    Revision.objects.filter(pk=house.revision.pk).update(in_force_to=last)
    book = TermsBook(house.product)

    calendars = [
        terms.targets["P3", "response"].calendar if (terms := book.at(at)) else None
        for at in (OPENED, later - timedelta(microseconds=1), later, last)
    ]

    office = house.office.revisions.get(number=1)
    assert calendars == [office, office, longer, None]
    assert book.at(house.revision.in_force_from - timedelta(microseconds=1)) is None


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_is_written_with_a_fixed_number_of_statements(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    book = TermsBook(house.product)
    terms = book.at(OPENED)
    assert terms is not None
    replays = [
        replay(History("Till down", "P3", OPENED, (), reference=f"INC{number}"), terms=terms, as_of=AS_OF)
        for number in range(count)
    ]

    with django_assert_max_num_queries(10):
        write(replays, product=house.product, as_of=AS_OF, now=None)

    assert Timer.objects.count() == 2 * count
