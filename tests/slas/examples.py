"""Random support hours, moments and pauses around the days on which clocks do odd things."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from slas.clock import ServiceHours, Span
from tests.slas.oracle import DAY, MINUTE, WEEKDAYS, Oracle

# Both clock changes of each zone that has them; in Apia also the Friday that was skipped.
ODD_DAYS = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Asia/Kolkata", date(2026, 3, 29)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Apia", date(2012, 4, 1)),
    ("UTC", date(2025, 12, 31)),
]


@dataclass(frozen=True)
class Example:
    """Hours for the clock under test, the same for the slow clock, and a moment close to the odd day."""

    hours: ServiceHours
    oracle: Oracle
    start: datetime
    end: datetime
    pauses: tuple[Span, ...]


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """An example within five days around an odd day, in full minutes."""
    zone, odd = draw(st.sampled_from(ODD_DAYS))
    near = st.integers(-3, 3).map(lambda days: odd + days * DAY)
    oracle = Oracle(
        zone=ZoneInfo(zone),
        week=draw(st.dictionaries(st.sampled_from(WEEKDAYS), intervals(), min_size=1)),
        closed=draw(st.lists(near, max_size=2)),
        special=draw(st.dictionaries(near, intervals(), max_size=2)),
        first=odd - 8 * DAY,
        last=odd + 12 * DAY,
    )
    noon = datetime(odd.year, odd.month, odd.day, 12, tzinfo=UTC)
    moments = st.integers(-4000, 4000).map(lambda minutes: noon + minutes * MINUTE)
    ends = st.none() | moments
    pauses = draw(st.lists(st.builds(Span, moments, ends), max_size=3))
    return Example(oracle.hours(), oracle, draw(moments), draw(moments), tuple(pauses))


@st.composite
def intervals(draw: st.DrawFn) -> list[str]:
    """Up to three intervals of a day that do not overlap; early hours are likely, for that is when clocks change."""
    quarters = draw(st.lists(st.integers(0, 16) | st.integers(0, 96), max_size=6, unique=True).map(sorted))
    clocks = [f"{quarter // 4:02}:{quarter % 4 * 15:02}" for quarter in quarters]
    return [f"{start}-{end}" for start, end in list(pairwise(clocks))[::2]]


@st.composite
def calendars(draw: st.DrawFn) -> ServiceHours:
    """Hours in any of the zones that open at least once a week, with closed and special dates over six years."""
    zone, _ = draw(st.sampled_from(ODD_DAYS))
    some_day = st.dates(date(2017, 1, 1), date(2023, 1, 1))
    week = draw(st.dictionaries(st.sampled_from(WEEKDAYS), intervals().filter(bool), min_size=1))
    special = draw(st.dictionaries(some_day, intervals(), max_size=5))
    return ServiceHours.parse(zone=zone, week=week, closed=draw(st.lists(some_day, max_size=9)), special=special)


def instants() -> st.SearchStrategy[datetime]:
    """Any microsecond of six years, in UTC."""
    first, last = datetime(2017, 1, 1), datetime(2023, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone itself
    return st.datetimes(first, last, timezones=st.just(UTC))


def allowances() -> st.SearchStrategy[timedelta]:
    """From a microsecond to three hundred hours."""
    return st.timedeltas(timedelta(microseconds=1), timedelta(hours=300))


def pauses() -> st.SearchStrategy[list[Span]]:
    """Pauses with an end; they may overlap, touch, be empty or run backwards."""
    return st.lists(st.builds(Span, instants(), instants()), max_size=4)
