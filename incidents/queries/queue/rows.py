"""One page of the queue, with everything its rows show."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from incidents import rules
from incidents.models import Pause, Ticket, Timer
from incidents.queries.queue.filters import Cursor, Filters, read_cursor
from incidents.queries.queue.order import Place, places
from incidents.queries.tickets import standing_with
from slas.clock import ServiceHours
from slas.models import Role, User
from slas.queries import calendars

ALL = Filters()
Paused = tuple[Timer, list[Pause]]
# A column of the timers' own query: most tickets never waited, so a query for their pauses would find nothing.
WAITS = ArraySubquery(
    Pause.objects.filter(ticket=OuterRef("ticket"))
    .order_by("started_at", "pk")
    .values(json=JSONObject(reason="reason", started_at="started_at", ended_at="ended_at"))
)


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
    tickets, timers = _tickets(keys)
    return tuple(_row(tickets[key], timers[key], desk, now) for key in keys if key in tickets)


def _tickets(keys: Sequence[int]) -> tuple[dict[int, Ticket], dict[int, list[Paused]]]:
    """Tickets and their current timers with pauses in one query; those few without any timer in a second."""
    around = ("product", "team", "assignee", "reporter")
    tickets: dict[int, Ticket] = {}
    timers: dict[int, list[Paused]] = defaultdict(list)
    running = Timer.objects.filter(ticket__in=keys, is_current=True).annotate(waits=WAITS).order_by("pk")
    for timer in running.select_related(*(f"ticket__{name}" for name in around)):
        tickets[timer.ticket_id] = timer.ticket
        timers[timer.ticket_id].append((timer, [_pause(facts) for facts in timer.waits]))
    rest = set(keys) - tickets.keys()
    if rest:
        tickets |= {ticket.pk: ticket for ticket in Ticket.objects.filter(pk__in=rest).select_related(*around)}
    return tickets, timers


def _pause(facts: dict[str, str | None]) -> Pause:
    ended_at = facts["ended_at"]
    return Pause(
        reason=str(facts["reason"]),
        started_at=datetime.fromisoformat(str(facts["started_at"])),
        ended_at=datetime.fromisoformat(ended_at) if ended_at else None,
    )


def _row(ticket: Ticket, timers: Sequence[Paused], desk: rules.Desk, now: datetime) -> QueueRow:
    clocks = [_clock(timer, pauses, now) for timer, pauses in timers]
    ahead = [
        clock
        for (timer, _), clock in zip(timers, clocks, strict=True)
        # The same timer by which the row was sorted, so that order and text cannot disagree.
        if timer.stopped_at is None and timer.due_at is not None and timer.due_at == ticket.queue_due_at
    ]
    return QueueRow(
        number=ticket.number,
        title=ticket.title,
        priority=ticket.priority,
        status=ticket.status,
        product=ticket.product.name,
        product_slug=ticket.product.slug,
        team=ticket.team.name,
        team_slug=ticket.team.slug,
        assignee=ticket.assignee.name if ticket.assignee else "",
        assignee_username=ticket.assignee.username if ticket.assignee else "",
        reporter=ticket.reporter.name if ticket.reporter else "",
        opened_at=ticket.opened_at,
        waiting_reason=ticket.waiting_reason,
        waiting_since=ticket.waiting_since,
        is_mine=ticket.assignee_id == desk.user.pk,
        clocks=tuple(clocks),
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
