"""Which hours a calendar keeps, and since when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from slas.clock import ServiceHours
from slas.models import Calendar, CalendarRevision

# The first revision of a calendar stands for all the time before it, so that an agreement may start in the past and old
# tickets can be imported: nobody wrote down other hours.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The hours of a calendar as people write them, without the public holidays worked out."""

    zone: str
    week: Mapping[str, tuple[str, ...]]
    holidays: str = "none"
    closed: tuple[date, ...] = ()
    special: Mapping[date, tuple[str, ...]] | None = None


def schedule_of(revision: CalendarRevision) -> Schedule:
    """What was written down in this revision."""
    return Schedule(
        zone=revision.zone,
        week={day: tuple(intervals) for day, intervals in revision.week.items() if intervals},
        holidays=revision.holidays,
        closed=tuple(sorted(date.fromisoformat(day) for day in revision.closed)),
        special={date.fromisoformat(day): tuple(hours) for day, hours in sorted(revision.special.items())},
    )


def hours_of(revision: CalendarRevision) -> ServiceHours:
    """The clock of a calendar revision; one per revision and process, because it remembers its sums."""
    return _hours(revision) if revision.pk else _read(revision)


def hours_by_id(pk: int) -> ServiceHours:
    """The clock of the calendar revision with this key."""
    return _by_id(pk)


@lru_cache(maxsize=512)
def _by_id(pk: int) -> ServiceHours:
    return hours_of(CalendarRevision.objects.get(pk=pk))


# Rows are equal by key, and a calendar revision is never edited, so the row itself is the cache's key.
@lru_cache(maxsize=512)
def _hours(revision: CalendarRevision) -> ServiceHours:
    return _read(revision)


def _read(revision: CalendarRevision) -> ServiceHours:
    schedule = schedule_of(revision)
    return parsed(schedule, holiday_dates=(date.fromisoformat(day) for day in revision.holiday_dates))


def parsed(schedule: Schedule, *, holiday_dates: Iterable[date]) -> ServiceHours:
    """The clock of hours as written; BadHours with a sentence when they make no sense."""
    return ServiceHours.parse(
        zone=schedule.zone,
        week=schedule.week,
        closed=[*schedule.closed, *holiday_dates],
        special=schedule.special,
    )


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


def keys_in_force(calendars: QuerySet[Any, Any] | Iterable[int], at: datetime) -> dict[int, int]:
    """Calendar key → key of its revision in force at this instant, in one query."""
    found: dict[int, int] = {}
    # A subquery of keys has row and model types that play no part here.
    rows = CalendarRevision.objects.filter(calendar__in=calendars).order_by("calendar", "in_force_from", "number")
    for calendar, pk, since in rows.values_list("calendar_id", "pk", "in_force_from"):
        if since <= at or calendar not in found:
            found[calendar] = pk
    return found
