"""How the promise is measured: the calendars it is counted in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from slas.models import CalendarRevision
from slas.queries.agreements import Terms
from slas.queries.availability import Promised
from slas.queries.schedules import Schedule, schedule_of
from slas.queries.weeks import week_text

AHEAD = 3


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A day that differs from the usual week; without hours it is closed."""

    on: date
    name: str
    hours: Sequence[str]


@dataclass(frozen=True, slots=True)
class Measure:
    """One calendar of the agreement, in words; the next days that differ from its week."""

    calendar: CalendarRevision
    week: str
    exceptions: Sequence[Exceptional]


def measures(terms: Terms, promised: Promised | None, today: date) -> list[Measure]:
    """Every calendar that some target or the availability is counted in, by name."""
    # Several targets share a calendar; which revision of it counts was decided with the terms.
    calendars = {target.calendar.pk: target.calendar for target in terms.targets.values()}
    if promised is not None and promised.calendar is not None:
        calendars[promised.calendar.pk] = promised.calendar
    return [_measure(row, today) for row in sorted(calendars.values(), key=lambda row: row.calendar.name)]


def _measure(calendar: CalendarRevision, today: date) -> Measure:
    schedule = schedule_of(calendar)
    ahead = [entry for entry in exceptions(calendar, schedule) if entry.on >= today]
    return Measure(calendar=calendar, week=week_text(schedule), exceptions=ahead[:AHEAD])


def exceptions(calendar: CalendarRevision, schedule: Schedule) -> list[Exceptional]:
    """Holidays, closed dates and special days in order; special beats closed beats holiday."""
    names: dict[date, str] = {date.fromisoformat(day): name for day, name in calendar.holiday_dates.items()}
    # A special day on a holiday keeps its name, but its own hours count.
    days = sorted({*names, *schedule.closed, *schedule.special})
    return [Exceptional(on=day, name=names.get(day, ""), hours=schedule.special.get(day, ())) for day in days]
