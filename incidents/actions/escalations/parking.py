"""Timers that raise: put off, parked after five attempts, and somebody is told; the others go on."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.actions.letters import about
from incidents.models import Timer
from slas.actions import notices
from slas.actions.notices import Letter
from slas.models import Role, User
from slas.queries import parties

MOST_ATTEMPTS = 5
FIRST_WAIT = timedelta(seconds=30)


def put_off(timer: Timer, *, fault: Exception, now: datetime) -> None:
    """Try again later, each time twice as late; after the fifth time park it and tell the service level managers."""
    attempts = timer.attempts + 1
    is_given_up = attempts >= MOST_ATTEMPTS
    Timer.objects.filter(pk=timer.pk).update(
        attempts=attempts,
        next_fire_at=now + FIRST_WAIT * (1 << (attempts - 1)),
        parked_at=now if is_given_up else None,
    )
    if is_given_up:
        readers = list(parties.service_level_managers()) or list(parties.fallback_people())
        notices.put([_letter(timer, reader, fault, now) for reader in readers], now=now)


def unpark(timer: Timer, *, by: User, now: datetime) -> Timer:
    """Let the engine try a parked timer again at once, once what was wrong is mended."""
    if not by.has_role(Role.SERVICE_LEVEL_MANAGER) or by.changes_nothing:
        raise PermissionDenied(_("Only administrators and service level managers may do this."))
    with transaction.atomic():
        timer = Timer.objects.select_for_update(no_key=True).get(pk=timer.pk)
        if timer.parked_at is not None:
            timer.attempts, timer.parked_at, timer.next_fire_at = 0, None, now
            timer.save(update_fields=["attempts", "parked_at", "next_fire_at"])
    return timer


def _letter(timer: Timer, reader: User, fault: Exception, now: datetime) -> Letter:
    ticket = timer.ticket
    return Letter(
        key=f"{ticket.number}:{timer.kind}:{timer.cycle}:parked:{reader.username}:mail:{int(now.timestamp())}",
        kind="parked",
        recipient_id=reader.pk,
        context=about(ticket)
        | {
            "kind": timer.kind,
            "due_at": timer.due_at.isoformat() if timer.due_at else None,
            "fault": f"{type(fault).__name__}: {fault}"[:500],
            "fallback_chain": list(parties.fallback_people().exclude(pk=reader.pk).values_list("pk", flat=True)),
        },
        subject=f"timer:{timer.pk}",
        priority=ticket.priority,
        is_urgent=True,
        fallback_at=now + timedelta(minutes=30),
    )
