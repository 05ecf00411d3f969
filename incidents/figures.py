"""Sums over what happened: how often a promise was kept in a period, and what to call that (contracts.md, Figures)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from incidents.cadence import months_later

Target = tuple[str, str]  # priority and kind of timer, such as ("P1", "response")


class Verdict(StrEnum):
    """What a period says about a promise, from the worst to the least that can be said."""

    # The order matters: the worst comes first. The values are the names of `slas.templatetags.states`.
    BROKEN = "broken"
    AT_RISK = "at_risk"
    KEPT = "kept"
    TOO_FEW = "no_data"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many timers were met and how many breached; a timer that still runs before its deadline is in neither."""

    met: int = 0
    breached: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.met + other.met, self.breached + other.breached)

    @property
    def counted(self) -> int:
        """All timers that have a verdict: the n behind every percentage."""
        return self.met + self.breached

    @property
    def share(self) -> Fraction | None:
        """Met timers out of all counted ones, exactly; None when nothing was due."""
        return Fraction(self.met, self.counted) if self.counted else None

    @property
    def percent(self) -> Decimal | None:
        """Share of met timers in percent, truncated to one decimal; None when nothing was due."""
        if not self.counted:
            return None
        # Whole numbers until the last step: 9,499 of 10,000 must not become 95.0 on the way.
        return Decimal(self.met * 1000 // self.counted) / 10

    def keeps(self, promised: Decimal) -> bool:
        """Whether the share reaches the promised percent; equality does, and nothing is rounded on the way."""
        return self.met * 100 >= promised * self.counted


@dataclass(frozen=True, slots=True)
class Promise:
    """What a target promises; `allowance` is support time, `attainment` the percent of a period's timers to be met.

    A target that names no percentage allows no exception.
    """

    allowance: timedelta
    attainment: Decimal | None
    is_commitment: bool

    @property
    def percent(self) -> Decimal:
        """The percent to be reached."""
        return Decimal(100) if self.attainment is None else self.attainment

    @property
    def share(self) -> Decimal:
        """The same as a share of one."""
        return self.percent / 100


@dataclass(frozen=True, slots=True)
class Row:
    """Promise beside result, for one priority and one kind of timer."""

    priority: str
    kind: str
    promise: Promise | None  # None: the agreement promises nothing here (any more), yet something was due
    tally: Tally
    verdict: Verdict

    @property
    def state(self) -> str:
        """The verdict as people read it: an objective is missed, only a commitment is broken."""
        is_missed = self.verdict == Verdict.BROKEN and not (self.promise and self.promise.is_commitment)
        return "missed" if is_missed else str(self.verdict)


@dataclass(frozen=True, slots=True)
class Result:
    """All promises of a period beside what came of them."""

    period: "Period"
    is_over: bool
    rows: tuple[Row, ...]

    @property
    def tally(self) -> Tally:
        """Everything that was due, promised or not."""
        return total(row.tally for row in self.rows)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the commitments; objectives speak only where nothing was committed to."""
        promises = [row for row in self.rows if row.promise is not None]
        committed = [row for row in promises if row.promise and row.promise.is_commitment]
        found = {row.verdict for row in committed or promises}
        return next((verdict for verdict in Verdict if verdict in found), Verdict.TOO_FEW)


@dataclass(frozen=True, slots=True)
class Period:
    """Local days `[from_on, to_on)` in a zone."""

    from_on: date
    to_on: date
    zone: str

    @property
    def start(self) -> datetime:
        """The first instant of the period."""
        return midnight(self.from_on, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant after the period."""
        return midnight(self.to_on, self.zone)

    def is_over(self, now: datetime) -> bool:
        """Whether nothing more can fall due in it."""
        return now >= self.end


def midnight(day: date, zone: str) -> datetime:
    """The instant at which a local day begins; where a clock change skips midnight, the instant of the change."""
    # fold=0: of a midnight that comes twice the first; one that is skipped lands on the instant of the change.
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def local_day(at: datetime, zone: str) -> date:
    """The day it is in a zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def month_of(day: date, zone: str) -> Period:
    """The calendar month that holds the day."""
    return Period(day.replace(day=1), months_later(day, 1), zone)


def months_up_to(day: date, zone: str, *, count: int) -> list[Period]:
    """So many calendar months, the oldest first, the last one holding the day."""
    return [month_of(months_later(day, back), zone) for back in range(1 - count, 1)]


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of sums; percentages are never averaged."""
    return sum(tallies, Tally())


def judge(tally: Tally, promise: Promise | None, *, is_over: bool) -> Verdict:
    """The verdict on a period.

    While it goes on, a share below the promise is a risk that later timers can still heal, unless none may be missed.
    """
    # Nothing was due: neither praise nor blame.
    if promise is None or not tally.counted:
        return Verdict.TOO_FEW
    if tally.keeps(promise.percent):
        return Verdict.KEPT
    return Verdict.BROKEN if is_over or promise.percent >= 100 else Verdict.AT_RISK


def rows(promises: Mapping[Target, Promise], tallies: Mapping[Target, Tally], *, is_over: bool) -> tuple[Row, ...]:
    """Every promise with its result, and every result without a promise; by priority, then in the order of a ticket."""
    order = ("response", "update", "resolution")
    # A result without a promise still happened: leaving it out would flatter the period.
    targets = sorted({*promises, *tallies}, key=lambda target: (target[0], order.index(target[1])))
    return tuple(
        Row(
            *target,
            promise=promises.get(target),
            tally=(tally := tallies.get(target, Tally())),
            verdict=judge(tally, promises.get(target), is_over=is_over),
        )
        for target in targets
    )
