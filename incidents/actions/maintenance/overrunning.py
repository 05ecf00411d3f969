"""Work that goes on after its window: from there on it counts, and people are told once."""

from datetime import datetime

from django.db import transaction

from incidents.actions import apart
from incidents.actions.maintenance import letters
from incidents.actions.maintenance.case import note
from incidents.models import Maintenance, MaintenanceDeed


def tell_overruns(*, now: datetime) -> int:
    """Tell of every window whose end has passed while it is used; returns how many, a second run finds none."""
    late = Maintenance.objects.filter(
        used_from__isnull=False, used_to__isnull=True, overrun_told_at__isnull=True, planned_to__lte=now
    )
    keys = list(late.order_by("planned_to", "pk").values_list("pk", flat=True))
    return apart.each(keys, lambda pk: _tell(pk, now), what="Work that takes longer")


@transaction.atomic
def _tell(pk: int, now: datetime) -> bool:
    # One transaction for each: a letter that cannot be written must not keep the others from being told.
    row = Maintenance.objects.select_for_update(no_key=True).get(pk=pk)
    # Somebody may have ended it, or another round told of it, since it was looked for.
    if row.used_to is not None or row.used_from is None or row.overrun_told_at is not None:
        return False
    row.overrun_told_at = now
    row.save(update_fields=["overrun_told_at"])
    note(row, MaintenanceDeed.OVERRAN, by=None, now=now)
    letters.put(row, "overrun", now=now)
    return True
