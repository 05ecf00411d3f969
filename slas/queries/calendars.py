"""Which hours a calendar keeps, since when, and what an edit would move."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Case, F, QuerySet, When

from slas.clock import ServiceHours
from slas.models import Calendar, CalendarRevision
from slas.queries.schedules import Schedule, parsed, schedule_of

__all__ = [
    "BEGINNING",
    "Schedule",
    "hours_by_id",
    "hours_of",
    "in_force",
    "keys_in_force",
    "latest_revision",
    "overview",
    "revision_in_force",
    "schedule_of",
]

# The first revision of a calendar stands for all the time before it, so that an agreement may start in the past and old
# tickets can be imported: nobody wrote down other hours.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def hours_of(revision: CalendarRevision) -> ServiceHours:
    """The clock of a calendar revision; one per revision and process, because it remembers its sums."""
    return _hours(revision) if revision.pk else _read(revision)


@lru_cache(maxsize=512)
def hours_by_id(pk: int) -> ServiceHours:
    """The clock of the calendar revision with this key."""
    return hours_of(CalendarRevision.objects.get(pk=pk))


# Rows are equal by key, and a calendar revision is never edited, so the row itself is the cache's key.
@lru_cache(maxsize=512)
def _hours(revision: CalendarRevision) -> ServiceHours:
    return _read(revision)


def _read(revision: CalendarRevision) -> ServiceHours:
    return parsed(schedule_of(revision), holiday_dates=revision.holiday_dates)


def overview() -> QuerySet[Calendar]:
    """Every calendar by name, with its revisions at hand."""
    return Calendar.objects.prefetch_related("revisions").order_by("name")


def revision_in_force(calendar: Calendar, at: datetime) -> CalendarRevision:
    """The revision whose hours count at this instant; before the first one, the first."""
    revisions = calendar.revisions.order_by("in_force_from", "number")
    found = revisions.filter(in_force_from__lte=at).last() or revisions.first()
    if found is None:
        raise CalendarRevision.DoesNotExist(f"Calendar {calendar.name} has no revision.")
    return found


def latest_revision(calendar: Calendar) -> CalendarRevision | None:
    """The newest revision, also when it starts later; None for a calendar without hours yet."""
    return calendar.revisions.order_by("number").last()


def in_force(at: datetime) -> QuerySet[CalendarRevision]:
    """Of every calendar the one revision whose hours count at this instant; narrow it to the calendars that matter."""
    # What has begun comes first and the latest of it wins; of what has not begun yet, the earliest stands in.
    has_begun = Case(When(in_force_from__lte=at, then=True), default=False)
    begun_at = Case(When(in_force_from__lte=at, then=F("in_force_from")))
    begun_number = Case(When(in_force_from__lte=at, then=F("number")))
    return CalendarRevision.objects.order_by(
        "calendar_id",
        has_begun.desc(),
        begun_at.desc(nulls_last=True),
        begun_number.desc(nulls_last=True),
        "in_force_from",
        "number",
    ).distinct("calendar_id")


# A subquery of keys has row and model types that play no part here, hence Any.
def keys_in_force(calendars: QuerySet[Any, Any] | Iterable[int], at: datetime) -> dict[int, int]:
    """Calendar key → key of its revision in force at this instant, in one query."""
    return dict(in_force(at).filter(calendar__in=calendars).values_list("calendar_id", "pk"))
