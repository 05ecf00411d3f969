"""The portal proposes what a certified month is worth, and follows its corrections until somebody decides."""

from datetime import datetime
from decimal import Decimal

from incidents import lifecycle
from incidents.actions.credits.writing import locked, tell
from incidents.models import Certificate, Credit
from incidents.models.certificates import CreditEventKind
from incidents.queries.credits import Due

FIGURES = ("percent", "amount", "fee", "currency", "claim_by")


def propose(certificate: Certificate, due: Due | None, *, now: datetime) -> Credit | None:
    """The credit of the certified month: a new one, a corrected one, or as it was decided; None when nothing is due.

    Where the table of credits has a gap nobody can say what is due, so nothing is proposed or changed. Call it in the
    transaction that wrote the certificate.
    """
    # The certificate was written under the lock of its agreement, so no second proposal comes between.
    known = Credit.objects.filter(agreement=certificate.agreement_id, month=certificate.month).first()
    if due is None or due.percent is None or due.amount is None:
        return known
    if known is not None:
        return _corrected(known, certificate, due, now=now)
    # Only for a new one: a credit that stands already follows its correction down to nothing.
    if not due.percent:
        return None
    credit = Credit(agreement=certificate.agreement, month=certificate.month, proposed_at=now)
    _put(credit, certificate, due, due.amount)
    tell(credit, CreditEventKind.PROPOSED, by=None, now=now)
    return credit


def _corrected(known: Credit, certificate: Certificate, due: Due, *, now: datetime) -> Credit:
    # Somebody may be claiming or deciding it at this moment.
    credit = locked(known)
    # Asked under the lock: what was decided meanwhile is not moved by a correction.
    if due.amount is None or not lifecycle.is_credit_permitted("correct", credit.state):
        return credit
    # A correction of other facts may leave the money as it is; then there is nothing to tell.
    before = [getattr(credit, name) for name in FIGURES]
    _put(credit, certificate, due, due.amount)
    # A correction of words alone leaves the certificate it stands on, and no event.
    if [getattr(credit, name) for name in FIGURES] != before:
        tell(credit, CreditEventKind.CORRECTED, by=None, now=now, reason=certificate.reason)
    return credit


def _put(credit: Credit, certificate: Certificate, due: Due, amount: Decimal) -> None:
    credit.certificate = certificate
    credit.percent, credit.amount, credit.fee = str(due.percent), amount, due.fee
    credit.currency, credit.claim_by = due.currency, due.claim_by
    credit.save()
