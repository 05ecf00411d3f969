"""When the work was really done."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.actions.maintenance.case import keep, taken
from incidents.models import Maintenance, MaintenanceDeed
from slas.clock import Span
from slas.errors import Refused
from slas.models import User


@transaction.atomic
def begin(row: Maintenance, *, by: User, now: datetime) -> Maintenance:
    """The work begins; what lies before the window does not shield."""
    row = taken(row, "begin", by=by, now=now)
    row.used_from = now
    keep(row, MaintenanceDeed.BEGUN, by=by, now=now)
    return row


@transaction.atomic
def end(row: Maintenance, *, by: User, now: datetime) -> Maintenance:
    """The work is done; what is left of the window does not shield."""
    row = taken(row, "end", by=by, now=now)
    row.used_to = now
    keep(row, MaintenanceDeed.ENDED, by=by, now=now)
    return row


@transaction.atomic
def correct(row: Maintenance, *, by: User, now: datetime, used: Span | None, reason: str) -> Maintenance:
    """Other times, because somebody pressed too late or not at all; None: the work was not done."""
    row = taken(row, "correct", by=by, now=now)
    _check(row, used, now=now)
    old = row.used
    # Pressed twice it is one correction, and calendars are not told of a change that is none.
    if used == old:
        return row
    row.used_from, row.used_to = (used.start, used.end) if used else (None, None)
    keep(
        row, MaintenanceDeed.CORRECTED, by=by, now=now, reason=reason,
        old_from_at=old.start if old else None, old_to_at=old.end if old else None,
        new_from_at=row.used_from, new_to_at=row.used_to,
    )  # fmt: skip
    return row


def _check(row: Maintenance, used: Span | None, *, now: datetime) -> None:
    # What nobody was told about never shields; times of use would only look as if it did.
    if row.announced_at is None:
        raise Refused(_("This maintenance was never announced. Record the work as an emergency."))
    if used is None:
        return
    if used.end is None or used.end <= used.start:
        raise Refused(_("The work must end after it begins."))
    if used.end > now:
        raise Refused(_("Nothing has happened in the future. Give the times at which the work was done."))
