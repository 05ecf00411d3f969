"""A letter to ourselves through the whole way of an escalation, every quarter of an hour."""

from datetime import datetime, timedelta

from django.conf import settings

from slas.actions import notices
from slas.actions.notices import Letter
from slas.models import User
from slas.queries import parties

EVERY = timedelta(minutes=15)
AGE = timedelta(minutes=10)  # waiting longer, it turns the auditor red


def canary(*, now: datetime) -> bool:
    """Leave the canary of this quarter of an hour in the outbox; False when there is nobody to write it for.

    A notice needs a person: it is the first fallback person's, but goes to the portal's own mailbox.
    """
    person = parties.fallback_people().first() or parties.service_level_managers().first() or _anybody()
    if person is None:
        return False
    letter = Letter(
        key=f"canary:{int(now.timestamp()) // int(EVERY.total_seconds())}",
        kind="canary",
        recipient_id=person.pk,
        context={"made_at": now.isoformat(), "address": settings.CANARY_TO, "fallback_chain": []},
        subject="canary",
        is_urgent=True,
        fallback_at=now + AGE,
    )
    notices.put([letter], now=now)
    return True


def _anybody() -> User | None:
    return User.objects.filter(is_active=True).order_by("pk").first()
