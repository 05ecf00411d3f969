"""A month that several revisions answer for: each judges its own part, and the sums are sums over sums."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from slas.availability.results import Incident, Measurement, Segment
from slas.clock import Span

PERCENT = 100
NOTHING = Fraction()


@dataclass(frozen=True, slots=True)
class Whole:
    """The parts of one month in the order of time; the same figures as a `Measurement`, over all of them.

    Without any part every sum is nothing and there is no verdict; it has no period then.
    """

    parts: tuple[Measurement, ...]

    @property
    def period(self) -> Span:
        """From the first to the last instant that somebody answers for."""
        return Span(self.parts[0].period.start, self.parts[-1].period.end)

    @property
    def until(self) -> datetime:
        """Up to here facts are counted."""
        # A part that lies ahead has counted nothing; its own “until” is its start.
        begun = [part.until for part in self.parts if part.until > part.period.start]
        return begun[-1] if begun else self.parts[0].until

    @property
    def target(self) -> Fraction | None:
        """What is promised in percent; None when it changed during the month."""
        targets = {part.target for part in self.parts}
        return targets.pop() if len(targets) == 1 else None

    @property
    def agreed(self) -> Fraction:
        """Seconds of agreed time."""
        return sum((part.agreed for part in self.parts), NOTHING)

    @property
    def excluded(self) -> Fraction:
        """Seconds of shielded maintenance."""
        return sum((part.excluded for part in self.parts), NOTHING)

    @property
    def down(self) -> Fraction:
        """Weighted seconds down."""
        return sum((part.down for part in self.parts), NOTHING)

    @property
    def unknown(self) -> Fraction:
        """Seconds of agreed time without data."""
        return sum((part.unknown for part in self.parts), NOTHING)

    @property
    def allowed(self) -> Fraction:
        """The error budget in seconds."""
        return sum((part.allowed for part in self.parts), NOTHING)

    @property
    def denominator(self) -> Fraction:
        """The seconds over which availability is measured, those without data still among them."""
        return sum((part.denominator for part in self.parts), NOTHING)

    @property
    def so_far(self) -> Fraction:
        """Seconds of agreed time up to `until`."""
        return sum((part.so_far for part in self.parts), NOTHING)

    @property
    def availability(self) -> Fraction | None:
        """Percent over all that is known; None when nothing is."""
        known = self.denominator - self.unknown
        return PERCENT * (known - self.down) / known if known else None

    @property
    def kept(self) -> bool | None:
        """Kept when no part is broken; None when nothing is known of any."""
        verdicts = [part.kept for part in self.parts if part.kept is not None]
        return all(verdicts) if verdicts else None

    @property
    def budget_used(self) -> Fraction | None:
        """Percent of the error budget; None when nothing is allowed."""
        return PERCENT * self.down / self.allowed if self.allowed else None

    @property
    def coverage(self) -> Fraction | None:
        """Percent of the agreed time so far for which there are data."""
        return PERCENT * (self.so_far - self.unknown) / self.so_far if self.so_far else None

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """Every incident that counts."""
        return tuple(incident for part in self.parts for incident in part.incidents)

    @property
    def segments(self) -> list[Segment]:
        """The whole month without a gap."""
        return [segment for part in self.parts for segment in part.segments]

    @property
    def is_final(self) -> bool:
        """True once every part has been looked at to its end."""
        return all(part.is_final for part in self.parts)
