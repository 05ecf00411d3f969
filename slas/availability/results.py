"""What came out of a month, and the stretches that explain it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Literal

from slas.clock import Span
from slas.clock.spans import instant

# closed: outside the agreed time. ignored: too short to count. ahead: not yet known, because it lies in the future.
State = Literal["up", "down", "maintenance", "unknown", "ignored", "closed", "ahead"]
Told = tuple[int, int, State, Fraction]  # a stretch in microseconds, what it was, and how much of it counted as down


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the month and what it was; `weight` is how much of it counted as down, from 0 to 1."""

    start: datetime
    end: datetime
    state: State
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Incident:
    """Time down without a break, as it counts: inside the agreed time, outside shielded maintenance."""

    start: datetime
    end: datetime
    down: Fraction  # seconds, weighted


@dataclass(frozen=True, slots=True)
class Measurement:
    """A month measured by its terms: times in seconds, shares in percent, all of them exact.

    `agreed` is the agreed time of the whole month, `excluded` the maintenance that is shielded, `down` the weighted
    time down, `unknown` the agreed time without data, `allowed` the error budget. `availability` is measured over what
    is known; it and `kept` are None when nothing is. `budget_used` is None when nothing is allowed. `coverage` is the
    share of the agreed time so far for which there are data. Facts are counted up to `until`.
    """

    period: Span
    until: datetime
    target: Fraction
    agreed: Fraction
    excluded: Fraction
    down: Fraction
    unknown: Fraction
    allowed: Fraction
    availability: Fraction | None
    kept: bool | None
    budget_used: Fraction | None
    coverage: Fraction | None
    so_far: Fraction
    incidents: tuple[Incident, ...]
    denominator: Fraction
    told: Sequence[Told] = field(repr=False)

    @property
    def segments(self) -> list[Segment]:
        """The whole month without a gap; made when it is asked for, because figures alone need no explanation."""
        return [Segment(instant(start), instant(stop), state, weight) for start, stop, state, weight in self.told]

    @property
    def is_final(self) -> bool:
        """True once the whole month has been looked at."""
        return self.until == self.period.end
