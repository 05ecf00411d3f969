"""Who had a ticket in hand, and for how much support time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.models import Ticket
from incidents.models.tickets import EventKind
from incidents.queries.tickets import current_timers
from slas.clock import Span
from slas.models import Kind
from slas.queries import calendars


@dataclass(frozen=True, slots=True)
class Holding:
    """One holder and the support time a ticket was in these hands, waiting and resolved time left out.

    Nobody in particular is an empty assignee: then the whole team held it. Names of a history are its source's own.
    """

    team: str
    assignee: str
    held: timedelta


def time_by_holder(ticket: Ticket, now: datetime) -> list[Holding]:
    """Support time by team and assignee, in the order in which they first held the ticket.

    Counted in the calendar of the resolution, else of the first timer there is; nothing without any.
    """
    timers = current_timers(ticket)
    timer = next((timer for timer in timers if timer.kind == Kind.RESOLUTION), timers[0] if timers else None)
    if timer is None:
        return []
    hours = calendars.hours_by_id(timer.calendar_id)
    # All of them, whatever the flags: nobody works on what waits for somebody else.
    pauses = [Span(pause.started_at, pause.ended_at) for pause in ticket.pauses.all()]
    held: dict[tuple[str, str], timedelta] = {}
    for holder, since, until in _turns(ticket, ticket.resolved_at or ticket.closed_at or now):
        held[holder] = held.get(holder, timedelta()) + hours.elapsed(since, until, pauses)
    return [Holding(team=team, assignee=assignee, held=span) for (team, assignee), span in held.items()]


def _turns(ticket: Ticket, end: datetime) -> Iterator[tuple[tuple[str, str], datetime, datetime]]:
    since = ticket.opened_at
    for event in ticket.events.filter(kind=EventKind.ASSIGNED).order_by("at", "pk"):
        # Handed over after the resolution: that time belongs to nobody.
        until = min(event.at, end)
        yield _named(event.facts["held_before"]), since, until
        since = until
    yield _now_held_by(ticket), since, end


def _named(holder: dict[str, str]) -> tuple[str, str]:
    return holder["team_name"], holder["assignee_name"]


def _now_held_by(ticket: Ticket) -> tuple[str, str]:
    assignee = ticket.assignee.name if ticket.assignee else ticket.assignee_label
    return ticket.team_label or ticket.team.name, assignee
