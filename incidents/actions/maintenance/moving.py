"""A window that lies elsewhere now, or that will not be used at all."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.actions.maintenance import letters
from incidents.actions.maintenance.case import check_window, keep, taken
from incidents.maintenance import is_noticed_anew
from incidents.models import Maintenance, MaintenanceDeed
from slas.clock import Span
from slas.errors import Refused
from slas.models import User


@transaction.atomic
def move(row: Maintenance, *, by: User, now: datetime, window: Span, reason: str) -> Maintenance:
    """Another window; unless it lies inside the old one, its notice starts now. The same window changes nothing."""
    row = taken(row, "move", by=by, now=now)
    check_window(window)
    old = row.planned
    # Before anything is refused: a form sent once more is no attempt to move.
    if window == old:
        return row
    is_anew = is_noticed_anew(old, window)
    _check(window, is_anew=is_anew, now=now)
    assert window.end is not None
    row.planned_from, row.planned_to = window.start, window.end
    was_announced = row.announced_at is not None
    if was_announced and is_anew:
        row.announced_at = now
    keep(
        row, MaintenanceDeed.MOVED, by=by, now=now, reason=reason, is_anew=was_announced and is_anew,
        old_from_at=old.start, old_to_at=old.end, new_from_at=window.start, new_to_at=window.end,
    )  # fmt: skip
    if was_announced:
        letters.put(row, "moved", now=now, reason_of_change=reason, is_anew=is_anew, old=old)
    return row


@transaction.atomic
def cancel(row: Maintenance, *, by: User, now: datetime, reason: str) -> Maintenance:
    """The work is not done; in calendars the entry stays, marked as cancelled."""
    row = taken(row, "cancel", by=by, now=now)
    row.cancelled_at, row.cancelled_by, row.cancel_reason = now, by, reason
    keep(row, MaintenanceDeed.CANCELLED, by=by, now=now, reason=reason)
    # Nobody who was never told has to be told that it is off.
    if row.announced_at is not None:
        letters.put(row, "cancelled", now=now, reason_of_change=reason)
    return row


def _check(window: Span, *, is_anew: bool, now: datetime) -> None:
    assert window.end is not None
    if window.end <= now:
        raise Refused(_("The new window would be over already. Plan another one."))
    # A window that has begun may be cut at its end; it cannot be moved into what is past.
    if is_anew and window.start < now:
        raise Refused(_("A window lies ahead. Let it begin later."))
