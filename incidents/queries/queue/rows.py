"""One page of the queue, with everything its rows show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import Extract, JSONObject

from incidents import rules
from incidents.models import Pause, Ticket, Timer
from incidents.queries.queue.filters import Cursor, Filters, read_cursor
from incidents.queries.queue.order import Place, places
from incidents.queries.tickets import standing_with
from slas.clock import ServiceHours
from slas.models import Role, User
from slas.queries import calendars

ALL = Filters()
Facts = dict[str, Any]  # what the database tells about one row, as JSON
# What a row says about others, by its field: seven columns instead of four whole rows.
NAMES = {
    "product": "product__name", "product_slug": "product__slug", "team": "team__name", "team_slug": "team__slug",
    "assignee": "assignee__name", "assignee_username": "assignee__username", "reporter": "reporter__name",
}  # fmt: skip
# Clocks and pauses ride along with their ticket: one query for the page, and no row is read twice.
CLOCKS = ArraySubquery(
    Timer.objects.filter(ticket=OuterRef("pk"), is_current=True)
    .order_by("pk")
    .values(
        json=JSONObject(
            kind="kind",
            calendar="calendar_id",
            allowance=Extract("allowance", "epoch"),
            started_at="started_at",
            stopped_at="stopped_at",
            due_at="due_at",
            is_withdrawn="is_withdrawn",
        )
    )
)
WAITS = ArraySubquery(
    Pause.objects.filter(ticket=OuterRef("pk"))
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
    found = Ticket.objects.filter(pk__in=keys).annotate(clocks=CLOCKS, waits=WAITS, names=JSONObject(**NAMES))
    # Descriptions can be long, and the queue does not show them.
    tickets = {ticket.pk: ticket for ticket in found.defer("description").order_by("pk")}
    return tuple(
        _row(ticket, ticket.names, [_timer(ticket, facts) for facts in ticket.clocks], _pauses(ticket.waits), desk, now)
        for ticket in (tickets[key] for key in keys if key in tickets)
    )


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


def _row(
    ticket: Ticket, names: Facts, timers: Sequence[Timer], pauses: Sequence[Pause], desk: rules.Desk, now: datetime
) -> QueueRow:
    clocks = [_clock(timer, pauses, now) for timer in timers]
    ahead = [
        clock
        for timer, clock in zip(timers, clocks, strict=True)
        # The same timer by which the row was sorted, so that order and text cannot disagree.
        if timer.stopped_at is None and timer.due_at is not None and timer.due_at == ticket.queue_due_at
    ]
    return QueueRow(
        number=ticket.number,
        title=ticket.title,
        priority=ticket.priority,
        status=ticket.status,
        # Nobody is an empty name.
        **{name: said or "" for name, said in names.items()},
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
