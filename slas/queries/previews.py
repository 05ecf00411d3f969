"""What an edit of a calendar would move: example deadlines before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q

from slas import rules
from slas.clock import NeverOpen, ServiceHours
from slas.models import AvailabilityPromise, Calendar, Target
from slas.queries import calendars, parties
from slas.queries.schedules import Schedule, clock_of, holiday_dates

# Weekday from Monday = 0, and wall-clock time: closing time, the weekend, the early morning, the middle of a day.
_EXAMPLES = ((4, time(22)), (4, time(17, 30)), (5, time(12)), (0, time(7)), (2, time(14)))
_BY_PRODUCT = ("revision__agreement__product__name", "revision__number")


@dataclass(frozen=True, slots=True)
class Moved:
    """One example: a ticket reported at `reported_at` would be due at `proposed_due_at` and not at `due_at`."""

    target: Target
    reported_at: datetime
    due_at: datetime | None  # None: these hours never use up the allowance
    proposed_due_at: datetime | None

    @property
    def is_moved(self) -> bool:
        """Whether the edit makes a difference here."""
        return self.due_at != self.proposed_due_at


def preview(calendar: Calendar, proposed: Schedule, now: datetime) -> list[Moved]:
    """Every example for every target on this calendar, in force or agreed; Refused when the hours make no sense."""
    # As saving would do it, so that a preview refuses what saving refuses.
    dates = holiday_dates(proposed.holidays, since=now, now=now)
    after = clock_of(proposed, holiday_dates=dates)
    before = calendars.hours_of(calendars.revision_in_force(calendar, now))
    return [
        Moved(
            target=target,
            reported_at=at,
            due_at=_due(before, at, target.allowance),
            proposed_due_at=_due(after, at, target.allowance),
        )
        for target in targets_on(calendar, now, reader=None)
        for at in sorted({*_examples(now, before), *_changed_days(before, after, now)})
    ]


def availability_on(calendar: Calendar, now: datetime, *, reader: rules.Reader) -> list[AvailabilityPromise]:
    """The availability promises counted on this calendar that are in force or will be, as far as they may be seen."""
    found = calendar.availability.filter(_counts(now), revision__published_at__isnull=False).filter(_seen_by(reader))
    return list(found.select_related("revision__agreement__product").order_by(*_BY_PRODUCT))


def targets_on(calendar: Calendar, now: datetime, *, reader: rules.Reader | None) -> list[Target]:
    """The targets counted on this calendar whose revision is in force or will be, as far as the reader may see them.

    Without a reader all of them: whoever changes the hours has to know what that moves.
    """
    found = calendar.targets.filter(_counts(now), revision__published_at__isnull=False)
    if reader is not None:
        found = found.filter(_seen_by(reader))
    return list(found.select_related("revision__agreement__product").order_by(*_BY_PRODUCT, "priority", "kind"))


def _counts(now: datetime) -> Q:
    return Q(revision__in_force_to__isnull=True) | Q(revision__in_force_to__gt=now)


def _seen_by(reader: rules.Reader) -> Q:
    return Q(revision__agreement__product__in=parties.visible_to(reader).order_by().values("pk"))


def _examples(now: datetime, hours: ServiceHours) -> Iterator[datetime]:
    local = now.astimezone(hours.zone)
    for weekday, at in _EXAMPLES:
        day = local.date() + timedelta(days=(weekday - local.weekday()) % 7)
        moment = datetime.combine(day, at, tzinfo=hours.zone)
        yield moment if moment > now else datetime.combine(day + timedelta(days=7), at, tzinfo=hours.zone)


def _changed_days(before: ServiceHours, after: ServiceHours, now: datetime) -> Iterator[datetime]:
    """The evening before the first date within a year whose hours differ, where the usual week would not show it."""
    # The first week is covered by the examples of the usual week.
    for ahead in range(7, 366):
        day = (now + timedelta(days=ahead)).astimezone(after.zone).date()
        midnight = datetime.combine(day, time(0), tzinfo=after.zone)
        span = (midnight, midnight + timedelta(days=1))
        if before.open_spans(*span) != after.open_spans(*span):
            yield midnight - timedelta(hours=2)
            return


def _due(hours: ServiceHours, at: datetime, allowance: timedelta) -> datetime | None:
    try:
        return hours.deadline(at, allowance)
    except NeverOpen:
        return None
