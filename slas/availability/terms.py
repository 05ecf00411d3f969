"""What an agreement says about availability, and the facts it is measured on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from numbers import Rational
from typing import Literal

from slas.clock import ServiceHours, Span
from slas.clock.opening import read_zone
from slas.clock.spans import micros

# exclude: leaves the denominator; count_as_up: stays in it and counts as up; count_as_down: shields nothing.
Treatment = Literal["exclude", "count_as_up", "count_as_down"]
# What being exactly at the target means; product.md: equality keeps the promise.
Boundary = Literal["kept", "broken"]

WHOLE = Fraction(1)
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class AvailabilityTerms:
    """The availability promise of one revision; ValueError with a sentence for what cannot be promised.

    `target` is in percent. Without `service_hours` the product is promised round the clock. `notice` is how long before
    its planned start maintenance has to be announced, `monthly_cap` how much of it may be shielded in a month. Outages
    not longer than `ignore_up_to` do not count; with `whole_minutes` each is cut to its whole minutes first.
    """

    target: Decimal
    zone: str
    service_hours: ServiceHours | None = None
    maintenance: Treatment = "exclude"
    notice: timedelta = NOTHING
    monthly_cap: timedelta | None = None
    ignore_up_to: timedelta = NOTHING
    whole_minutes: bool = False
    boundary: Boundary = "kept"

    def __post_init__(self) -> None:
        """Refuse nonsense where it is written, not where it is measured."""
        read_zone(self.zone)
        if isinstance(self.target, float):
            raise ValueError("A target is written exactly, such as Decimal('99.9'); a float is not.")
        if not (Decimal(self.target).is_finite() and 0 < self.target <= 100):
            raise ValueError("A target lies above 0 and at most at 100 percent.")
        if self.target == 100 and self.boundary == "broken":
            raise ValueError("Nothing is more than 100 percent: exactly that much has to keep the promise.")
        if min(self.notice, self.ignore_up_to, self.monthly_cap or NOTHING) < NOTHING:
            raise ValueError("Notice, cap and the length that is ignored cannot be negative.")


@dataclass(frozen=True, slots=True)
class Outage:
    """A stretch in which the product was down, wholly (weight 1) or in part; without an end it still is."""

    span: Span
    weight: Fraction = WHOLE

    def __post_init__(self) -> None:
        """Refuse a weight that is no share, and an end before the start."""
        if not isinstance(self.weight, Rational):
            raise ValueError("A weight is written exactly, such as Fraction(1, 2); a float is not.")
        if not 0 <= self.weight <= 1:
            raise ValueError("A weight lies between 0 and 1.")
        _in_order(self.span)


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Planned work: its window, when that window was announced, and when it was really used; None while it was not.

    Moving or extending a window restarts its notice: `announced_at` is the announcement of the window as it is now.
    Work that is used beyond its window, not used, late, or an emergency does not shield (product.md).
    """

    planned: Span
    announced_at: datetime
    used: Span | None = None
    emergency: bool = False

    def __post_init__(self) -> None:
        """Refuse a window without an end, and an end before the start."""
        if self.planned.end is None:
            raise ValueError("Planned work has an end.")
        _in_order(self.planned)
        if self.used is not None:
            _in_order(self.used)


def _in_order(span: Span) -> None:
    start = micros(span.start)
    if span.end is not None and micros(span.end) < start:
        raise ValueError("The end lies before the start.")
