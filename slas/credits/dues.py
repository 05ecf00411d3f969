"""The credit that a measured month is due."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from slas.availability import Incident, Measurement
from slas.credits.rules import (
    HIGHEST,
    LOWEST,
    Bands,
    CreditRule,
    Linear,
    MultipleOfShare,
    PerPeriodBeyond,
    StartedUnits,
    StepsBelow,
)

Gap = Literal["TIER_GAP"]
NOTHING = Fraction(0)
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English sentence whose `%(…)s` are filled from `facts`, to be translated where it is shown."""

    text: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence in English."""
        return self.text % self.facts


UNITS = {
    ("excess", "month"): Sentence(
        "1/%(denominator)s of the fee for each started %(minutes)s minutes of the month's time down beyond what is"
        " allowed."
    ),
    ("excess", "incident"): Sentence(
        "1/%(denominator)s of the fee for each started %(minutes)s minutes of every incident beyond what is allowed,"
        " which the earlier incidents use up first."
    ),
    ("all", "month"): Sentence(
        "1/%(denominator)s of the fee for each started %(minutes)s minutes of the month's whole time down."
    ),
    ("all", "incident"): Sentence(
        "1/%(denominator)s of the fee for each started %(minutes)s minutes of every incident."
    ),
}


@dataclass(frozen=True, slots=True)
class Credit:
    """A share of the monthly fee in percent, and how the rule was read; None when the rule's table has a gap there."""

    percent: Fraction | None
    sentences: tuple[Sentence, ...]
    finding: Gap | None = None

    @property
    def reading(self) -> str:
        """How the rule was read, in English."""
        return " ".join(map(str, self.sentences))

    def amount(self, fee: Decimal) -> Decimal | None:
        """The credit for this monthly fee, rounded once to cents, half up; None when the rule's table has a gap."""
        if self.percent is None:
            return None
        # Decimal's own division would round once more before this one.
        cents = Fraction(fee) * self.percent
        return Decimal(floor(cents + Fraction(1, 2))).scaleb(-2)


def due(rule: CreditRule, measurement: Measurement) -> Credit:
    """What this rule grants for the month: nothing while the promise is kept, or while nobody knows."""
    if measurement.availability is None:
        return Credit(NOTHING, (Sentence("Nothing is known about this month, so nothing is due."),))
    # contracts.md: nothing is due when the promise is kept, whatever a table says there.
    if measurement.kept:
        return Credit(NOTHING, (Sentence("The promise is kept, so nothing is due."),))
    found = _granted(rule, measurement, measurement.availability)
    if found.percent is None or found.percent <= rule.cap:
        return found
    capped = Sentence("At most %(cap)s %% of the monthly fee.", {"cap": plain(rule.cap)})
    return Credit(Fraction(rule.cap), (*found.sentences, capped))


def _granted(rule: CreditRule, measurement: Measurement, availability: Fraction) -> Credit:
    match rule:
        case Bands():
            return _of_band(rule, availability)
        case StepsBelow():
            return _of_steps(rule, measurement.target - availability)
        case PerPeriodBeyond():
            return _of_periods(rule, measurement.down - measurement.allowed)
        case StartedUnits():
            return _of_units(rule, measurement)
        case Linear():
            return Credit(PERCENT - availability, (Sentence("The share of the fee is the share of the time down."),))
        case MultipleOfShare():
            said = Sentence("%(factor)s times the fee for the time down.", {"factor": plain(rule.factor)})
            return Credit((PERCENT - availability) * Fraction(rule.factor), (said,))


def _of_band(rule: Bands, availability: Fraction) -> Credit:
    # Where bands overlap the customer has the benefit; that they do is said when the rule is saved.
    fitting = [band for band in rule.bands if band.holds(availability)]
    if not fitting:
        return Credit(None, (Sentence("The table names no credit for this availability."),), "TIER_GAP")
    band = max(fitting, key=lambda one: one.percent)
    upper = HIGHEST if band.upper is None else band.upper
    facts = {"lower": plain(LOWEST if band.lower is None else band.lower), "upper": plain(upper)}
    if band.lower is not None:
        said = Sentence("Availability lies between %(lower)s %% and %(upper)s %%.", facts)
    elif band.upper_inclusive:
        said = Sentence("Availability is at most %(upper)s %%.", facts)
    else:
        said = Sentence("Availability lies below %(upper)s %%.", facts)
    return Credit(Fraction(band.percent), (said,))


def _of_steps(rule: StepsBelow, below: Fraction) -> Credit:
    steps = below / Fraction(rule.per)
    facts = {"percent": plain(rule.percent), "per": plain(rule.per)}
    if rule.reading == "full":
        said = Sentence("%(percent)s %% of the fee for every full %(per)s percentage points below the target.", facts)
        return Credit(floor(steps) * Fraction(rule.percent), (said,))
    said = Sentence("%(percent)s %% of the fee for %(per)s percentage points below the target, in proportion.", facts)
    return Credit(steps * Fraction(rule.percent), (said,))


def _of_periods(rule: PerPeriodBeyond, beyond: Fraction) -> Credit:
    periods = beyond / _seconds(rule.period)
    facts = {"percent": plain(rule.percent), "minutes": _minutes(rule.period)}
    if rule.reading == "full":
        said = Sentence("%(percent)s %% of the fee for every full %(minutes)s minutes beyond what is allowed.", facts)
        return Credit(floor(periods) * Fraction(rule.percent), (said,))
    said = Sentence("%(percent)s %% of the fee for every started %(minutes)s minutes beyond what is allowed.", facts)
    return Credit(ceil(periods) * Fraction(rule.percent), (said,))


def _of_units(rule: StartedUnits, measurement: Measurement) -> Credit:
    excess = rule.counting == "excess"
    if rule.rounding == "incident":
        parts = list(_beyond(measurement.incidents, measurement.allowed if excess else NOTHING))
    else:
        parts = [measurement.down - measurement.allowed if excess else measurement.down]
    units = sum(ceil(part / _seconds(rule.unit)) for part in parts)
    facts = {"minutes": _minutes(rule.unit), "denominator": str(rule.denominator)}
    return Credit(
        Fraction(PERCENT * units, rule.denominator), (replace(UNITS[rule.counting, rule.rounding], facts=facts),)
    )


def _beyond(incidents: Sequence[Incident], allowed: Fraction) -> Iterator[Fraction]:
    """The seconds of each incident that lie beyond what is allowed, which the earlier ones use up first."""
    for incident in incidents:
        # contracts.md: the allowance is used up by the incidents in time order.
        covered = min(allowed, incident.down)
        allowed -= covered
        yield incident.down - covered


def _seconds(span: timedelta) -> Fraction:
    return Fraction(span // timedelta(microseconds=1), 1_000_000)


def _minutes(span: timedelta) -> str:
    return plain(Decimal(span // timedelta(microseconds=1)) / 60_000_000)


def plain(number: Decimal) -> str:
    """A number without an exponent and without zeros at its end."""
    return f"{number.normalize():f}"
