"""Time down of each month beside what it allowed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median_low

from reporting.charts.scale import Scale, Tick, percent, scale

# A month taller than so many times what is usual is cut: one lost week must not flatten the rest of the year.
TALLEST = 4
BAR = Fraction(3, 5)  # of its month's slot
SPECK = Decimal("0.5")  # percent of the height: time down is never invisible
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Column:
    """One month: seconds down and allowed, the share of its agreed time without data (0 to 1), percent available.

    `kept` is None when too little is known for a verdict. A provisional month is one that nobody has certified.
    """

    month: date
    down: Fraction
    allowed: Fraction
    unknown_share: Fraction
    availability: Fraction | None
    kept: bool | None
    is_provisional: bool
    is_agreed: bool

    @property
    def verdict(self) -> str:
        """The verdict by its name in `slas.templatetags.states`."""
        if not self.is_agreed:
            return "no_agreement"
        if self.kept is None:
            return "no_data"
        return "kept" if self.kept else "broken"

    @property
    def is_measured(self) -> bool:
        """Whether there is anything to draw a bar and a line for."""
        return self.is_agreed and self.kept is not None


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a month stands, in percent of the plot from its left and upper edges.

    The slot is the room of the month, `blind` how much of its width has no data, `line` what was allowed.
    """

    column: Column
    slot: Decimal
    slot_end: Decimal
    x: Decimal
    end: Decimal
    y: Decimal
    line: Decimal
    blind: Decimal
    is_cut: bool

    @property
    def width(self) -> Decimal:
        """The width of the bar."""
        return self.end - self.x

    @property
    def height(self) -> Decimal:
        """The height of the bar, which stands on the lower edge."""
        return WHOLE - self.y

    @property
    def slot_width(self) -> Decimal:
        """The width of the slot."""
        return self.slot_end - self.slot

    @property
    def middle(self) -> Decimal:
        """The middle of bar and slot."""
        return (self.slot + self.slot_end) / 2

    @property
    def is_labelled(self) -> bool:
        """Whether the number stands there unasked: what broke a promise, and what is taller than it looks."""
        return self.column.is_measured and (self.is_cut or not self.column.kept)


@dataclass(frozen=True, slots=True)
class MonthsChart:
    """Months in order, and the axis beside them."""

    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    zone: str

    @property
    def is_cut(self) -> bool:
        """Whether some month is taller than the axis."""
        return any(bar.is_cut for bar in self.bars)

    @property
    def kept(self) -> int:
        """How many months kept the promise."""
        return self._count("kept")

    @property
    def broken(self) -> int:
        """How many months broke the promise."""
        return self._count("broken")

    @property
    def unjudged(self) -> int:
        """How many months have no verdict: no agreement, or too little data."""
        return len(self.bars) - self.kept - self.broken

    def _count(self, verdict: str) -> int:
        return sum(bar.column.verdict == verdict for bar in self.bars)


def drawn(columns: Sequence[Column], *, zone: str) -> MonthsChart:
    """The chart of these months, the oldest first; `zone` is where they begin and end."""
    axis = scale(Fraction(), _reach([column for column in columns if column.is_measured]))
    bars = [_bar(column, at, len(columns), axis) for at, column in enumerate(columns)]
    return MonthsChart(bars=bars, ticks=axis.ticks, zone=zone)


def _reach(measured: Sequence[Column]) -> Fraction:
    """How far the axis has to reach: to the tallest month, at most to some times what is usual."""
    tallest = max((max(column.down, column.allowed) for column in measured), default=Fraction())
    return min(tallest, TALLEST * _usual(measured))


def _usual(measured: Sequence[Column]) -> Fraction:
    """The largest line, or the median month where that is higher; where both are zero, the median of the rest."""
    downs = [column.down for column in measured]
    return max(_median(downs), *(column.allowed for column in measured), Fraction()) or _median(filter(None, downs))


def _median(downs: Iterable[Fraction]) -> Fraction:
    return median_low([*downs] or [Fraction()])


def _bar(column: Column, at: int, months: int, axis: Scale) -> Bar:
    side = (1 - BAR) / 2
    slot, slot_end = percent(Fraction(at, months)), percent(Fraction(at + 1, months))
    y = axis.y(column.down)
    return Bar(
        column=column,
        slot=slot,
        slot_end=slot_end,
        x=percent((at + side) / months),
        end=percent((at + 1 - side) / months),
        y=min(y, WHOLE - SPECK) if column.down else y,
        line=axis.y(column.allowed),
        blind=percent(column.unknown_share / months),
        is_cut=column.down > axis.top,
    )
