"""The open tickets of a product with their clocks, as far as the reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

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


def open_tickets(product: Product, *, reader: User, now: datetime) -> list[OpenTicket]:
    """The first visible open tickets, the earliest deadline first; four queries."""
    found = (
        tickets.visible_to(reader)
        .filter(product=product, status__in=LIVE, is_history=False)
        .prefetch_related(
            Prefetch("timers", Timer.objects.order_by("pk")),
            Prefetch("pauses", Pause.objects.order_by("started_at", "pk")),
        )
        .order_by("queue_due_at", "-opened_at", "pk")[:SHOWN]
    )
    return [OpenTicket(ticket=ticket, clocks=_clocks(ticket, now)) for ticket in found]


def _clocks(ticket: Ticket, now: datetime) -> list[Clock]:
    running = [timer for timer in tickets.current_timers(ticket) if timer.stopped_at is None and not timer.is_withdrawn]
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
