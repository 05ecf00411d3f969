"""Reading opening hours as people write them: weekdays, `HH:MM-HH:MM`, closed and special dates."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from slas.clock.spans import DAY, Stretch

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = 60_000_000
INTERVAL = re.compile(r"([0-9]{2}):([0-5][0-9])-([0-9]{2}):([0-5][0-9])")


class BadHours(ValueError):  # noqa: N818 - it reads as a fact, not as a fault
    """Opening hours that make no sense; `sentence` and `facts` let a page say it in the reader's language."""

    def __init__(self, sentence: str, **facts: str) -> None:
        super().__init__(sentence % facts)
        self.sentence = sentence
        self.facts = facts


def read_zone(name: str) -> ZoneInfo:
    """The IANA zone of that name."""
    if not isinstance(name, str) or name not in _zone_names():
        raise BadHours("The time zone “%(zone)s” is not known; use a name such as Europe/Berlin.", zone=str(name))
    return ZoneInfo(name)


@cache
def _zone_names() -> frozenset[str]:
    # ZoneInfo itself would also open directories and the leap-second copies that some systems keep beside the zones.
    return frozenset(available_timezones())


def read_week(week: Mapping[str, Sequence[str]]) -> tuple[tuple[Stretch, ...], ...]:
    """Seven days of intervals from Monday on, in microseconds since local midnight."""
    if not isinstance(week, Mapping):
        raise BadHours("The weekly hours are a list of weekdays with their intervals.")
    for day in week:
        if day not in WEEKDAYS:
            raise BadHours(
                "“%(day)s” is not a weekday; use mon, tue, wed, thu, fri, sat or sun.",
                day=str(day),
            )
    return tuple(read_intervals(week.get(day, ())) for day in WEEKDAYS)


def read_special(special: Mapping[date, Sequence[str]]) -> tuple[tuple[date, tuple[Stretch, ...]], ...]:
    """Special days in order of date, each with the intervals that replace its weekly hours."""
    if not isinstance(special, Mapping):
        raise BadHours("Special days are a list of dates with their intervals.")
    return tuple((day, read_intervals(special[day])) for day in read_dates(special))


def read_dates(dates: Iterable[date]) -> tuple[date, ...]:
    """Plain dates in order, each once; a moment or a text is refused."""
    if isinstance(dates, str) or not isinstance(dates, Iterable):
        raise BadHours("Closed days are a list of dates.")
    days = list(dates)
    for day in days:
        # A datetime is a date to Python, and would never equal one.
        if not isinstance(day, date) or isinstance(day, datetime):
            raise BadHours("“%(day)s” is not a date.", day=str(day))
    return tuple(sorted(set(days)))


def read_intervals(texts: Sequence[str]) -> tuple[Stretch, ...]:
    """Intervals of one day in order, in microseconds since local midnight; they may touch but not overlap."""
    if isinstance(texts, str) or not isinstance(texts, Sequence):
        raise BadHours("The hours of a day are a list of intervals such as 08:00-18:00.")
    intervals = sorted((_read_interval(text), text) for text in texts)
    for ((_, end), earlier), ((start, _), later) in pairwise(intervals):
        # Sorted, so that only neighbours can overlap; touching is no overlap.
        if start < end:
            raise BadHours("The intervals %(earlier)s and %(later)s overlap.", earlier=earlier, later=later)
    return tuple(interval for interval, _ in intervals)


def _read_interval(text: str) -> Stretch:
    match = INTERVAL.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise BadHours("“%(text)s” is not an interval; write it like 08:00-18:00.", text=str(text))
    hour, minute, end_hour, end_minute = map(int, match.groups())
    start, end = (hour * 60 + minute) * MINUTE, (end_hour * 60 + end_minute) * MINUTE
    # Clock rule 5: 24:00 is an end and never a start.
    if end > DAY or start >= DAY:
        raise BadHours("The interval %(text)s leaves its day; a day ends at 24:00.", text=text)
    if end <= start:
        raise BadHours("The interval %(text)s ends before it starts; write a night as two intervals.", text=text)
    return start, end
