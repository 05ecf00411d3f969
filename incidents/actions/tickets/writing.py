"""A new ticket with its timers, its event and its letters, in one statement: opening is the busiest of all moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from incidents.models import Event, Ticket, Timer
from slas.actions import notices
from slas.actions.notices import Letter
from slas.queries.prepared import Prepared


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a table, and what stands in it unless somebody says otherwise, also as SQL."""

    field: "models.Field[Any, Any]"  # Any: columns of every type
    usual: object
    literal: str

    def given(self, row: models.Model, database: BaseDatabaseWrapper) -> object:
        """What this row has here, as the driver takes it."""
        value = getattr(row, self.field.attname)
        # Facts are wrapped for the driver; everything else it knows as it is.
        return self.field.get_db_prep_save(value, database) if isinstance(self.field, models.JSONField) else value


Told = tuple[Column, ...]
PREFETCHED = "_prefetched_objects_cache"  # where Django's managers look before they ask the database


def write(ticket: Ticket, timers: Sequence[Timer], opening: Event, letters: Sequence[Letter], *, now: datetime) -> None:
    """Insert all of it or nothing; afterwards every row knows its key."""
    children: list[Timer | Event] = [*timers, opening]
    told = [_told(row) for row in (ticket, *children)]
    database = connections[DEFAULT_DB_ALIAS]
    given = [
        column.given(row, database)
        for row, columns in zip((ticket, *children), told, strict=True)
        for column in columns
    ]
    ((ticket.pk, *keys),) = _statement(tuple(told)).rows([*given, *notices.given(letters, now=now)])
    ticket._state.adding, ticket._state.db = False, DEFAULT_DB_ALIAS
    for row, key in zip(children, keys, strict=True):
        row.pk, row.ticket = key, ticket
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    _keep_at_hand(ticket, timers)


def _keep_at_hand(ticket: Ticket, timers: Sequence[Timer]) -> None:
    """Whoever tells of the new ticket has nothing to read: it has these timers and nothing else yet."""
    # As if prefetched: whoever asks for more than all of it asks the database.
    at_hand = {"timers": ticket.timers.all(), "pauses": ticket.pauses.all(), "breaches": ticket.breaches.all()}
    for name, rows in at_hand.items():
        rows._result_cache = list(timers) if name == "timers" else []
    setattr(ticket, PREFETCHED, at_hand)


def _told(row: models.Model) -> Told:
    """The columns of which this row has something to tell; in the others stands what stands there in most rows."""
    columns = _columns(type(row))
    return tuple(column for column in columns if getattr(row, column.field.attname) != column.usual)


@lru_cache(maxsize=256)
def _statement(rows: tuple[Told, ...]) -> Prepared:
    """One insert hangs on the other, so that a single round trip, and a single commit, does it."""
    ticket, *children = rows
    parts = [_inserted("opened_ticket", ticket, source="")]
    names = [f"row{place}" for place in range(len(children))]
    parts += [_inserted(name, told, source="FROM opened_ticket") for name, told in zip(names, children, strict=True)]
    parts.append(f"told AS ({notices.INSERT})")
    keys = ", ".join(f"{name}.id" for name in ("opened_ticket", *names))
    # Planning so many inserts takes PostgreSQL three times as long as making them.
    return Prepared(f"WITH {', '.join(parts)} SELECT {keys} FROM {', '.join(['opened_ticket', *names])}")


def _inserted(name: str, told: Told, *, source: str) -> str:
    table = told[0].field.model
    columns = _columns(table)
    names = ", ".join(f'"{column.field.column}"' for column in columns)
    given = ["%s" if column in told else column.literal for column in columns]
    if source:
        # The ticket has no key yet; the other rows take it from the insert beside theirs.
        names, given = f"ticket_id, {names}", ["opened_ticket.id", *given]
    return f"{name} AS (INSERT INTO {table._meta.db_table} ({names}) SELECT {', '.join(given)} {source} RETURNING id)"


@cache
def _columns(table: type[models.Model]) -> Told:
    """All but the key and the ticket, which the statement itself knows."""
    fields = [field for field in table._meta.concrete_fields if field.name not in ("id", "ticket")]
    return tuple(Column(field, field.get_default(), _literal(field.get_default())) for field in fields)


def _literal(usual: object) -> str:
    if usual is None or isinstance(usual, bool):
        return {None: "NULL", True: "TRUE", False: "FALSE"}[usual]
    # A number, a word of ours, or an empty object.
    return str(usual) if isinstance(usual, int) else f"'{usual}'"
