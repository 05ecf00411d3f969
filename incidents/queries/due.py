"""Timers whose next step is due, as plain rows: a storm has no time for models."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from slas.models import Product
from slas.queries.cursors import straight

# No exists() before it: prepared, that becomes a scan of all timers.
DUE = """
SELECT next_fire_at, id FROM incidents_timer
WHERE next_fire_at <= statement_timestamp() AND parked_at IS NULL AND (next_fire_at, id) > (%s, %s)
ORDER BY next_fire_at, id LIMIT %s
"""
LOCK = """
SELECT timer.id, timer.ticket_id, timer.kind, timer.cycle, timer.calendar_id, timer.allowance, timer.started_at,
  timer.cycle_started_at, timer.due_at, timer.stopped_at, timer.is_withdrawn, timer.is_current,
  ticket.number, ticket.title, ticket.priority, ticket.opened_at, ticket.revision_id, ticket.product_id,
  ticket.team_id, ticket.assignee_id, ticket.is_history
FROM incidents_timer AS timer JOIN incidents_ticket AS ticket ON ticket.id = timer.ticket_id
WHERE timer.id = ANY(%s) AND timer.next_fire_at <= statement_timestamp() AND timer.parked_at IS NULL
ORDER BY timer.next_fire_at, timer.id
FOR NO KEY UPDATE OF timer, ticket SKIP LOCKED
"""
OF_TIMER, PRODUCT = 12, 17  # columns before those of the ticket; where its product stands
Key = tuple[datetime, int]


class DueTicket(NamedTuple):
    """What a sweep has to know of a ticket."""

    number: str
    title: str
    priority: str
    opened_at: datetime
    revision_id: int
    product_id: int
    team_id: int
    assignee_id: int | None
    is_history: bool
    product: Product


class DueTimer(NamedTuple):
    """What a sweep has to know of a timer."""

    pk: int
    ticket_id: int
    kind: str
    cycle: int
    calendar_id: int
    allowance: timedelta
    started_at: datetime
    cycle_started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    is_withdrawn: bool
    is_current: bool
    ticket: DueTicket


def keys(limit: int, *, above: Key) -> list[Key]:
    """The next due timers in the order of the index."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [*above, limit])
        return [(at, pk) for at, pk in cursor.fetchall()]


def locked(timers: Sequence[int]) -> list[DueTimer]:
    """Timers that are still due once they are ours. Ticket and timer together, skipping what an action has locked:

    actions lock the ticket first, so neither ever waits for the other.
    """
    with straight() as cursor:
        rows = cursor.execute(LOCK, [list(timers)], binary=True).fetchall()
    # A few products for many tickets.
    products = Product.objects.in_bulk({row[PRODUCT] for row in rows})
    tickets = (DueTicket._make((*row[OF_TIMER:], products[row[PRODUCT]])) for row in rows)
    return [DueTimer._make((*row[:OF_TIMER], ticket)) for row, ticket in zip(rows, tickets, strict=True)]
