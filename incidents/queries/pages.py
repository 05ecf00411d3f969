"""Everything the page of one ticket shows, read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents import rules
from incidents.models import Breach, Escalation, Event, Ticket, TimeEntry, Timer
from incidents.queries import escalations, tickets
from incidents.queries.holders import Holding, time_by_holder
from incidents.queries.ledgers import Row, ledger_of
from incidents.queries.moves import MovedDeadline, preview_move
from incidents.timers import Standing
from slas.clock import ServiceHours
from slas.models import User
from slas.queries import calendars


@dataclass(frozen=True)
class ShownTimer:
    """A timer with its standing, the clock it runs on, and why it is due then."""

    timer: Timer
    standing: Standing
    hours: ServiceHours
    ledger: list[Row]


@dataclass(frozen=True)
class ShownEscalation:
    """A step that fired, and whether this reader may take it on."""

    row: Escalation
    may_acknowledge: bool


@dataclass(frozen=True)
class TicketPage:
    """One ticket for one reader at one moment; lengths are support time, `worked` is minutes."""

    ticket: Ticket
    timers: Sequence[ShownTimer]
    history: Sequence[Event]
    escalations: Sequence[ShownEscalation]
    breaches: Sequence[Breach]
    holders: Sequence[Holding]
    time_entries: Sequence[TimeEntry]
    actions: Sequence[str]
    moves: Sequence[MovedDeadline]
    reads_internal: bool
    may_explain: bool

    @property
    def worked(self) -> timedelta:
        """All time logged."""
        return timedelta(minutes=sum(entry.minutes for entry in self.time_entries))


def page(ticket: Ticket, *, reader: User, now: datetime) -> TicketPage:
    """What this person sees of a ticket that was read by `tickets.by_number`."""
    # Once for the whole page: a dozen questions follow that would each ask for the reader's place.
    desk = rules.desk_of(reader)
    # Not the ones read with the ticket: this page also names who explained them.
    breaches = list(ticket.breaches.select_related("responsible_team", "explained_by").order_by("due_at", "pk"))
    fired = escalations.visible_to(reader).filter(ticket=ticket).order_by("fired_at", "due_at", "pk")
    return TicketPage(
        ticket=ticket,
        timers=shown_timers(ticket, now),
        history=list(tickets.history(ticket, desk)),
        escalations=[
            ShownEscalation(row, row.acknowledged_at is None and escalations.may_acknowledge(desk, row))
            for row in fired
        ],
        breaches=breaches,
        holders=time_by_holder(ticket, now),
        time_entries=list(tickets.time_worked(ticket, desk)),
        actions=rules.actions_for(desk, ticket, now),
        # Worked out only for those who could press the button: it costs terms and clocks.
        moves=preview_move(ticket, now) if ticket.is_live and rules.may(desk, "move", ticket) else (),
        reads_internal=rules.may_read_internal(desk, ticket),
        # All breaches of a ticket belong to the same teams, so one answer is enough.
        may_explain=bool(breaches) and rules.may_explain(desk, breaches[0]),
    )


def shown_timers(ticket: Ticket, now: datetime) -> list[ShownTimer]:
    """The current timers with their ledgers."""
    # Prefetched with the ticket, and shared by all its timers.
    pauses = list(ticket.pauses.all())
    return [
        ShownTimer(
            timer=timer,
            standing=tickets.standing(timer, now),
            hours=calendars.hours_by_id(timer.calendar_id),
            ledger=ledger_of(timer, pauses=pauses, now=now),
        )
        for timer in tickets.current_timers(ticket)
    ]
