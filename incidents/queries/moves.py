"""What it would change to count a running ticket in the calendar revisions now in force."""

from dataclasses import dataclass
from datetime import datetime

from incidents.models import Ticket
from incidents.queries.tickets import current_timers, standing, stopping
from incidents.timers import evaluate
from slas.queries import agreements


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    """One running timer: due now, and due after the move; None while a pause is open."""

    kind: str
    due_at: datetime | None
    would_be_due_at: datetime | None


def preview_move(ticket: Ticket, now: datetime) -> list[MovedDeadline]:
    """The running timers whose calendar has another revision in force; empty when nothing would move."""
    terms = agreements.terms_of(ticket.revision, now)
    found = []
    for timer in current_timers(ticket):
        target = terms.targets.get((ticket.priority, timer.kind))
        # What stopped keeps its verdict, what has no newer hours keeps its deadline.
        if timer.stopped_at is not None or target is None or target.calendar.pk == timer.calendar_id:
            continue
        # Not stored anywhere: the same clock as the action, so that the preview cannot promise anything else.
        after = evaluate(
            allowance=timer.allowance,
            started_at=timer.started_at,
            hours=target.hours,
            pauses=stopping(timer, ticket.pauses.all()),
            stopped_at=None,
            now=now,
        )
        found.append(MovedDeadline(timer.kind, standing(timer, now).due_at, after.due_at))
    return found
