"""What a move does to the timers of a ticket, before anything is worked out anew."""

from datetime import datetime, timedelta

from django.db.models import Max

from incidents.actions import breaches
from incidents.actions.tickets.case import Case
from incidents.lifecycle import Effect
from incidents.models import Ticket, Timer
from incidents.models.tickets import EventKind
from slas.queries import agreements
from slas.queries.agreements import TargetTerms, Terms


def apply(case: Case) -> None:
    """Do to the timers what the table of moves says; retargeting and pauses are the caller's."""
    deeds = {Effect.STOP: stop, Effect.RESTART: restart, Effect.GO_ON: go_on, Effect.WITHDRAW: withdraw}
    for kind, effect in case.move.effects.items():
        timer = case.timers.get(kind)
        if timer is None and effect in (Effect.START, Effect.RESTART):
            start(case, pinned_terms(case).targets.get((case.ticket.priority, kind)))
        elif timer is not None and effect in deeds:
            deeds[effect](case, timer)


def pinned_terms(case: Case) -> Terms:
    """What the ticket's revision promises, in the hours in force at its opening, or when it was last moved."""
    # A later edit of a calendar must not reach this ticket, also not by way of a new priority.
    moved_at = case.ticket.events.filter(kind=EventKind.MOVED).aggregate(last=Max("at"))["last"]
    return agreements.terms_of(case.ticket.revision, moved_at or case.ticket.opened_at)


def stop(case: Case, timer: Timer) -> None:
    """The promise is fulfilled, in time or not; a timer that stopped keeps its verdict."""
    # A second answer must not move the moment of the first.
    if is_running(timer):
        timer.stopped_at = case.at


def withdraw(case: Case, timer: Timer) -> None:
    """Nothing is promised any more; it counts neither as met nor as breached."""
    timer.is_withdrawn = True
    # What ended before keeps its end, so that the ledger stays true.
    timer.stopped_at = timer.stopped_at or case.at


def restart(case: Case, timer: Timer) -> None:
    """The row stays as it ended, and a new one takes its place."""
    # The priority has no update target any more, so there is nothing to start over.
    if timer.is_withdrawn:
        return
    stop(case, timer)
    timer.is_current = False
    case.retired.append(timer)
    case.timers[timer.kind] = planned(
        case.ticket, timer.kind, allowance=timer.allowance, calendar_id=timer.calendar_id, at=case.at,
        cycle=timer.cycle + 1,
    )  # fmt: skip


def go_on(case: Case, timer: Timer) -> None:
    """The stop is taken back; a new cycle begins, so that steps of the ladder may fire again."""
    # A target that the priority did without before the resolution does not come back by reopening.
    if timer.is_withdrawn:
        return
    timer.stopped_at = None
    new_cycle(case, timer)
    breaches.unsettle(timer)


def new_cycle(case: Case, timer: Timer) -> None:
    """Steps whose moment has passed by now are left out (incidents.cycle)."""
    timer.cycle += 1
    timer.cycle_started_at = case.at


def start(case: Case, target: TargetTerms | None, *, at: datetime | None = None) -> None:
    """A timer that never ran, where there is a target for it."""
    # Not every priority promises every timer.
    if target is not None and target.kind not in case.timers:
        case.timers[target.kind] = planned(
            case.ticket, target.kind, allowance=target.allowance, calendar_id=target.calendar.pk, at=at or case.at
        )


def planned(
    ticket: Ticket, kind: str, *, allowance: timedelta, calendar_id: int, at: datetime, cycle: int = 1
) -> Timer:
    """A running timer that is not written yet."""
    return Timer(
        ticket=ticket,
        kind=kind,
        cycle=cycle,
        calendar_id=calendar_id,
        allowance=allowance,
        started_at=at,
        cycle_started_at=at,
        reckoned_at=at,
    )


def is_running(timer: Timer) -> bool:
    """Whether the promise is still to be fulfilled, also while the timer stands still or is already late."""
    return timer.stopped_at is None and not timer.is_withdrawn
