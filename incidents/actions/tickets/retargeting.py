"""Other targets for a ticket that runs: another priority, or the hours now in force."""

from datetime import datetime

from django.db.models import Min, Q
from django.utils.translation import gettext as _

from incidents.actions.tickets import effects
from incidents.actions.tickets.case import Case
from incidents.actions.tickets.moving import moving
from incidents.actions.tickets.opening import judged_as
from incidents.actions.tickets.talking import written
from incidents.models import Ticket, Timer
from incidents.models.tickets import EventKind
from slas.errors import Refused
from slas.models import Kind, Priority, User
from slas.queries import agreements
from slas.queries.agreements import TargetTerms, Terms


def reprioritise(
    ticket: Ticket, *, by: User, now: datetime, priority: str, reason: str, at: datetime | None = None
) -> Ticket:
    """Another priority: what runs takes the new allowance, counted from opening; what stopped keeps its verdict."""
    if priority not in Priority.values:
        raise ValueError(_("Choose one of the priorities."))
    with moving("reprioritise", ticket, by=by, now=now, at=at) as case:
        row, before = case.ticket, case.ticket.priority
        terms = effects.pinned_terms(case)
        row.priority = judged_as(priority, terms)
        # A P4 may be judged as the P3 it already is.
        if row.priority == before:
            raise Refused(_("%(number)s is %(priority)s already.") % {"number": row.number, "priority": row.priority})
        _retarget(case, terms)
        case.note(EventKind.REPRIORITISED, text=written(reason), before=before, after=row.priority)
    return case.ticket


def move(ticket: Ticket, *, by: User, now: datetime, reason: str) -> Ticket:
    """Count in the calendar revisions now in force; a new cycle, because every deadline may move."""
    with moving("move", ticket, by=by, now=now) as case:
        pinned = {timer.kind: timer.calendar_id for timer in case.timers.values()}
        _retarget(case, agreements.terms_of(case.ticket.revision, case.at))
        # After the fact, because only the terms tell which revisions the targets use now.
        if pinned == {timer.kind: timer.calendar_id for timer in case.timers.values()}:
            raise Refused(_("%(number)s counts in the hours now in force already.") % {"number": case.ticket.number})
        case.note(EventKind.MOVED, text=written(reason), is_public=True)
    return case.ticket


def _retarget(case: Case, terms: Terms) -> None:
    for kind in Kind.values:
        target, timer = terms.targets.get((case.ticket.priority, kind)), case.timers.get(kind)
        if timer is None and target is not None:
            _promise_now(case, target)
        elif timer is not None and target is None and effects.is_running(timer):
            effects.withdraw(case, timer)
        elif timer is not None and target is not None:
            _take_target(case, timer, target)


def _take_target(case: Case, timer: Timer, target: TargetTerms) -> None:
    """A timer that stopped keeps its verdict; one that an earlier priority did without comes back."""
    if not timer.is_withdrawn and timer.stopped_at is not None:
        return
    # Its start stays: the new allowance counts from opening (product.md, Timers).
    timer.allowance, timer.calendar_id = target.allowance, target.calendar.pk
    if timer.is_withdrawn:
        timer.is_withdrawn, timer.stopped_at = False, _answered_at(case) if target.kind == Kind.RESPONSE else None
    effects.new_cycle(case, timer)


def _promise_now(case: Case, target: TargetTerms) -> None:
    """A target the earlier priority did not have: it counts from opening, an update from now on once answered."""
    answered_at = None if target.kind == Kind.RESOLUTION else _answered_at(case)
    # Counting updates from opening would break the promise of a time when nobody had promised any.
    if target.kind == Kind.UPDATE:
        if answered_at is not None:
            effects.start(case, target)
        return
    effects.start(case, target, at=case.ticket.opened_at)
    case.timers[target.kind].stopped_at = answered_at


def _answered_at(case: Case) -> datetime | None:
    said = Q(kind__in=(EventKind.BEGUN, EventKind.RESPONDED)) | Q(kind=EventKind.COMMENTED, facts__answers=True)
    first: datetime | None = case.ticket.events.filter(said).aggregate(first=Min("at"))["first"]
    return first
