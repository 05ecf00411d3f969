"""What is left of a month's error budget as the month goes by, also below zero."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from reporting.charts.falling import Level, levels, parted
from reporting.charts.scale import Scale, Tick, percent, scale
from slas.availability import Segment, Whole
from slas.availability.results import State
from slas.clock import Span
from slas.clock.spans import micros

# The axis reaches so many budgets below zero; a line that falls further leaves the plot, and its number is said.
DEEPEST = 3
SHADED = ("maintenance", "unknown")
WEEK = timedelta(days=7)


class Point(NamedTuple):
    """A place in percent of the plot, from its left and upper edges."""

    x: Decimal
    y: Decimal


@dataclass(frozen=True, slots=True)
class Shade:
    """A stretch of planned work, or one without data."""

    state: State
    x: Decimal
    width: Decimal


@dataclass(frozen=True, slots=True)
class DayMark:
    """Where a day begins."""

    on: date
    x: Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table: an outage with the seconds it took, or a shaded stretch; and what was left after it."""

    start: datetime
    end: datetime
    state: State
    down: Fraction
    left: Fraction


@dataclass(frozen=True, slots=True)
class BudgetChart:
    """The line `above` zero and `below` it, and the `area` between it and zero where it is below."""

    measurement: Whole
    zone: str
    left: Fraction  # seconds; negative when more than the budget was used
    ticks: Sequence[Tick]
    days: Sequence[DayMark]
    full: Decimal  # the height of the whole budget, from the upper edge
    zero: Decimal
    until: Decimal
    above: Sequence[Point]
    below: Sequence[Point]
    area: Sequence[Point]
    shades: Sequence[Shade]
    entries: Sequence[Entry]
    is_cut: bool

    @property
    def month(self) -> date:
        """The first day of the month."""
        return self.days[0].on

    @property
    def over(self) -> Fraction:
        """How much more than the budget was used, in seconds."""
        return max(-self.left, Fraction())


@dataclass(frozen=True, slots=True)
class Plot:
    """The period from left to right and the axis from top to bottom."""

    begin: int
    end: int
    axis: Scale

    def x(self, at: int) -> Decimal:
        """The place of a moment (microseconds); what lies outside the period stands at its edge."""
        return percent(Fraction(min(max(at, self.begin), self.end) - self.begin, self.end - self.begin))

    def points(self, line: Iterable[Level]) -> list[Point]:
        """The corners of a line, those that fall on the same place once."""
        return list(dict.fromkeys(Point(self.x(level.at), self.axis.y(level.left)) for level in line))


def drawn(measurement: Whole, *, zone: str) -> BudgetChart:
    """The chart of this month; `zone` is the agreement's, in which the days begin."""
    segments = measurement.segments
    left = measurement.allowed - measurement.down
    axis = scale(_depth(left, measurement.allowed), measurement.allowed)
    until = micros(measurement.until)
    plot = Plot(micros(segments[0].start), micros(segments[-1].end), axis)
    above, rest = parted(levels(measurement, segments), 0)
    below, hidden = parted(rest, axis.bottom)
    shaded = [segment for segment in segments if segment.state in SHADED]
    return BudgetChart(
        measurement=measurement,
        zone=zone,
        left=left,
        ticks=axis.ticks,
        days=list(_days(measurement.period, ZoneInfo(zone), plot)),
        full=axis.y(measurement.allowed),
        zero=axis.y(0),
        until=plot.x(until),
        above=plot.points(above),
        below=plot.points(below),
        area=plot.points(_area(below, until)),
        shades=[_shade(segment, plot) for segment in shaded],
        entries=_entries(measurement, shaded),
        is_cut=bool(hidden),
    )


def _depth(left: Fraction, allowed: Fraction) -> Fraction:
    """How low the axis has to reach; without any budget there is nothing to compare with, and it holds the line."""
    return max(left, -DEEPEST * allowed) if allowed else left


def _area(below: Sequence[Level], until: int) -> list[Level]:
    """What lies between the line and zero; where the line has left the plot, down to its lower edge."""
    return [*below, Level(until, below[-1].left), Level(until, Fraction())] if below else []


def _days(period: Span, zone: ZoneInfo, plot: Plot) -> Iterator[DayMark]:
    """The first day of the month and every week after it."""
    first = on = period.start.astimezone(zone).date()
    while on.month == first.month:
        yield DayMark(on, plot.x(micros(datetime.combine(on, time(), zone))))
        on += WEEK


def _shade(segment: Segment, plot: Plot) -> Shade:
    start, end = plot.x(micros(segment.start)), plot.x(micros(segment.end))
    return Shade(state=segment.state, x=start, width=end - start)


def _entries(measurement: Whole, shaded: Iterable[Segment]) -> list[Entry]:
    """Outages and shaded stretches in the order of time."""
    happened: list[tuple[datetime, datetime, State, Fraction]] = [
        (one.start, one.end, "down", one.down) for one in measurement.incidents
    ]
    happened += [(one.start, one.end, one.state, Fraction()) for one in shaded]
    entries = []
    left = measurement.allowed
    for start, end, state, down in sorted(happened):
        left -= down
        entries.append(Entry(start, end, state, down, left))
    return entries
