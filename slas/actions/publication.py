"""Putting a signed revision in force: when it starts, what it ends, and what stands in its way."""

from datetime import datetime

from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from slas.actions import rows
from slas.errors import Refused
from slas.models import Revision


def publish(revision: Revision, *, now: datetime) -> None:
    """Put a revision signed by both sides in force; the caller holds the product's lock.

    Only a first revision may start in the past. A predecessor ends where this one starts.
    """
    earlier = Revision.objects.filter(agreement=revision.agreement_id, published_at__isnull=False)
    # Tickets that are open were promised the old terms; new terms cannot reach back to them.
    if earlier.exists():
        revision.in_force_from = max(revision.in_force_from, now)
    start = revision.in_force_from
    _refuse_other_agreements(revision)
    _end_predecessor(revision)
    # An end that is already set cannot be moved, so the new start has to wait for it.
    agreed = earlier.filter(_reaching(start), in_force_to__isnull=False).order_by("-in_force_to").first()
    if agreed is not None and agreed.in_force_to is not None:
        raise Refused(
            _("Revision %(number)s was agreed until %(end)s. Let the new one start then, or later.")
            % {"number": agreed.number, "end": _moment(agreed.in_force_to)}
        )
    revision.published_at = now
    rows.save(revision)


def _end_predecessor(revision: Revision) -> None:
    """The one open end among the earlier revisions becomes the start of this one; never before its own start."""
    open_ended = Revision.objects.filter(
        agreement=revision.agreement_id, published_at__isnull=False, in_force_to__isnull=True
    )
    # One that was agreed for later than this start ends before it began: its period is empty.
    for predecessor in open_ended.select_for_update():
        predecessor.in_force_to = max(revision.in_force_from, predecessor.in_force_from)
        predecessor.save(update_fields=["in_force_to"])


def _refuse_other_agreements(revision: Revision) -> None:
    """A product has one promise at a time."""
    others = Revision.objects.filter(
        _reaching(revision.in_force_from), agreement__product=revision.agreement.product_id, published_at__isnull=False
    )
    other = others.exclude(agreement=revision.agreement_id).order_by("in_force_from").first()
    if other is not None:
        raise Refused(
            _("%(product)s already has the agreement “%(title)s” in that time. Retire it first.")
            % {"product": revision.agreement.product, "title": other.title}
        )


def _reaching(start: datetime) -> Q:
    """The condition on revisions that still count after this moment; one whose period is empty never does."""
    return Q(in_force_to__isnull=True) | Q(in_force_to__gt=start) & Q(in_force_to__gt=F("in_force_from"))


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")
