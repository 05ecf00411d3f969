"""An axis of time down: round ends, round ticks, and where a length stands on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import chain, count
from math import ceil, floor

MINUTE, HOUR, DAY = 60, 3600, 86_400
# What people count in. More than a day doubles: 48 h, 96 h.
STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(MINUTE * minutes for minutes in (1, 2, 5, 10, 15, 30)),
    *(HOUR * hours for hours in (1, 2, 3, 6, 12)),
)
MOST = 5  # steps of an axis
PLACES = 3  # of a percent: a hundredth of a pixel on a desk


@dataclass(frozen=True, slots=True)
class Tick:
    """A round length and its place, in percent from the upper edge."""

    seconds: int
    y: Decimal


@dataclass(frozen=True, slots=True)
class Scale:
    """A vertical axis in seconds, both ends multiples of its step."""

    bottom: int
    top: int
    step: int

    def y(self, seconds: Fraction | int) -> Decimal:
        """The place of a length in percent from the upper edge; what lies beyond an end stands at that end."""
        inside = min(max(Fraction(seconds), Fraction(self.bottom)), Fraction(self.top))
        return percent((self.top - inside) / (self.top - self.bottom))

    @property
    def ticks(self) -> list[Tick]:
        """Every step from the bottom to the top."""
        return [Tick(seconds, self.y(seconds)) for seconds in range(self.bottom, self.top + 1, self.step)]


def scale(lowest: Fraction, highest: Fraction) -> Scale:
    """The axis that holds both lengths and zero; where there is nothing to measure it reaches an hour."""
    low, high = min(lowest, Fraction()), max(highest, Fraction())
    # An axis without a length would divide by nothing.
    if low == high:
        high = Fraction(HOUR)
    step = _step(high - low)
    return Scale(bottom=floor(low / step) * step, top=ceil(high / step) * step, step=step)


def percent(share: Fraction) -> Decimal:
    """A share of the plot in percent, rounded once."""
    return Decimal(round(share * 100 * 10**PLACES)).scaleb(-PLACES)


def _step(length: Fraction) -> int:
    steps: Iterable[int] = chain(STEPS, (DAY << doubled for doubled in count()))
    return next(step for step in steps if step * MOST >= length)
