"""A credit claimed by the customer, granted or declined by the provider, and settled: each by another person."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.actions.credits import telling
from incidents.actions.credits.writing import demand, go, locked, tell
from incidents.models import Credit
from incidents.models.certificates import CreditEventKind, CreditState
from incidents.queries.credits import is_too_late
from slas.actions import notices
from slas.errors import Refused
from slas.models import User


def claim(credit: Credit, *, by: User, now: datetime) -> Credit:
    """The customer wants it, within the window that was agreed; claiming again changes nothing."""
    with transaction.atomic():
        credit = locked(credit)
        demand(by, "claim", credit)
        if credit.state == CreditState.CLAIMED:
            return credit
        # Asked here too: the round that expires credits comes once an hour, the last day ends at midnight.
        if credit.state == CreditState.PROPOSED and is_too_late(credit, now):
            raise Refused(_("The last day to claim this credit is over."))
        if credit.state == CreditState.PROPOSED and not credit.amount:
            raise Refused(_("After the last correction nothing is due for this month any more."))
        go(credit, "claim", by=by)
        credit.claimed_at, credit.claimed_by = now, by
        credit.save(update_fields=["state", "claimed_at", "claimed_by"])
        tell(credit, CreditEventKind.CLAIMED, by=by, now=now)
        # Whoever was to be reminded of the window need not hear of it any more.
        notices.withdraw(telling.topic_of(credit))
        notices.put(telling.claimed(credit, now=now), now=now)
        return credit


def grant(credit: Credit, *, by: User, now: datetime) -> Credit:
    """The provider agrees; granting again changes nothing."""
    return _decide(credit, "grant", CreditEventKind.GRANTED, by=by, now=now)


def decline(credit: Credit, *, by: User, now: datetime, reason: str) -> Credit:
    """The provider does not agree, and says why; declining again changes nothing."""
    return _decide(credit, "decline", CreditEventKind.DECLINED, by=by, now=now, reason=reason.strip())


def settle(credit: Credit, *, by: User, now: datetime) -> Credit:
    """It was paid or set off; settling again changes nothing."""
    with transaction.atomic():
        credit = locked(credit)
        demand(by, "settle", credit)
        if credit.state == CreditState.SETTLED:
            return credit
        go(credit, "settle", by=by)
        credit.settled_at, credit.settled_by = now, by
        credit.save(update_fields=["state", "settled_at", "settled_by"])
        tell(credit, CreditEventKind.SETTLED, by=by, now=now)
        return credit


def _decide(credit: Credit, move: str, kind: CreditEventKind, *, by: User, now: datetime, reason: str = "") -> Credit:
    with transaction.atomic():
        credit = locked(credit)
        demand(by, move, credit)
        # The event is called what the credit then is.
        if credit.state == kind:
            return credit
        go(credit, move, by=by)
        # After the state: that it is decided already is the first thing to know.
        if move == "decline" and not reason:
            raise Refused(_("Say why the credit is declined."))
        credit.decided_at, credit.decided_by, credit.decision_reason = now, by, reason
        credit.save(update_fields=["state", "decided_at", "decided_by", "decision_reason"])
        tell(credit, kind, by=by, now=now, reason=reason)
        notices.put(telling.decided(credit, now=now), now=now)
        return credit
