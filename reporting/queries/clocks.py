"""Open tickets with their clocks, as far as the reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from incidents import rules
from incidents.models import Pause, Ticket, Timer
from incidents.models.tickets import LIVE
from incidents.queries import tickets
from incidents.timers import Standing
from slas.clock import ServiceHours
from slas.models import Product, User
from slas.queries import calendars

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Clock:
    """One running target of a ticket."""

    kind: str
    standing: Standing
    hours: ServiceHours


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """A ticket somebody works on, and its clocks that still run."""

    ticket: Ticket
    clocks: Sequence[Clock]


def of_product(product: Product, *, reader: User, now: datetime) -> list[OpenTicket]:
    """The first visible open tickets of a product, the earliest deadline first; four queries."""
    return _first(tickets.visible_to(reader).filter(product=product), now)


def of_person(reader: User | rules.Desk, now: datetime) -> list[OpenTicket]:
    """What waits for this person: their own tickets, and those of their teams that nobody has taken."""
    desk = rules.desk_of(reader)
    mine = Q(assignee=desk.user) | Q(assignee__isnull=True, team__in=desk.teams)
    return _first(tickets.visible_to(desk).filter(mine), now)


def _first(found: QuerySet[Ticket], now: datetime) -> list[OpenTicket]:
    live = found.filter(status__in=LIVE, is_history=False).prefetch_related(
        Prefetch("timers", Timer.objects.order_by("pk")),
        Prefetch("pauses", Pause.objects.order_by("started_at", "pk")),
    )
    shown = live.order_by("queue_due_at", "-opened_at", "pk")[:SHOWN]
    return [OpenTicket(ticket=ticket, clocks=_clocks(ticket, now)) for ticket in shown]


def _clocks(ticket: Ticket, now: datetime) -> list[Clock]:
    # A paused ticket may have a deadline; one without stands last, because its deadline moves.
    running = [timer for timer in tickets.current_timers(ticket) if timer.stopped_at is None and not timer.is_withdrawn]
    # Pauses belong to the ticket: read them once for all its clocks.
    pauses = list(ticket.pauses.all())
    return [
        Clock(
            kind=timer.kind,
            standing=tickets.standing_with(_of(timer, ticket), pauses=pauses, now=now),
            hours=calendars.hours_by_id(timer.calendar_id),
        )
        for timer in running
    ]


def _of(timer: Timer, ticket: Ticket) -> Timer:
    """The timer with its ticket at hand, so that nobody asks the database for it again."""
    timer.ticket = ticket
    return timer
