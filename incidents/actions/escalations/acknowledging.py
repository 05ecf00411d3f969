"""Somebody takes care: repeats and waiting letters of this rung and of lower ones end, higher rungs still fire."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.actions.letters import topic
from incidents.ladder import up_to
from incidents.models import Escalation, Event, Ticket, Timer
from incidents.models.tickets import EventKind
from incidents.queries import ladders
from incidents.queries.escalations import may_acknowledge
from slas.actions import notices
from slas.models import User


def acknowledge(escalation: Escalation, *, by: User, now: datetime) -> Escalation:
    """Acknowledge an escalation; a second time changes nothing. PermissionDenied for whoever it does not concern."""
    with transaction.atomic():
        # Ticket, then timers: the same order as every action on a ticket.
        ticket = Ticket.objects.select_for_update(no_key=True).get(pk=escalation.ticket_id)
        timer = Timer.objects.select_for_update(no_key=True).get(pk=escalation.timer_id)
        timer.ticket = ticket
        fired = Escalation.objects.select_related("ticket__product").get(pk=escalation.pk)
        if not may_acknowledge(by, fired):
            raise PermissionDenied(_("Only those who were told, the assignee and those who lead may acknowledge this."))
        if fired.acknowledged_at is None:
            _bring_to_rest(fired, timer, by=by, now=max(now, fired.fired_at))
            fired.refresh_from_db()
        return fired


def _bring_to_rest(fired: Escalation, timer: Timer, *, by: User, now: datetime) -> None:
    rules = ladders.rules_of(timer.ticket.revision_id)
    ladder = rules.ladders[timer.kind]
    rung = next(rung for rung in ladder if rung.position == fired.position)
    resting = up_to(rung, ladder, allowance=timer.allowance)
    same_cycle = Escalation.objects.filter(timer=timer, cycle=fired.cycle, acknowledged_at__isnull=True)
    same_cycle.filter(position__in=resting).update(acknowledged_at=now, acknowledged_by=by)
    notices.withdraw(topic(timer.ticket.number, timer.kind, fired.cycle), up_to_level=len(resting))
    if timer.cycle == fired.cycle:
        moment = ladders.climbs([timer])[0].next_fire_at(now)
        timer.next_fire_at = moment and max(moment, now)
        timer.save(update_fields=["next_fire_at"])
    Event.objects.create(
        ticket=timer.ticket,
        at=now,
        kind=EventKind.ACKNOWLEDGED,
        actor=by,
        is_public=False,
        facts={"timer": timer.kind, "cycle": fired.cycle, "step": fired.position, "repeat": fired.repeat},
    )
