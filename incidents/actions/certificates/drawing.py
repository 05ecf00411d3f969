"""A month written down for good: its figures, what they were measured on, and the credit that follows."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from incidents import rules
from incidents.actions import credits
from incidents.actions.certificates import telling
from incidents.models import Certificate
from incidents.queries import availability, certificates
from incidents.queries import credits as worth
from incidents.queries.availability import Month
from incidents.queries.evidence import evidence_of, figures_of
from slas.actions import notices
from slas.availability.records import VERSION, fingerprint
from slas.errors import Refused
from slas.models import Agreement, User


def draw_up(agreement: Agreement, month: date, *, by: User | None, now: datetime, reason: str = "") -> Certificate:
    """The certificate of the month that holds this day, and the credit that it proposes; nobody as `by` is the portal.

    The same evidence is certified once: asked again, the newest certificate is the answer. Other evidence makes the
    next number, for a reason.
    """
    month = month.replace(day=1)
    with transaction.atomic():
        known = certificates.of_month(agreement, month).first()
        row = write(agreement, month, by=by, now=now, reason=reason)
        # Whoever came to own the product since then is not told about months that were settled long ago.
        if row != known:
            notices.put(telling.drawn_up(row, now=now), now=now)
            notices.put(credits.proposed(row, now=now), now=now)
        return row


def write(agreement: Agreement, month: date, *, by: User | None, now: datetime, reason: str = "") -> Certificate:
    """The rows of a certificate without a letter to anybody; `month` is its first day. Call it in a transaction."""
    # One after the other: the second of two machines finds the certificate of the first.
    rows = Agreement.objects.select_for_update(no_key=True, of=("self",))
    agreement = rows.select_related("product__team").get(pk=agreement.pk)
    if by is not None and not rules.may_draw_up(by, agreement.product):
        raise PermissionDenied(
            _("Months are certified by the team that provides the product, its managers, its owner and deputies.")
        )
    measured = _judged(agreement, month, now)
    evidence = evidence_of(measured)
    # The hash decides, not the figures: other facts that lead to the same figures are to be signed anew.
    before, hashed = certificates.of_month(agreement, month).first(), fingerprint(evidence)
    # Evidence, not figures: the same percentage on other facts is another month.
    if before is not None and before.evidence_hash == hashed:
        return before
    if before is not None and not reason.strip():
        raise Refused(_("This month was certified on other evidence. Say why it is corrected."))
    due = worth.live(measured)
    row = Certificate.objects.create(
        agreement=agreement,
        month=month,
        zone=measured.period.zone,
        number=before.number + 1 if before else 1,
        # A first certificate corrects nothing, whatever was typed.
        reason=reason.strip() if before else "",
        drawn_up_at=now,
        drawn_up_by=by,
        # What is signed names its credit as well: the row of the credit moves on with later corrections.
        figures=figures_of(measured) | {"credit": worth.written(due)},
        evidence=evidence,
        evidence_hash=hashed,
        engine_version=VERSION,
    )
    # In the same transaction: nobody ever meets a broken month without its credit.
    credits.propose(row, due, now=now)
    return row


def _judged(agreement: Agreement, month: date, now: datetime) -> Month:
    measured = availability.of_month(agreement.product, month, now=now, agreement=agreement)
    if measured is None:
        raise Refused(_("This agreement promised no availability in that month."))
    if not measured.is_over:
        raise Refused(_("The month is not over yet. Until then its figures are provisional."))
    # A proposal does not count yet: certified now, a month might be broken a day later.
    if certificates.undecided(agreement.product, measured.period).exists():
        raise Refused(
            _("A monitor proposes an outage in this month that nobody has decided. Confirm or dismiss it first.")
        )
    return measured
