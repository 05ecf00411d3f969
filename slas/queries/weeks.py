"""Opening hours and lengths of time as people say them, in the active language."""

from collections.abc import Iterator
from datetime import date, timedelta, tzinfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from slas.models.calendars import NO_HOLIDAYS
from slas.queries.schedules import Schedule

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_A_MONDAY = date(2024, 1, 1)
_WHOLE_DAY = ("00:00-24:00",)


def span(length: timedelta) -> str:
    """A length as people say it, never in days: “2 h 15 min”."""
    # Never days: a day of support time and a day of the calendar are not the same length.
    hours, rest = divmod(abs(int(length.total_seconds())), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [f"{number}\u00a0{unit}" for number, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if number]
    sign = "−" if length < timedelta(0) else ""
    return sign + (" ".join(parts) or "0\u00a0min")


def is_round_the_clock(schedule: Schedule) -> bool:
    """True when nothing ever closes."""
    is_whole_week = all(tuple(schedule.week.get(day, ())) == _WHOLE_DAY for day in WEEKDAYS)
    return is_whole_week and not (schedule.closed or schedule.special or schedule.holidays != NO_HOLIDAYS)


def week_text(schedule: Schedule) -> str:
    """The usual week: “Mon–Thu 08:00–18:00, Fri 08:00–14:00”."""
    if is_round_the_clock(schedule):
        return _("round the clock")
    return ", ".join(f"{_days(first, last)} {_hours(hours)}" for first, last, hours in _runs(schedule))


def week_elsewhere(schedule: Schedule, zone: tzinfo) -> str:
    """The usual week; hours of another zone than the reader's name it."""
    # They are wall-clock times of the calendar; whoever lives elsewhere must be told whose.
    week = week_text(schedule)
    return week if str(zone) == schedule.zone else _("%(week)s in %(zone)s") % {"week": week, "zone": schedule.zone}


def _runs(schedule: Schedule) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Stretches of weekdays with the same hours: first and last day from Monday = 0."""
    first = 0
    for day in range(1, len(WEEKDAYS) + 1):
        hours = tuple(schedule.week.get(WEEKDAYS[first], ()))
        # The last day has no successor to compare with.
        if day == len(WEEKDAYS) or tuple(schedule.week.get(WEEKDAYS[day], ())) != hours:
            if hours:
                yield first, day - 1, hours
            first = day


def _days(first: int, last: int) -> str:
    return _day(first) if first == last else f"{_day(first)}–{_day(last)}"


def _day(number: int) -> str:
    return date_format(_A_MONDAY + timedelta(days=number), "D")


def _hours(intervals: tuple[str, ...]) -> str:
    return ", ".join(interval.replace("-", "–") for interval in intervals)
