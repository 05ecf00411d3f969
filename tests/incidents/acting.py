"""Tickets brought to where a test needs them, and their rows as values to compare."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from incidents.actions import tickets
from incidents.models import Event, Ticket, Timer
from slas.models import Notice, User
from tests.factories import House

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MONDAY_8 = datetime(2026, 11, 23, 7, tzinfo=UTC)  # 08:00 in Berlin: the office has just opened
MONDAY_9 = MONDAY_8 + HOUR
MONDAY_10 = MONDAY_8 + 2 * HOUR
MONDAY_11 = MONDAY_8 + 3 * HOUR
MONDAY_12 = MONDAY_8 + 4 * HOUR

Deed = Callable[..., Ticket]


class Row(NamedTuple):
    """A timer as the tests compare it."""

    kind: str
    cycle: int
    due_at: datetime | None
    stopped_at: datetime | None = None
    is_withdrawn: bool = False


def opened(house: House, now: datetime = MONDAY_8, *, by: User | None = None, **facts: object) -> Ticket:
    """A new P1 of the reporter's."""
    words: dict[str, object] = {"priority": "P1", "title": "Till stands still"}
    return tickets.open_ticket(house.product, by=by or house.rita, now=now, **(words | facts))  # type: ignore[arg-type]  # a test's own words


def in_state(house: House, status: str, *, now: datetime = MONDAY_8) -> Ticket:
    """A ticket that came to this state the ordinary way, minute by minute."""
    jana, ticket = house.jana, opened(house, now)
    if status == "new":
        return ticket
    if status == "rejected":
        return tickets.reject(ticket, by=jana, now=now + MINUTE, reason="duplicate", text="See T-1")
    ticket = tickets.respond(ticket, by=jana, now=now + MINUTE, text="We are on it.")
    if status == "waiting":
        return tickets.pause(ticket, by=jana, now=now + 2 * MINUTE, reason="reporter")
    if status in ("resolved", "closed"):
        ticket = tickets.resolve(ticket, by=jana, now=now + 2 * MINUTE, text="Restarted.")
    if status == "closed":
        ticket = tickets.close(ticket, by=jana, now=now + 3 * MINUTE)
    return ticket


def clocks(ticket: Ticket, *, current_only: bool = True) -> list[Row]:
    """The timers as rows, in the order of kind and cycle."""
    found = Timer.objects.filter(ticket=ticket).order_by("kind", "cycle")
    return [
        Row(timer.kind, timer.cycle, timer.due_at, timer.stopped_at, timer.is_withdrawn)
        for timer in found
        if timer.is_current or not current_only
    ]


def clock(ticket: Ticket, kind: str) -> Timer:
    """The current timer of this kind, as stored."""
    return Timer.objects.get(ticket=ticket, kind=kind, is_current=True)


def story(ticket: Ticket) -> list[tuple[str, datetime, str]]:
    """What happened, when and by whom."""
    events = Event.objects.filter(ticket=ticket).select_related("actor").order_by("at", "pk")
    return [(event.kind, event.at, event.actor.username if event.actor else "") for event in events]


def last_event(ticket: Ticket) -> Event:
    """What happened last."""
    found = Event.objects.filter(ticket=ticket).order_by("pk").last()
    assert found is not None
    return found


def letters() -> list[tuple[str, str]]:
    """Every notice in the outbox: its letter and its reader."""
    found = Notice.objects.select_related("recipient").order_by("pk")
    return [(notice.kind, notice.recipient.username) for notice in found]


def do(action: str, ticket: Ticket, *, by: User, now: datetime, house: House) -> Ticket:
    """Any action of the table, with words that make sense."""
    deeds: dict[str, Deed] = {
        "begin": tickets.begin,
        "respond": lambda ticket, **rest: tickets.respond(ticket, text="Soon.", **rest),
        "comment_by_team": lambda ticket, **rest: tickets.comment(ticket, text="Note.", is_public=True, **rest),
        "comment_by_others": lambda ticket, **rest: tickets.comment(ticket, text="Note.", is_public=True, **rest),
        "comment_internal": lambda ticket, **rest: tickets.comment(ticket, text="Note.", is_public=False, **rest),
        "assign": lambda ticket, **rest: tickets.assign(ticket, assignee=house.timo, **rest),
        "pause": lambda ticket, **rest: tickets.pause(ticket, reason="supplier", **rest),
        "resume": tickets.resume,
        "reprioritise": lambda ticket, **rest: tickets.reprioritise(ticket, priority="P2", reason="Less", **rest),
        "move": lambda ticket, **rest: tickets.move(ticket, reason="New hours", **rest),
        "resolve": lambda ticket, **rest: tickets.resolve(ticket, text="Done.", **rest),
        "reopen": lambda ticket, **rest: tickets.reopen(ticket, reason="Again.", **rest),
        "close": tickets.close,
        "reject": lambda ticket, **rest: tickets.reject(ticket, reason="duplicate", text="Known.", **rest),
        "log-time": lambda ticket, **rest: tickets.log_time(ticket, minutes=5, **rest),
    }
    return deeds[action](ticket, by=by, now=now)
