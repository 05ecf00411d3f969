"""What time alone does to a credit: the window to claim it comes to its end."""

from datetime import datetime

from django.db import transaction

from incidents import cadence, figures
from incidents.actions import apart
from incidents.actions.credits import telling
from incidents.actions.credits.writing import locked, tell
from incidents.lifecycle import is_credit_permitted
from incidents.models import Credit
from incidents.models.certificates import CreditEventKind, CreditState
from incidents.queries import credits
from incidents.queries.credits import is_too_late
from slas.actions import notices


def credit_round(now: datetime) -> None:
    """Remind of windows that close and expire what was not claimed in time; a second run adds nothing."""
    apart.each(credits.closing(now), lambda credit: _watch(credit, now), what="The window of a credit")


def _watch(credit: Credit, now: datetime) -> None:
    if is_too_late(credit, now):
        expire(credit, now=now)
        return
    with transaction.atomic():
        credit = locked(credit)
        name = _reminder(credit, now)
        # Claimed since it was looked for: nobody has to be reminded any more.
        if credit.state == CreditState.PROPOSED and name is not None:
            notices.put(telling.reminder(credit, name, now=now), now=now)


def expire(credit: Credit, *, now: datetime) -> Credit:
    """Nobody claimed it and the last day is over; nothing happens to any other."""
    with transaction.atomic():
        credit = locked(credit)
        # It may have been claimed since the round looked for it, or a correction moved its last day.
        if not is_credit_permitted("expire", credit.state) or not is_too_late(credit, now):
            return credit
        credit.state, credit.expired_at = CreditState.EXPIRED, now
        credit.save(update_fields=["state", "expired_at"])
        tell(credit, CreditEventKind.EXPIRED, by=None, now=now)
        notices.withdraw(telling.topic_of(credit))
        notices.put(telling.expired(credit, now=now), now=now)
        return credit


def _reminder(credit: Credit, now: datetime) -> str | None:
    """The reminder of today; none while the letter that proposed the credit says the same."""
    if credit.claim_by is None or not credit.amount:
        return None
    # The last day is one of the agreement's zone, wherever the machine stands.
    today, proposed_on = (figures.local_day(at, credit.certificate.zone) for at in (now, credit.proposed_at))
    name = cadence.reminder(credit.claim_by, today)
    return None if name == cadence.reminder(credit.claim_by, proposed_on) else name
