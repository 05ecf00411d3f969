"""Times about which nobody knows whether a product was up."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.actions.outages.writing import demand
from incidents.models import DataGap
from slas.actions import rows
from slas.errors import Refused
from slas.models import Product, User


def record_gap(
    product: Product, *, by: User | None, now: datetime, started_at: datetime, ended_at: datetime | None, reason: str
) -> DataGap:
    """Write down that nothing is known about a stretch; nobody as `by` is a monitor that fell silent."""
    with transaction.atomic():
        if by is not None:
            demand(by, [product])
        if started_at > now or (ended_at is not None and ended_at > now):
            raise Refused(_("Nobody can know yet what will be missing. Record it once it has happened."))
        gap = DataGap(
            product=product, started_at=started_at, ended_at=ended_at, reason=reason, recorded_at=now, recorded_by=by
        )
        rows.save(gap)
        return gap


def end_gap(gap: DataGap, *, by: User | None, now: datetime, at: datetime | None = None) -> DataGap:
    """There are data again, now or since a moment; saying so again changes nothing."""
    with transaction.atomic():
        gap = _locked(gap, by)
        ended_at = at or now
        # A monitor that speaks again must not undo what a person has said about the gap.
        if gap.ended_at is not None or gap.withdrawn_at is not None:
            return gap
        if not gap.started_at < ended_at <= now:
            raise Refused(_("The end has to lie after the start, and not in the future."))
        gap.ended_at = ended_at
        gap.save(update_fields=["ended_at"])
        return gap


def withdraw_gap(gap: DataGap, *, by: User, now: datetime) -> DataGap:
    """It was written down by mistake: the time counts again. Withdrawing again changes nothing."""
    with transaction.atomic():
        gap = _locked(gap, by)
        if gap.withdrawn_at is None:
            # Never deleted: certificates may have been measured with it.
            gap.withdrawn_at, gap.withdrawn_by = now, by
            gap.save(update_fields=["withdrawn_at", "withdrawn_by"])
        return gap


def _locked(gap: DataGap, by: User | None) -> DataGap:
    gap = DataGap.objects.select_for_update(no_key=True, of=("self",)).select_related("product").get(pk=gap.pk)
    if by is not None:
        demand(by, [gap.product])
    return gap
