"""What is said and begun: it ends the response timer and keeps the update timer going."""

from datetime import datetime

from django.utils.translation import gettext as _

from incidents.actions import letters
from incidents.actions.tickets import effects
from incidents.actions.tickets.case import Case
from incidents.actions.tickets.moving import moving
from incidents.models import Event, PauseReason, Ticket
from incidents.models.tickets import EventKind
from incidents.rules import Desk, is_team
from slas.actions import notices
from slas.models import Kind, User


def begin(ticket: Ticket, *, by: User, now: datetime, at: datetime | None = None) -> Ticket:
    """Work begun, without a text; once it has begun, saying so again changes nothing."""
    with moving("begin", ticket, by=by, now=now, at=at) as case:
        response = case.timers.get(Kind.RESPONSE)
        case.is_changed = case.move.target is not None or (response is not None and effects.is_running(response))
        if case.is_changed:
            effects.apply(case)
            case.note(EventKind.BEGUN)
    return case.ticket


def respond(ticket: Ticket, *, by: User, now: datetime, text: str, at: datetime | None = None) -> Ticket:
    """Answer the reporter in public."""
    with moving("respond", ticket, by=by, now=now, at=at) as case:
        effects.apply(case)
        _tell_reporter(case, case.note(EventKind.RESPONDED, text=written(text)))
    return case.ticket


def comment(
    ticket: Ticket, *, by: User, now: datetime, text: str, is_public: bool, at: datetime | None = None
) -> Ticket:
    """Say something: to the provider's side alone, or in public; the team's public words count as an answer."""
    manner = _publicly if is_public else "comment_internal"
    with moving(manner, ticket, by=by, now=now, at=at) as case:
        effects.apply(case)
        # Kept in the event: a later change of priority asks when the first answer was, and a comment may have been it.
        facts = {"answers": True} if case.action == "comment_by_team" and case.move.touches_timers else {}
        event = case.note(EventKind.COMMENTED, text=written(text), is_public=is_public, **facts)
        if case.action == "comment_by_team":
            # The reporter gets the words, whether or not they stopped a timer.
            _tell_reporter(case, event)
        if case.action == "comment_that_resumes":
            case.end_pause()
            case.note(EventKind.RESUMED)
    return case.ticket


def written(text: str) -> str:
    """The words as they were written; ValueError when there are none."""
    if not text.strip():
        raise ValueError(_("Please write something."))
    return text


def _publicly(ticket: Ticket, desk: Desk) -> str:
    # A member of the team who reported it as well speaks for the team.
    if is_team(desk, ticket):
        return "comment_by_team"
    return "comment_that_resumes" if ticket.waiting_reason == PauseReason.REPORTER else "comment_by_others"


def _tell_reporter(case: Case, event: Event) -> None:
    told = letters.answered(case.ticket, event=event, now=case.now)
    notices.put([letter for letter in told if letter.recipient_id != case.by.pk], now=case.now)
