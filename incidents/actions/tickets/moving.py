"""The order of work that every action on a ticket keeps: lock, may, legal, change, reckon."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from incidents import lifecycle, rules
from incidents.actions.tickets import reckoning
from incidents.actions.tickets.case import Case
from incidents.models import Pause, Status, Ticket, Timer
from incidents.rules import Desk
from slas.errors import Refused
from slas.models import User

# Which row of the table it is may depend on what only the lock shows.
Choice = Callable[[Ticket, Desk], str]


def demand(name: str, ticket: Ticket, *, by: User | Desk) -> None:
    """PermissionDenied for whoever may never do this (`name` is that of the API), before what they wrote is judged."""
    if not rules.may_try(by, name, ticket):
        raise _forbidden(ticket)


@contextmanager
def moving(
    action: str | Choice, ticket: Ticket, *, by: User, now: datetime, at: datetime | None = None
) -> Iterator[Case]:
    """Lock, may, legal; then the caller's change; then reckon, all in one transaction."""
    with transaction.atomic():
        row = locked(ticket)
        desk = rules.desk_of(by)
        action = action if isinstance(action, str) else action(row, desk)
        if not rules.may(desk, action, row):
            raise _forbidden(row)
        # Everything below this line was read under the lock.
        case = _read(row, by=by, desk=desk, now=now, at=_moment(row, by=by, now=now, at=at), action=action)
        # What runs and what is late is remembered while nothing has changed yet.
        before = reckoning.begin(case)
        row.status = lifecycle.arrival(case.move, status=row.status, resumes_as=row.resumes_as)
        yield case
        if case.is_changed:
            reckoning.finish(case, before)


def locked(ticket: Ticket) -> Ticket:
    """The ticket as it stands now, until the end of the transaction nobody else's.

    The key stays free: escalations and events that refer to the ticket do not have to wait.
    """
    rows = Ticket.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("product", "revision", "team", "reporter", "assignee").get(pk=ticket.pk)


def _read(ticket: Ticket, *, by: User, desk: Desk, now: datetime, at: datetime, action: str) -> Case:
    move = lifecycle.permitted(action, ticket.status)
    if move is None:
        raise Refused(_impossible(ticket))
    timers: dict[str, Timer] = {}
    # Locked as well, but for their keys: the sweep that is busy with one of them finishes first.
    for timer in Timer.objects.select_for_update(no_key=True).filter(ticket=ticket, is_current=True).order_by("pk"):
        timer.ticket = ticket
        timers[timer.kind] = timer
    return Case(
        ticket=ticket,
        by=by,
        desk=desk,
        now=now,
        at=at,
        action=action,
        move=move,
        came_from=ticket.status,
        timers=timers,
        pauses=list(Pause.objects.filter(ticket=ticket).order_by("started_at", "pk")),
    )


def _forbidden(ticket: Ticket) -> PermissionDenied:
    return PermissionDenied(_("You may not do this with %(number)s.") % {"number": ticket.number})


def _moment(ticket: Ticket, *, by: User, now: datetime, at: datetime | None) -> datetime:
    if at is None:
        # Two requests may reach the lock in another order than they read their clocks.
        return now if ticket.is_history else max(now, ticket.updated_at)
    # The right is asked before the facts, so that a refusal tells nothing to who may not know it.
    if not rules.may_import(by):
        raise PermissionDenied(_("Only importers give a moment of their own."))
    if not ticket.is_history:
        raise Refused(_("Only tickets of the past take a moment of their own."))
    last = ticket.events.aggregate(last=Max("at"))["last"]
    if last is not None and at < last:
        raise Refused(_("Something happened to %(number)s after that moment.") % {"number": ticket.number})
    if at > now:
        raise Refused(_("That moment lies in the future."))
    return at


def _impossible(ticket: Ticket) -> str:
    facts = {"number": ticket.number}
    # Not why it is forbidden but what to do instead, as the person reads it.
    sentences = {
        Status.NEW: _("%(number)s is new; begin work on it first."),
        Status.OPEN: _("%(number)s is already being worked on."),
        Status.WAITING: _("%(number)s is waiting; resume it first."),
        Status.RESOLVED: _("%(number)s is resolved; reopen it first."),
        Status.CLOSED: _("%(number)s is closed; reopen it first, or open a new ticket."),
        Status.REJECTED: _("%(number)s was rejected; open a new ticket instead."),
    }
    return sentences[Status(ticket.status)] % facts
