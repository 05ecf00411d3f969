"""One page of the queue, with everything its rows show."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from incidents import rules
from incidents.models import Pause, Ticket, Timer
from incidents.queries.queue.filters import Cursor, Filters, read_cursor
from incidents.queries.queue.order import Place, places
from incidents.queries.tickets import standing_with
from slas.clock import ServiceHours
from slas.models import Role, User
from slas.queries import calendars
from slas.queries.prepared import Prepared, Row

ALL = Filters()
Facts = dict[str, Any]  # what the database tells about one row, as JSON
# Clocks and pauses ride along with their ticket: one query for the page, and no row is read twice. Descriptions can be
# long, and the queue does not show them.
_ROWS = Prepared("""
SELECT t.id, t.revision_id, t.number, t.title, t.priority, t.status, product.name, product.slug, team.name, team.slug,
  coalesce(assignee.name, ''), coalesce(assignee.username, ''), coalesce(reporter.name, ''), t.opened_at,
  t.waiting_reason, t.waiting_since, t.assignee_id, t.queue_due_at,
  ARRAY(SELECT json_build_object('kind', kind, 'calendar', calendar_id, 'allowance', extract(epoch FROM allowance),
      'started_at', started_at, 'stopped_at', stopped_at, 'due_at', due_at, 'is_withdrawn', is_withdrawn)
    FROM incidents_timer WHERE ticket_id = t.id AND is_current ORDER BY id),
  ARRAY(SELECT json_build_object('reason', reason, 'started_at', started_at, 'ended_at', ended_at)
    FROM incidents_pause WHERE ticket_id = t.id ORDER BY started_at, id)
FROM incidents_ticket t
  JOIN slas_product product ON product.id = t.product_id
  JOIN slas_team team ON team.id = t.team_id
  LEFT JOIN slas_user assignee ON assignee.id = t.assignee_id
  LEFT JOIN slas_user reporter ON reporter.id = t.reporter_id
WHERE t.id = ANY(%s) ORDER BY t.id
""")


@dataclass(frozen=True, slots=True)
class Clock:
    """One timer as the queue shows it; lengths are support time of `hours`."""

    kind: str
    state: str
    due_at: datetime | None
    remaining: timedelta
    allowance: timedelta
    hours: ServiceHours


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One ticket; `next_clock` is the one that runs out first, None when all stand still or have ended."""

    number: str
    title: str
    priority: str
    status: str
    product: str
    product_slug: str
    team: str
    team_slug: str
    assignee: str
    assignee_username: str
    reporter: str
    opened_at: datetime
    waiting_reason: str
    waiting_since: datetime | None
    is_mine: bool
    clocks: tuple[Clock, ...]
    next_clock: Clock | None


# Those the query fills, in its order: all but the last three.
_SHOWN = tuple(field.name for field in fields(QueueRow))[:-3]


@dataclass(frozen=True, slots=True)
class Queue:
    """One page; `next_cursor` is empty on the last one."""

    rows: tuple[QueueRow, ...]
    next_cursor: str


def page(user: User | rules.Desk, *, now: datetime, filters: Filters = ALL, cursor: str = "", size: int = 50) -> Queue:
    """The live tickets this person sees, by support time left; those that stand still come after."""
    desk = user if isinstance(user, rules.Desk) else _desk(user)
    # Every page of one walk is sorted as of its first page, else rows would slip between pages.
    start = read_cursor(cursor, now=now)
    found = places(desk, filters=filters, cursor=start, limit=size + 1)
    shown = found[:size]
    return Queue(
        rows=_rows(shown, desk, now),
        next_cursor=_cursor(shown[-1], start.at).text() if len(found) > size else "",
    )


def _desk(user: User) -> rules.Desk:
    """Whoever reads everything needs no place in the structure."""
    if user.has_role(Role.SERVICE_LEVEL_MANAGER, Role.AUDITOR):
        return rules.Desk(user, *[frozenset()] * 5)
    return rules.desk_of(user)


def _cursor(last: Place, at: datetime) -> Cursor:
    return Cursor(at, is_still=last.is_still, place=last.place, ticket=last.ticket)


def _rows(shown: Sequence[Place], desk: rules.Desk, now: datetime) -> tuple[QueueRow, ...]:
    keys = [place.ticket for place in shown]
    rows = {row[0]: _row(row, desk, now) for row in _ROWS.rows([keys])}
    return tuple(rows[key] for key in keys if key in rows)


def _timer(ticket: Ticket, facts: Facts) -> Timer:
    return Timer(
        ticket=ticket,
        kind=facts["kind"],
        calendar_id=facts["calendar"],
        allowance=timedelta(seconds=facts["allowance"]),
        started_at=datetime.fromisoformat(facts["started_at"]),
        stopped_at=_instant(facts["stopped_at"]),
        due_at=_instant(facts["due_at"]),
        is_withdrawn=facts["is_withdrawn"],
    )


def _pauses(waits: Sequence[Facts]) -> list[Pause]:
    return [
        Pause(
            reason=facts["reason"],
            started_at=datetime.fromisoformat(facts["started_at"]),
            ended_at=_instant(facts["ended_at"]),
        )
        for facts in waits
    ]


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _row(row: Row, desk: rules.Desk, now: datetime) -> QueueRow:
    key, revision, *shown, assignee, queue_due_at, clocks, waits = row
    ticket = Ticket(pk=key, revision_id=revision)
    timers, pauses = [_timer(ticket, facts) for facts in clocks], _pauses(waits)
    standing = [_clock(timer, pauses, now) for timer in timers]
    ahead = [
        clock
        for timer, clock in zip(timers, standing, strict=True)
        # The same timer by which the row was sorted, so that order and text cannot disagree.
        if timer.stopped_at is None and timer.due_at is not None and timer.due_at == queue_due_at
    ]
    return QueueRow(
        **dict(zip(_SHOWN, shown, strict=True)),
        is_mine=assignee == desk.user.pk,
        clocks=tuple(standing),
        next_clock=ahead[0] if ahead else None,
    )


def _clock(timer: Timer, pauses: Sequence[Pause], now: datetime) -> Clock:
    standing = standing_with(timer, pauses=pauses, now=now)
    return Clock(
        kind=timer.kind,
        state=standing.state,
        due_at=standing.due_at,
        remaining=standing.remaining,
        allowance=timer.allowance,
        hours=calendars.hours_by_id(timer.calendar_id),
    )
