"""Tickets as people may see them, and how their timers stand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet

from incidents import rules
from incidents.models import Event, Pause, PauseReason, Ticket, TimeEntry, Timer
from incidents.models.tickets import EventKind
from incidents.queries.ladders import rules_of
from incidents.timers import Standing, evaluate
from slas.clock import Span
from slas.models import User
from slas.queries import calendars

# A reason for a pause or a hand-over stands in the history, not in the conversation.
SPOKEN = (EventKind.RESPONDED, EventKind.COMMENTED, EventKind.RESOLVED, EventKind.REJECTED)


class PlainTicket(NamedTuple):
    """What a timer has to know of its ticket. Plain rows are for long lists, which have no time for models."""

    revision_id: int


class PlainTimer(NamedTuple):
    """What the standing of a timer is read from."""

    ticket: PlainTicket
    kind: str
    calendar_id: int
    allowance: timedelta
    started_at: datetime
    stopped_at: datetime | None
    due_at: datetime | None
    is_withdrawn: bool


class PlainPause(NamedTuple):
    """What a pause adds to it."""

    reason: str
    started_at: datetime
    ended_at: datetime | None


AnyTimer = Timer | PlainTimer
AnyPause = Pause | PlainPause


def visible_to(user: User | AnonymousUser | rules.Desk) -> QuerySet[Ticket]:
    """The tickets this person may see, newest first."""
    found = Ticket.objects.filter(rules.visible(user))
    # Two tickets of one second would otherwise change places from page to page.
    return found.select_related("product", "revision").order_by("-opened_at", "-pk")


def by_number(user: User | AnonymousUser, number: str) -> Ticket:
    """One visible ticket with everything its page shows; `Ticket.DoesNotExist` when there is none for this person."""
    return with_all_shown(visible_to(user)).get(number=number)


def with_all_shown(found: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Everything that a ticket shows beside its own row, in a fixed number of queries."""
    return found.select_related(
        "product", "product__team", "revision__agreement", "reporter", "assignee", "team"
    ).prefetch_related(
        Prefetch("timers", Timer.objects.order_by("pk")),
        Prefetch("pauses", Pause.objects.order_by("started_at", "pk")),
        "breaches__responsible_team",
    )


def current_timers(ticket: Ticket) -> list[Timer]:
    """The timers that count now: response, update, resolution, as far as they are promised."""
    order = ("response", "update", "resolution")
    found = [timer for timer in ticket.timers.all() if timer.is_current]
    return sorted(found, key=lambda timer: order.index(timer.kind))


def standing(timer: Timer, now: datetime) -> Standing:
    """How a timer stands at this moment."""
    return standing_with(timer, pauses=timer.ticket.pauses.all(), now=now)


def standing_with(timer: AnyTimer, *, pauses: Iterable[AnyPause], now: datetime) -> Standing:
    """How a timer stands, by pauses already at hand."""
    found = evaluate(
        allowance=timer.allowance,
        started_at=timer.started_at,
        hours=calendars.hours_by_id(timer.calendar_id),
        pauses=stopping(timer, pauses),
        stopped_at=timer.stopped_at,
        now=now,
    )
    # The clock does not know of rejections; it would judge a timer that nobody owes any more.
    return replace(found, state="withdrawn") if timer.is_withdrawn else found


def stopping(timer: AnyTimer, pauses: Iterable[AnyPause]) -> list[Span]:
    """The spans in which this timer stands still; the time after a resolution never counts, whatever the flags say."""
    is_stopped = timer.kind in rules_of(timer.ticket.revision_id).paused_kinds
    return [
        Span(pause.started_at, pause.ended_at) for pause in pauses if is_stopped or pause.reason == PauseReason.RESOLVED
    ]


def comments(ticket: Ticket, user: User | rules.Desk) -> QuerySet[Event]:
    """What was written, in order; internal words only for those who may read them."""
    spoken = ticket.events.filter(kind__in=SPOKEN).exclude(text="").select_related("actor").order_by("at", "pk")
    return spoken if rules.may_read_internal(user, ticket) else spoken.filter(is_public=True)


def history(ticket: Ticket, user: User | rules.Desk) -> QuerySet[Event]:
    """Every move in order; internal words and time worked only for those who may read them."""
    # By moment and key: moves of one import often share the minute.
    moves = ticket.events.select_related("actor").order_by("at", "pk")
    return moves if rules.may_read_internal(user, ticket) else moves.filter(is_public=True)


def time_worked(ticket: Ticket, user: User | rules.Desk) -> QuerySet[TimeEntry]:
    """Minutes worked, in order; nothing for those who may not read them."""
    entries = ticket.time_entries.select_related("person").order_by("at", "pk")
    return entries if rules.may_read_internal(user, ticket) else entries.none()
