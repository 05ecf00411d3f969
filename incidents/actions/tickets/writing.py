"""A new ticket with its timers, its event and its letters, in one statement: opening is the busiest of all moves."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection, models

from incidents.models import Breach, Event, Pause, Ticket, Timer
from slas.actions import notices
from slas.actions.notices import Letter

PREFETCHED = "_prefetched_objects_cache"  # where Django's managers look before they ask the database
NUMBER = "SELECT concat('T-', nextval('incidents_ticket_number'))"


def draw_number() -> str:
    """The next number, never drawn again: letters name the ticket before it is written."""
    with connection.cursor() as cursor:
        cursor.execute(NUMBER)
        number: str = cursor.fetchone()[0]
    return number


def write(ticket: Ticket, timers: Sequence[Timer], opening: Event, letters: Sequence[Letter], *, now: datetime) -> None:
    """Insert all of it or nothing; afterwards every row knows its key."""
    children: list[Timer | Event] = [*timers, opening]
    given = [value for row in (ticket, *children) for value in _values(row)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(len(timers)), [*given, *notices.given(letters, now=now)])
        ticket.pk, *keys = cursor.fetchone()
    ticket._state.adding, ticket._state.db = False, connection.alias
    for row, key in zip(children, keys, strict=True):
        row.pk, row.ticket = key, ticket
        row._state.adding, row._state.db = False, connection.alias
    _keep_at_hand(ticket, timers)


def _keep_at_hand(ticket: Ticket, timers: Sequence[Timer]) -> None:
    """Whoever shows the new ticket has nothing to read: it has these timers and nothing else yet."""
    at_hand = {"timers": Timer.objects.none(), "pauses": Pause.objects.none(), "breaches": Breach.objects.none()}
    for rows in at_hand.values():
        rows._result_cache = []
    at_hand["timers"]._result_cache = list(timers)
    setattr(ticket, PREFETCHED, at_hand)


@cache
def _statement(timers: int) -> str:
    """One insert hangs on the other, so that a single round trip, and a single commit, does it."""
    parts = [_inserted("opened_ticket", Ticket, source="")]
    names = [f"row{place}" for place in range(timers + 1)]
    tables: list[type[models.Model]] = [*[Timer] * timers, Event]
    parts += [_inserted(name, table, source="FROM opened_ticket") for name, table in zip(names, tables, strict=True)]
    keys = ", ".join(f"{name}.id" for name in ("opened_ticket", *names))
    told = f"told AS ({notices.INSERT})"
    return f"WITH {', '.join([*parts, told])} SELECT {keys} FROM {', '.join(['opened_ticket', *names])}"


def _inserted(name: str, table: type[models.Model], *, source: str) -> str:
    columns = _columns(table)
    names = ", ".join(f'"{column.column}"' for column in columns)
    # The ticket has no key yet; the other rows take it from the insert beside theirs.
    given = ["opened_ticket.id" if source and column.name == "ticket" else "%s" for column in columns]
    return f"{name} AS (INSERT INTO {table._meta.db_table} ({names}) SELECT {', '.join(given)} {source} RETURNING id)"


def _values(row: models.Model) -> list[Any]:  # Any: whatever the database's driver takes
    return [
        column.get_db_prep_save(column.pre_save(row, add=True), connection)
        for column in _columns(type(row))
        if column.name != "ticket"
    ]


@cache
def _columns(table: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":  # Any: columns of every type
    return tuple(column for column in table._meta.concrete_fields if column.name != "id")
