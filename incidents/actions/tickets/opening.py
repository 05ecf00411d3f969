"""Opening a ticket: the revision and the hours of this moment are pinned, the clocks start."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from incidents import ladder, rules
from incidents.actions import letters
from incidents.actions.tickets.asking import ask
from incidents.actions.tickets.effects import planned
from incidents.actions.tickets.reckoning import place_in_queue
from incidents.actions.tickets.writing import write
from incidents.models import Event, Ticket, Timer
from incidents.models.tickets import EventKind
from incidents.queries import ladders
from slas.errors import Refused
from slas.models import Kind, Product, User
from slas.models.parties import Visibility
from slas.queries import parties
from slas.queries.agreements import TargetTerms, Terms

LATE_ENTRY = timedelta(seconds=60)  # opened longer ago than this is history: recorded, never told
# The update timer waits for the first answer.
FROM_OPENING = (Kind.RESPONSE, Kind.RESOLUTION)


def open_ticket(
    product: Product,
    *,
    by: User,
    now: datetime,
    priority: str,
    title: str,
    description: str = "",
    opened_at: datetime | None = None,
    external_reference: str | None = None,
) -> Ticket:
    """Report something about a product; ValueError when `opened_at` lies in the future."""
    _may_open(product, by=by, now=now, opened_at=opened_at)
    # Terms, hours and priority are all those of this one moment.
    at = opened_at or now
    known = ask(product, at)
    if known is None:
        raise Refused(_("%(product)s had no agreement in force then; ask for one first.") % {"product": product.name})
    terms = known.terms
    ticket = Ticket(
        number=known.number,
        product=product,
        revision=terms.revision,
        title=title,
        description=description,
        priority=judged_as(priority, terms),
        # An empty reference would be unique, too, and block the second ticket without one.
        external_reference=external_reference or None,
        reporter=by,
        team=product.team,
        opened_at=at,
        updated_at=now,
        is_history=now - at > LATE_ENTRY,
    )
    timers = _timers(ticket, terms, now=now)
    place_in_queue(ticket, timers)
    opening = Event(ticket=ticket, at=at, kind=EventKind.OPENED, actor=by, facts={"priority": ticket.priority})
    told = letters.new_ticket(ticket, people=known.people, timers=timers, now=now)
    # Whoever opened it knows. A single statement is a transaction of its own: all is there, or nothing.
    write(ticket, timers, opening, [letter for letter in told if letter.recipient_id != by.pk], now=now)
    return ticket


def judged_as(priority: str, terms: Terms) -> str:
    """The priority by which the agreement judges a ticket: a P4 as the lowest it has; Refused for any other gap."""
    known = terms.judged_as(priority)
    if known is None:
        raise Refused(_("The agreement promises nothing for %(priority)s.") % {"priority": priority})
    return known


def _may_open(product: Product, *, by: User, now: datetime, opened_at: datetime | None) -> None:
    if by.changes_nothing:
        raise PermissionDenied(_("Auditors read everything and change nothing."))
    # Most products are open to everybody; only the others cost a query.
    if product.visible_to != Visibility.EVERYONE and not parties.visible_to(by).filter(pk=product.pk).exists():
        raise PermissionDenied(_("You may not open tickets for this product."))
    if opened_at is None:
        return
    if opened_at > now:
        raise ValueError(_("A ticket cannot be opened in the future."))
    if not rules.may_import(by):
        raise PermissionDenied(_("Only importers open tickets in the past."))


def _timers(ticket: Ticket, terms: Terms, *, now: datetime) -> list[Timer]:
    targets = [terms.targets.get((ticket.priority, kind)) for kind in FROM_OPENING]
    return [_timer(ticket, target, now=now) for target in targets if target is not None]


def _timer(ticket: Ticket, target: TargetTerms, *, now: datetime) -> Timer:
    timer = planned(
        ticket, target.kind, allowance=target.allowance, calendar_id=target.calendar.pk, at=ticket.opened_at
    )
    # Nothing has paused it yet, so the clock alone knows the deadline.
    timer.due_at = target.hours.deadline(timer.started_at, timer.allowance)
    timer.reckoned_at = now
    if not ticket.is_history:
        steps = ladders.rules_of(ticket.revision_id).ladders.get(timer.kind, ())
        course = ladder.Course(started_at=timer.started_at, allowance=timer.allowance, hours=target.hours)
        timer.next_fire_at = ladder.next_moment(steps, on=course, history=ladder.History(), now=now)
    return timer
