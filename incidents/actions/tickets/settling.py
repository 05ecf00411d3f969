"""How a ticket ends, and how it comes back."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.actions import letters
from incidents.actions.tickets import effects
from incidents.actions.tickets.moving import moving
from incidents.actions.tickets.talking import written
from incidents.models import Event, Pause, PauseReason, RejectReason, Status, Ticket
from incidents.models.tickets import EventKind
from incidents.rules import is_reopenable
from slas.actions import notices
from slas.errors import Refused
from slas.models import User

BATCH = 500  # tickets closed in one transaction


def resolve(ticket: Ticket, *, by: User, now: datetime, text: str, at: datetime | None = None) -> Ticket:
    """Resolved, and how; a ticket that waited waits no longer."""
    with moving("resolve", ticket, by=by, now=now, at=at) as case:
        # Before the timers stop, so that their deadlines are known when they do.
        case.end_pause()
        effects.apply(case)
        case.ticket.resolved_at = case.at
        event = case.note(EventKind.RESOLVED, text=written(text))
        told = letters.resolved(case.ticket, event=event, now=now)
        notices.put([letter for letter in told if letter.recipient_id != by.pk], now=now)
    return case.ticket


def reopen(ticket: Ticket, *, by: User, now: datetime, reason: str, at: datetime | None = None) -> Ticket:
    """Take it up again; the time since the resolution does not count."""
    with moving("reopen", ticket, by=by, now=now, at=at) as case:
        row = case.ticket
        # Also for closed tickets the window runs from the resolution, not from the closing.
        if row.resolved_at is None or not is_reopenable(row, case.at):
            raise Refused(_("%(number)s was resolved too long ago; open a new ticket.") % {"number": row.number})
        case.pauses.append(
            Pause.objects.create(ticket=row, reason=PauseReason.RESOLVED, started_at=row.resolved_at, ended_at=case.at)
        )
        row.resolved_at = row.closed_at = None
        effects.apply(case)
        case.note(EventKind.REOPENED, text=written(reason))
    return case.ticket


def close(ticket: Ticket, *, by: User, now: datetime, at: datetime | None = None) -> Ticket:
    """Nobody has anything left to do."""
    with moving("close", ticket, by=by, now=now, at=at) as case:
        case.ticket.closed_at = case.at
        case.note(EventKind.CLOSED)
    return case.ticket


def reject(ticket: Ticket, *, by: User, now: datetime, reason: str, text: str, at: datetime | None = None) -> Ticket:
    """No work of this team; nothing is promised any more. ValueError for a reason nobody knows."""
    if reason not in RejectReason.values:
        raise ValueError(_("Choose one of the reasons for a rejection."))
    with moving("reject", ticket, by=by, now=now, at=at) as case:
        case.end_pause()
        effects.apply(case)
        case.ticket.closed_at = case.at
        event = case.note(EventKind.REJECTED, text=written(text), reason=str(reason))
        told = letters.rejected(case.ticket, event=event, now=now)
        notices.put([letter for letter in told if letter.recipient_id != by.pk], now=now)
    return case.ticket


def close_settled(now: datetime) -> int:
    """Close the resolved tickets whose reopen window is over, as sets; returns how many. History stays as it was."""
    closed = 0
    while True:
        with transaction.atomic():
            over = Ticket.objects.filter(
                status=Status.RESOLVED, is_history=False, resolved_at__lt=now - F("revision__reopen_within")
            )
            # Skipping what somebody works on: the next round finds it, if it is still there.
            rows = list(over.select_for_update(of=("self",), skip_locked=True, no_key=True).order_by("pk")[:BATCH])
            Ticket.objects.filter(pk__in=[row.pk for row in rows]).update(
                status=Status.CLOSED, closed_at=now, updated_at=now
            )
            Event.objects.bulk_create(
                [Event(ticket=row, at=now, kind=EventKind.CLOSED, facts={"by_itself": True}) for row in rows]
            )
        closed += len(rows)
        if len(rows) < BATCH:
            return closed
