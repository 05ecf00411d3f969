"""Waiting for somebody, and going on."""

from datetime import datetime

from django.utils.translation import gettext as _

from incidents.actions.tickets.moving import moving
from incidents.models import Pause, PauseReason, Ticket
from incidents.models.tickets import EventKind
from slas.models import User

# Not `resolved`: that span is written by reopening and by nobody else.
WAITS_FOR = (PauseReason.REPORTER, PauseReason.SUPPLIER, PauseReason.CHANGE, PauseReason.OTHER)


def pause(
    ticket: Ticket, *, by: User, now: datetime, reason: str, text: str = "", at: datetime | None = None
) -> Ticket:
    """Wait; the revision says which timers stand still meanwhile. ValueError for a reason nobody knows."""
    if reason not in WAITS_FOR:
        raise ValueError(_("Say whom the ticket waits for: the reporter, a supplier, a change or something else."))
    # “Something else” stops promised clocks as well, so it has to be named (contracts.md, Ticket states).
    if reason == PauseReason.OTHER and not text.strip():
        raise ValueError(_("Say what the ticket waits for."))
    with moving("pause", ticket, by=by, now=now, at=at) as case:
        row = case.ticket
        row.resumes_as, row.waiting_reason, row.waiting_since = case.came_from, reason, case.at
        # Appended as well: the reckoning that follows works on the pauses at hand.
        case.pauses.append(Pause.objects.create(ticket=row, reason=reason, text=text, started_at=case.at))
        case.note(EventKind.PAUSED, text=text, reason=str(reason))
    return case.ticket


def resume(ticket: Ticket, *, by: User, now: datetime, at: datetime | None = None) -> Ticket:
    """Go on where the ticket came from."""
    with moving("resume", ticket, by=by, now=now, at=at) as case:
        case.end_pause()
        case.note(EventKind.RESUMED)
    return case.ticket
