"""Broken promises: recorded once, settled when the timer stops, explained by people."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from incidents import rules
from incidents.models import Breach, Event, Pause, Ticket, Timer
from incidents.models.tickets import EventKind
from incidents.queries.due import DueTimer
from incidents.queries.tickets import stopping
from slas.models import Team, User
from slas.queries import calendars


def record(timers: Iterable[Timer | DueTimer], *, now: datetime) -> int:
    """Record that these timers missed their deadlines; the same deadline of a timer is missed once.

    `due_at` is the moment of the breach, not the discovery. Returns how many were new.
    """
    found = missed(timers, now=now)
    recorded = keep(found)
    if recorded:
        _touch({breach.ticket_id for breach in found}, now)
    return recorded


def missed(timers: Iterable[Timer | DueTimer], *, now: datetime) -> list[Breach]:
    """The breaches of these late timers as they stand now, not written yet: a change may be about to move them."""
    return [
        Breach(
            ticket_id=timer.ticket_id,
            timer_id=timer.pk,
            kind=timer.kind,
            cycle=timer.cycle,
            due_at=timer.due_at,
            recorded_at=now,
        )
        for timer in timers
        if timer.due_at is not None
    ]


def keep(found: Sequence[Breach]) -> int:
    """Write breaches, those deadlines left out that are recorded already; returns how many were new."""
    if not found:
        return 0
    timers = {breach.timer_id for breach in found}
    # By deadline, not by cycle: reopened or put back to its priority, a timer misses the same moment once.
    known = set(Breach.objects.filter(timer__in=timers).values_list("timer_id", "due_at"))
    fresh = [breach for breach in found if (breach.timer_id, breach.due_at) not in known]
    # The sweep may get there first: then its row stands.
    Breach.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def settle(timers: Iterable[Timer], *, pauses: Sequence[Pause]) -> None:
    """Fill in how far over the deadline these stopped timers ran, in support time outside their pauses."""
    stopped = {timer.pk: timer for timer in timers}
    if not stopped:
        return
    for breach in Breach.objects.filter(timer__in=stopped.values(), stopped_at__isnull=True).order_by("pk"):
        timer = stopped[breach.timer_id]
        assert timer.stopped_at is not None
        hours = calendars.hours_by_id(timer.calendar_id)
        over = hours.elapsed(breach.due_at, timer.stopped_at, stopping(timer, pauses))
        breach.stopped_at, breach.over_seconds = timer.stopped_at, int(over.total_seconds())
        breach.save(update_fields=["stopped_at", "over_seconds"])


def unsettle(timer: Timer) -> None:
    """A timer goes on: the breaches that its stop had settled run over again."""
    # The margin was true when the timer had stopped; now it grows again.
    Breach.objects.filter(timer=timer).update(stopped_at=None, over_seconds=None)


def demand(breach: Breach, *, by: User) -> None:
    """PermissionDenied for whoever does not explain this breach."""
    if not rules.may_explain(by, breach):
        raise PermissionDenied(_("Only the team lead, managers and service level managers explain a breach."))


def explain(
    breach: Breach,
    *,
    by: User,
    now: datetime,
    cause: str | None = None,
    responsible_team: Team | None = None,
    corrective_action: str | None = None,
) -> Breach:
    """Fill in why it happened, whose work it was and what follows; what is not given stays as it is."""
    with transaction.atomic():
        breach = Breach.objects.select_for_update(of=("self",)).select_related("ticket__product").get(pk=breach.pk)
        # Asked under the lock, because the team of the ticket may just have changed.
        demand(breach, by=by)
        before = (breach.cause, breach.responsible_team_id, breach.corrective_action)
        breach.cause = breach.cause if cause is None else cause
        breach.corrective_action = breach.corrective_action if corrective_action is None else corrective_action
        # Nobody takes back whose work it was by leaving the field empty.
        breach.responsible_team = responsible_team or breach.responsible_team
        # Saving the form again without a change is no second explanation.
        if (breach.cause, breach.responsible_team_id, breach.corrective_action) == before:
            return breach
        breach.explained_at, breach.explained_by = now, by
        breach.save(update_fields=["cause", "responsible_team", "corrective_action", "explained_at", "explained_by"])
        _touch({breach.ticket_id}, now)
        Event.objects.create(
            ticket=breach.ticket,
            at=now,
            kind=EventKind.BREACH_FILLED,
            actor=by,
            is_public=False,
            facts={
                "timer": breach.kind,
                "cycle": breach.cycle,
                "cause": breach.cause,
                "responsible_team": breach.responsible_team.slug if breach.responsible_team else "",
                "corrective_action": breach.corrective_action,
            },
        )
        return breach


def _touch(tickets: Collection[int], now: datetime) -> None:
    """Whoever asks what has changed since then has to hear of the breach, too."""
    Ticket.objects.filter(pk__in=tickets).update(updated_at=Greatest("updated_at", now))
