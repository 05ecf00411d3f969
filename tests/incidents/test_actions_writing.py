"""A new ticket is one statement: every column as it was meant, all of it or nothing."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from incidents.actions import tickets
from incidents.actions.tickets.effects import planned
from incidents.actions.tickets.writing import write
from incidents.models import Event, Ticket, Timer
from incidents.models.tickets import EventKind
from slas.actions.notices import Letter
from slas.models import CalendarRevision, Notice
from tests.factories import House
from tests.incidents.acting import HOUR, MONDAY_8, opened

Values = dict[str, object]


def values(row: Model) -> Values:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def fresh(house: House, **facts: object) -> Ticket:
    return Ticket(
        number=f"T-{Ticket.objects.count()}", product=house.product, revision=house.revision, priority="P1",
        title="100 % 'quoted' \\ %s", reporter=house.rita, team=house.team, opened_at=MONDAY_8,
        updated_at=MONDAY_8, **facts,
    )  # fmt: skip


def timer(ticket: Ticket, house: House, kind: str = "response") -> Timer:
    hours = CalendarRevision.objects.get(calendar=house.office)
    return planned(ticket, kind, allowance=HOUR + timedelta(microseconds=1), calendar_id=hours.pk, at=MONDAY_8)


def opening(ticket: Ticket, house: House) -> Event:
    return Event(ticket=ticket, at=MONDAY_8, kind=EventKind.OPENED, actor=house.rita, facts={"priority": "P1"})


def letter(house: House, key: str = "T-1:new") -> Letter:
    return Letter(key=key, kind="new", recipient_id=house.jana.pk, context={"title": "Ümlaut %"}, priority="P1")


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"description": "Nothing moves.", "external_reference": "INC-7"},
        {"status": "open", "assignee_label": "Somebody", "is_history": True, "resolved_at": MONDAY_8},
        {"status": "waiting", "waiting_reason": "supplier", "waiting_since": MONDAY_8, "resumes_as": "new"},
    ],
)
def test_every_column_is_kept_whether_usual_or_not(house: House, facts: dict[str, object]) -> None:
    ticket = fresh(house, **facts)
    timers = [timer(ticket, house), timer(ticket, house, "resolution")]
    timers[1].due_at, timers[1].cycle = MONDAY_8 + HOUR, 3
    event = opening(ticket, house)

    write(ticket, timers, event, [letter(house)], now=MONDAY_8)

    for row in (ticket, *timers, event):
        assert values(type(row)._default_manager.get(pk=row.pk)) == values(row)
    assert [(row.key, row.context, row.created_at) for row in Notice.objects.all()] == [
        ("T-1:new", {"title": "Ümlaut %"}, MONDAY_8)
    ]


@pytest.mark.parametrize("timers", [0, 1, 2])
def test_it_is_one_statement_however_much_is_written(house: House, timers: int) -> None:
    ticket = fresh(house)
    rows = [timer(ticket, house, kind) for kind in ("response", "resolution")[:timers]]

    with CaptureQueriesContext(connection) as asked:
        write(ticket, rows, opening(ticket, house), [], now=MONDAY_8)

    assert len(asked) == 1
    assert (Ticket.objects.count(), Timer.objects.count(), Event.objects.count()) == (1, timers, 1)


@pytest.mark.django_db(transaction=True)
def test_all_of_it_is_there_or_nothing(house: House) -> None:
    write(first := fresh(house, external_reference="INC-7"), [], opening(first, house), [], now=MONDAY_8)
    second = fresh(house, external_reference="INC-7")

    with pytest.raises(IntegrityError, match="ticket_reference_unique"):
        write(second, [timer(second, house)], opening(second, house), [letter(house)], now=MONDAY_8)

    assert list(Ticket.objects.values_list("pk", flat=True)) == [first.pk]
    assert not Timer.objects.exists()
    assert not Notice.objects.exists()


def test_what_is_too_long_is_refused(house: House) -> None:
    ticket = fresh(house, assignee_label="x" * 201)

    with pytest.raises(DatabaseError, match="too long"), transaction.atomic():
        write(ticket, [], opening(ticket, house), [], now=MONDAY_8)


def test_what_happens_later_is_found_although_the_beginning_is_at_hand(house: House) -> None:
    ticket = opened(house)

    tickets.pause(ticket, by=house.jana, now=MONDAY_8 + HOUR / 2, reason="supplier", text="Ordered.")

    assert ticket.pauses.get().reason == "supplier"
    assert ticket.timers.filter(kind="update").count() == 0
    assert ticket.timers.count() == 2
