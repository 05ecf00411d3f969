"""The ways in which agreements turn a broken promise into a share of the monthly fee."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

NOTHING = timedelta(0)
WHOLE_FEE = Decimal(100)
LOWEST, HIGHEST = Decimal(0), Decimal(100)
# A place between two numbers: just before the value (0) or just behind it (1).
Cut = tuple[Decimal, int]


@dataclass(frozen=True, slots=True)
class Band:
    """A range of availability in percent, and the credit for it; None has no bound on that side."""

    lower: Decimal | None
    lower_inclusive: bool
    upper: Decimal | None
    upper_inclusive: bool
    percent: Decimal

    def __post_init__(self) -> None:
        """Refuse a band that holds nothing, and a credit that is no share."""
        _share(self.percent, *(bound for bound in (self.lower, self.upper) if bound is not None))
        if self.lower is None or self.upper is None:
            return
        if self.lower > self.upper or (
            self.lower == self.upper and not (self.lower_inclusive and self.upper_inclusive)
        ):
            raise ValueError("A band has its lower bound below its upper bound.")

    @property
    def begin(self) -> Cut:
        """Where the band begins."""
        return (LOWEST, 0) if self.lower is None else (self.lower, int(not self.lower_inclusive))

    @property
    def end(self) -> Cut:
        """Where the band ends."""
        return (HIGHEST, 1) if self.upper is None else (self.upper, int(self.upper_inclusive))

    def holds(self, availability: Fraction) -> bool:
        """Whether this availability, in percent, lies in the band."""
        if availability == self.lower:
            return self.lower_inclusive
        if availability == self.upper:
            return self.upper_inclusive
        return (self.lower is None or availability > self.lower) and (self.upper is None or availability < self.upper)


@dataclass(frozen=True, slots=True)
class Bands:
    """A credit for each range of availability."""

    bands: tuple[Band, ...]
    cap: Decimal = WHOLE_FEE

    def __post_init__(self) -> None:
        """Refuse a table without rows."""
        _share(self.cap)
        if not self.bands:
            raise ValueError("A table of credits has at least one band.")


@dataclass(frozen=True, slots=True)
class StepsBelow:
    """So much for every `per` percentage points below the target: only full steps, or in proportion."""

    per: Decimal
    percent: Decimal
    reading: Literal["full", "pro_rata"] = "full"
    cap: Decimal = WHOLE_FEE

    def __post_init__(self) -> None:
        """Refuse a step without a height."""
        _share(self.percent, self.cap)
        _positive(self.per)


@dataclass(frozen=True, slots=True)
class PerPeriodBeyond:
    """So much for every period of time down beyond what is allowed: only full periods, or each one started."""

    period: timedelta
    percent: Decimal
    reading: Literal["full", "started"] = "full"
    cap: Decimal = WHOLE_FEE

    def __post_init__(self) -> None:
        """Refuse a period without a length."""
        _share(self.percent, self.cap)
        _positive(self.period)


@dataclass(frozen=True, slots=True)
class StartedUnits:
    """For each started unit of time down one `denominator`-th of the fee.

    `counting` says whether all time down counts once the promise is broken, or only the excess over what is allowed;
    `rounding` whether the month's total is rounded up to units, or each incident.
    """

    unit: timedelta
    denominator: int
    counting: Literal["excess", "all"] = "excess"
    rounding: Literal["month", "incident"] = "month"
    cap: Decimal = WHOLE_FEE

    def __post_init__(self) -> None:
        """Refuse units without a length, and parts of nothing."""
        _share(self.cap)
        _positive(self.unit)
        _positive(self.denominator)


@dataclass(frozen=True, slots=True)
class Linear:
    """The share of the fee is the share of the time down."""

    cap: Decimal = WHOLE_FEE

    def __post_init__(self) -> None:
        """Refuse a cap that is no share."""
        _share(self.cap)


@dataclass(frozen=True, slots=True)
class MultipleOfShare:
    """A multiple of the fee for the time down."""

    factor: Decimal
    cap: Decimal = WHOLE_FEE

    def __post_init__(self) -> None:
        """Refuse a factor of nothing."""
        _share(self.cap)
        _positive(self.factor)


CreditRule = Bands | StepsBelow | PerPeriodBeyond | StartedUnits | Linear | MultipleOfShare
# The rules by the names they have in files, forms and tables.
RULES: Mapping[str, type[CreditRule]] = {
    "bands": Bands,
    "steps_below": StepsBelow,
    "per_period_beyond": PerPeriodBeyond,
    "started_units": StartedUnits,
    "linear": Linear,
    "multiple_of_share": MultipleOfShare,
}


def kind_of(rule: CreditRule) -> str:
    """The name of the rule's kind."""
    return next(kind for kind, made in RULES.items() if isinstance(rule, made))


def terms_of(kind: str) -> tuple[str, ...]:
    """The names of what a rule of this kind is made of, besides its cap and its table."""
    return tuple(term.name for term in fields(RULES[kind]) if term.name not in {"cap", "bands"})


def _share(*values: Decimal) -> None:
    for value in values:
        # 0.1 as a float is a little more than a tenth, and money hangs on it.
        if isinstance(value, float):
            raise ValueError("Percentages are written exactly, such as Decimal('2.5'); a float is not.")
        if not (Decimal(value).is_finite() and 0 <= value <= WHOLE_FEE):
            raise ValueError("A share lies between 0 and 100 percent.")


def _positive(value: Decimal | int | timedelta) -> None:
    if isinstance(value, float):
        raise ValueError("Numbers are written exactly, such as Decimal('2.5'); a float is not.")
    is_positive = value > NOTHING if isinstance(value, timedelta) else value > 0
    if not is_positive:
        raise ValueError("Steps, periods, units and factors are greater than zero.")
