"""Writing down support hours: a calendar is never edited, it gets another revision."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from slas import rules
from slas.actions import rows
from slas.errors import Refused
from slas.models import Calendar, CalendarRevision
from slas.queries import calendars
from slas.queries.schedules import Schedule, clock_of, holiday_dates, schedule_of


@transaction.atomic
def create(*, name: str, schedule: Schedule, by: rules.Actor, now: datetime, reason: str = "") -> CalendarRevision:
    """A new calendar; its first hours stand for all the time before, too (see `BEGINNING`)."""
    if not rules.may_edit(by):
        raise PermissionDenied
    if Calendar.objects.filter(name=name).exists():
        raise Refused(_("There is already a calendar named “%(name)s”. Choose another name.") % {"name": name})
    calendar = Calendar(name=name)
    rows.save(calendar)
    return _append(calendar, schedule, by=by, now=now, in_force_from=calendars.BEGINNING, reason=reason)


@transaction.atomic
def revise(
    calendar: Calendar,
    *,
    schedule: Schedule,
    by: rules.Actor,
    now: datetime,
    reason: str = "",
    in_force_from: datetime | None = None,
) -> CalendarRevision:
    """Other hours from now or from a later moment on; hours that are the same change nothing.

    Tickets that are open keep the hours they were opened under.
    """
    calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
    if not rules.may_edit(by):
        raise PermissionDenied
    latest = calendars.latest_revision(calendar)
    # Hours that are the same leave no trace: a file applied twice changes nothing.
    if latest is not None and schedule_of(latest) == normal(schedule):
        return latest
    # Never before the newest: a later revision always counts from its start.
    start = max(in_force_from or now, now, calendars.BEGINNING if latest is None else latest.in_force_from)
    return _append(calendar, schedule, by=by, now=now, in_force_from=start, reason=reason)


@transaction.atomic
def rename(calendar: Calendar, *, name: str, by: rules.Actor, now: datetime) -> Calendar:
    """Another name for the same hours."""
    calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
    if not rules.may_edit(by):
        raise PermissionDenied
    calendar.name = name
    rows.save(calendar)
    return calendar


def normal(schedule: Schedule) -> Schedule:
    """The same hours in the form in which they are read back: days in order, empty weekdays left out."""
    return Schedule(
        zone=schedule.zone,
        week={day: tuple(hours) for day, hours in schedule.week.items() if hours},
        holidays=schedule.holidays,
        closed=tuple(sorted(set(schedule.closed))),
        special={day: tuple(hours) for day, hours in sorted(schedule.special.items())},
    )


def _append(
    calendar: Calendar,
    schedule: Schedule,
    *,
    by: rules.Actor,
    now: datetime,
    in_force_from: datetime,
    reason: str,
) -> CalendarRevision:
    # The dates are stored: a later edition of the holiday library must not move a deadline.
    dates = holiday_dates(schedule.holidays, since=in_force_from, now=now)
    clock_of(schedule, holiday_dates=dates)
    written = normal(schedule)
    row = CalendarRevision(
        calendar=calendar,
        # Counting is safe: the calendar is locked, and no revision is ever deleted.
        number=calendar.revisions.count() + 1,
        in_force_from=in_force_from,
        zone=written.zone,
        week={day: list(hours) for day, hours in written.week.items()},
        holidays=written.holidays,
        holiday_dates=dates,
        closed=[day.isoformat() for day in written.closed],
        special={day.isoformat(): list(hours) for day, hours in written.special.items()},
        reason=reason,
        created_by=by,
    )
    rows.save(row)
    return row
