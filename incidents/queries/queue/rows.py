"""One page of the queue, with everything its rows show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from incidents import rules
from incidents.queries.queue.filters import Cursor, Filters, read_cursor
from incidents.queries.queue.order import Place, places
from incidents.queries.tickets import PlainPause, PlainTicket, PlainTimer, standing_with
from slas.clock import ServiceHours
from slas.models import Role, User
from slas.queries import calendars
from slas.queries.cursors import Row
from slas.queries.prepared import Prepared

ALL = Filters()
# Clock and pauses ride along with their ticket: one query for the page, and no row is read twice. The clock is the one
# by which the row was sorted, so that order and text cannot disagree.
_ROWS = Prepared("""
SELECT t.id, t.number, t.title, t.priority, t.status, product.name, product.slug, team.name,
  coalesce(assignee.name, ''), t.waiting_since, t.revision_id,
  clock.kind, clock.calendar_id, clock.allowance, clock.started_at, clock.due_at,
  ARRAY(SELECT json_build_object('reason', reason, 'started_at', started_at, 'ended_at', ended_at)
    FROM incidents_pause WHERE ticket_id = t.id ORDER BY started_at, id)
FROM incidents_ticket t
  JOIN slas_product product ON product.id = t.product_id
  JOIN slas_team team ON team.id = t.team_id
  LEFT JOIN slas_user assignee ON assignee.id = t.assignee_id
  LEFT JOIN LATERAL (
    SELECT * FROM incidents_timer WHERE ticket_id = t.id AND is_current AND stopped_at IS NULL
      AND NOT is_withdrawn AND due_at = t.queue_due_at ORDER BY id LIMIT 1) clock ON TRUE
WHERE t.id = ANY(%s) ORDER BY t.id
""")


class Clock(NamedTuple):
    """The timer that runs out first; `remaining` is support time of `hours`."""

    kind: str
    state: str
    due_at: datetime | None
    remaining: timedelta
    hours: ServiceHours


class QueueRow(NamedTuple):
    """One ticket; `next_clock` is None when all its timers stand still or have ended."""

    number: str
    title: str
    priority: str
    status: str
    product: str
    product_slug: str
    team: str
    assignee: str
    waiting_since: datetime | None
    next_clock: Clock | None


_SHOWN = len(QueueRow._fields) - 1  # columns after the key that a row shows as they are


@dataclass(frozen=True, slots=True)
class Queue:
    """One page; `next_cursor` is empty on the last one."""

    rows: tuple[QueueRow, ...]
    next_cursor: str


def page(user: User | rules.Desk, *, now: datetime, filters: Filters = ALL, cursor: str = "", size: int = 50) -> Queue:
    """The live tickets this person sees, by support time left; those that stand still come after."""
    desk = desk_of(user)
    # Every page of one walk is sorted as of its first page, else rows would slip between pages.
    start = read_cursor(cursor, now=now)
    found = places(desk, filters=filters, cursor=start, limit=size + 1)
    shown = found[:size]
    return Queue(
        rows=_rows(shown, now),
        next_cursor=_cursor(shown[-1], start.at).text() if len(found) > size else "",
    )


def desk_of(reader: User | rules.Desk) -> rules.Desk:
    """The place by which the queue is narrowed; whoever reads everything needs none."""
    if isinstance(reader, User) and reader.has_role(Role.SERVICE_LEVEL_MANAGER, Role.AUDITOR):
        return rules.Desk(reader, *[frozenset()] * 5)
    return rules.desk_of(reader)


def _cursor(last: Place, at: datetime) -> Cursor:
    return Cursor(at, is_still=last.is_still, place=last.place, ticket=last.ticket)


def _rows(shown: Sequence[Place], now: datetime) -> tuple[QueueRow, ...]:
    keys = [place.ticket for place in shown]
    rows = {row[0]: _row(row, now) for row in _ROWS.rows([keys])}
    return tuple(rows[key] for key in keys if key in rows)


def _row(row: Row, now: datetime) -> QueueRow:
    shown, (revision, kind, *clock, waits) = row[1 : 1 + _SHOWN], row[1 + _SHOWN :]
    if kind is None:
        return QueueRow._make((*shown, None))
    calendar, allowance, started_at, due_at = clock
    timer = PlainTimer(
        PlainTicket(revision), kind, calendar, allowance, started_at, stopped_at=None, due_at=due_at, is_withdrawn=False
    )
    return QueueRow._make((*shown, _clock(timer, [_pause(**facts) for facts in waits], now)))


def _pause(*, reason: str, started_at: str, ended_at: str | None) -> PlainPause:
    end = None if ended_at is None else datetime.fromisoformat(ended_at)
    return PlainPause(reason, datetime.fromisoformat(started_at), end)


def _clock(timer: PlainTimer, pauses: Sequence[PlainPause], now: datetime) -> Clock:
    standing = standing_with(timer, pauses=pauses, now=now)
    hours = calendars.hours_by_id(timer.calendar_id)
    return Clock(timer.kind, standing.state, standing.due_at, standing.remaining, hours)
