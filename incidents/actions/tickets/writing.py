"""A new ticket with its timers and its first event, in one statement: opening is the busiest of all moves."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models

from incidents.models import Event, Ticket, Timer

LEFT_TO_THE_DATABASE = frozenset({"id", "number"})


def write(ticket: Ticket, timers: Sequence[Timer], opening: Event) -> None:
    """Insert all of it; afterwards every row knows its key, and the ticket its number."""
    parts = [_inserted("opened_ticket", ticket, "id, number", source="")]
    children: list[Timer | Event] = [*timers, opening]
    rows = [(f"row{place}", row) for place, row in enumerate(children)]
    parts += [_inserted(name, row, "id", source="FROM opened_ticket") for name, row in rows]
    found = ", ".join(["opened_ticket.id", "opened_ticket.number", *(f"{name}.id" for name, _ in rows)])
    tables = ", ".join(["opened_ticket", *(name for name, _ in rows)])
    given = [value for row in (ticket, *timers, opening) for value in _values(row)]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} SELECT {found} FROM {tables}", given)
        ticket.pk, ticket.number, *keys = cursor.fetchone()
    ticket._state.adding, ticket._state.db = False, connection.alias
    for (_, row), key in zip(rows, keys, strict=True):
        row.pk, row.ticket = key, ticket
        row._state.adding, row._state.db = False, connection.alias


def _inserted(name: str, row: models.Model, returning: str, *, source: str) -> str:
    table = type(row)
    columns = _columns(table)
    names = ", ".join(f'"{column.column}"' for column in columns)
    # The ticket has no key yet; the other rows take it from the insert beside theirs.
    given = ["opened_ticket.id" if source and column.name == "ticket" else "%s" for column in columns]
    return (
        f"{name} AS (INSERT INTO {table._meta.db_table} ({names}) "
        f"SELECT {', '.join(given)} {source} RETURNING {returning})"
    )


def _values(row: models.Model) -> list[Any]:  # Any: whatever the database's driver takes
    return [
        column.get_db_prep_save(column.pre_save(row, add=True), connection)
        for column in _columns(type(row))
        if column.name != "ticket"
    ]


@cache
def _columns(table: type[models.Model]) -> "tuple[models.Field[Any, Any], ...]":  # Any: columns of every type
    return tuple(column for column in table._meta.concrete_fields if column.name not in LEFT_TO_THE_DATABASE)
