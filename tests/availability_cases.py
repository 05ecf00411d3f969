"""The worked examples of tests/cases/availability*.yaml as values; a field that nobody knows is an error."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, cast

import holidays
import pytest
import yaml

from slas.availability import AvailabilityTerms, Maintenance, Measurement, Outage, measure
from slas.availability.terms import Treatment
from slas.clock import ServiceHours, Span
from slas.credits import Band, Bands, CreditRule, Linear, MultipleOfShare, PerPeriodBeyond, StartedUnits, StepsBelow

Facts = Mapping[str, Any]  # Any: values as the files write them
HERE = Path(__file__).parent / "cases"
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

CASE = {
    "id", "provider", "month", "days_in_month", "timezone", "target_pct", "why", "outages", "expected",
    "service_time", "maintenance_policy", "maintenance", "downtime_rule",
}  # fmt: skip
PROVIDER = {
    "provider", "service", "target_pct", "measured", "credit", "claim", "exclusions", "evidence", "ambiguity",
    "downtime_rule", "service_time", "timezone",
}  # fmt: skip
EXPECTED = {
    "period_minutes", "agreed_service_minutes", "excluded_maintenance_minutes", "counted_downtime_minutes",
    "allowed_downtime_minutes", "availability_pct", "availability_exact", "breached", "error_budget_consumed_pct",
    "credit",
}  # fmt: skip
FILE = {"semantics", "providers", "cases", "fee_rounding_cases"}


@dataclass(frozen=True)
class Case:
    """One month: what happened, how it is measured, what that is worth, and what has to come out."""

    measurement: Measurement
    rules: Mapping[str, CreditRule]  # the name of the reading in the file → the rule that reads so
    target: Decimal
    expected: Facts


def known(facts: Facts, names: set[str], where: str) -> Facts:
    """The facts, unless one of them would not be tested."""
    assert not (strange := set(facts) - names), f"{where} has fields that nobody tests: {', '.join(sorted(strange))}."
    return facts


def files() -> list[Path]:
    """Ours, and those in the folder that SLA_EXTRA_CASES names."""
    extra = os.environ.get("SLA_EXTRA_CASES")
    folders = [HERE, *([Path(extra)] if extra else [])]
    return sorted({file.resolve() for folder in folders for file in folder.glob("availability*.yaml")})


def cases() -> list[Any]:  # Any: pytest's own type of a set of parameters
    """Every example of every file as parameters of a test; read inside the test, so that a bad one fails alone."""
    return [
        pytest.param(case, book["providers"][case["provider"]], id=f"{file.stem}-{case['id']}")
        for file, book in _books()
        for case in book["cases"]
    ]


def amounts() -> list[Any]:  # Any: as above
    """Every example of rounding money."""
    return [
        pytest.param(case, id=f"{file.stem}-{case['id']}")
        for file, book in _books()
        for case in book.get("fee_rounding_cases", [])
    ]


def _books() -> Iterator[tuple[Path, Facts]]:
    for file in files():
        book = yaml.safe_load(file.read_text(encoding="utf-8"))
        yield file, known(book, FILE, file.name)


def read(case: Facts, provider: Facts) -> Case:
    """An example as values."""
    known(case, CASE, str(case["id"]))
    known(provider, PROVIDER, str(case["provider"]))
    terms = _terms(case)
    year, month = str(case["month"]).split("-")
    measurement = measure(
        month=date(int(year), int(month), 1),
        terms=terms,
        outages=[_outage(one) for one in case.get("outages", [])],
        maintenance=[_maintenance(one) for one in case.get("maintenance", [])],
    )
    expected = known(case["expected"], EXPECTED, f"{case['id']} expected")
    return Case(measurement, _rules(provider["credit"]), terms.target, expected)


def _terms(case: Facts) -> AvailabilityTerms:
    policy = known(case.get("maintenance_policy", {}), {"notice_hours", "monthly_cap_minutes", "mode"}, "policy")
    rule = known(case.get("downtime_rule", {}), {"floor_whole_minutes", "min_consecutive_seconds_exclusive"}, "rule")
    cap = policy.get("monthly_cap_minutes")
    return AvailabilityTerms(
        target=Decimal(str(case["target_pct"])),
        zone=case["timezone"],
        service_hours=_hours(case["service_time"], case["timezone"]) if "service_time" in case else None,
        maintenance=cast("Treatment", policy.get("mode", "exclude")),
        notice=timedelta(hours=policy.get("notice_hours", 0)),
        monthly_cap=None if cap is None else timedelta(minutes=cap),
        ignore_up_to=timedelta(seconds=rule.get("min_consecutive_seconds_exclusive", 0)),
        whole_minutes=rule.get("floor_whole_minutes", False),
    )


def _hours(service: Facts, zone: str) -> ServiceHours:
    known(service, {"weekdays", "from", "to", "holidays"}, "service_time")
    assert service.get("holidays") in {None, "DE-national"}
    opens = f"{_clock(service['from'])}-{_clock(service['to'])}"
    free = holidays.country_holidays("DE", years=range(2025, 2031)) if service.get("holidays") else {}
    return ServiceHours.parse(
        zone=zone, week={WEEK[day - 1]: [opens] for day in service["weekdays"]}, closed=list(free)
    )


def _clock(written: object) -> str:
    # YAML reads an unquoted 09:00 as a number of minutes in base 60.
    return f"{written // 60:02}:{written % 60:02}" if isinstance(written, int) else str(written)


def _outage(facts: Facts) -> Outage:
    known(facts, {"start", "end", "weight"}, "outage")
    return Outage(_span(facts["start"], facts["end"]), Fraction(str(facts.get("weight", 1))))


def _maintenance(facts: Facts) -> Maintenance:
    known(facts, {"start", "end", "announced_at", "actual_end", "emergency"}, "maintenance")
    return Maintenance(
        planned=_span(facts["start"], facts["end"]),
        announced_at=_moment(facts["announced_at"]),
        used=_span(facts["start"], facts.get("actual_end", facts["end"])),
        emergency=facts.get("emergency", False),
    )


def _span(start: object, end: object) -> Span:
    return Span(_moment(start), None if end is None else _moment(end))


def _moment(written: object) -> datetime:
    return written if isinstance(written, datetime) else datetime.fromisoformat(str(written))


def _rules(credit: Facts) -> dict[str, CreditRule]:
    kind = credit["type"]
    cap = Decimal(str(credit.get("cap_pct", 100)))
    share = Decimal(str(credit.get("credit_pct", 0)))
    if kind == "tiers":
        known(credit, {"type", "tiers"}, "credit")
        return {"credit_pct": Bands(tuple(_band(tier) for tier in credit["tiers"]))}
    if kind == "steps_below":
        known(credit, {"type", "per_pct", "credit_pct", "cap_pct"}, "credit")
        per = Decimal(str(credit["per_pct"]))
        return {
            "credit_pct_full_steps": StepsBelow(per, share, "full", cap),
            "credit_pct_pro_rata": StepsBelow(per, share, "pro_rata", cap),
        }
    if kind == "per_period_beyond":
        known(credit, {"type", "period_minutes", "credit_pct", "cap_pct"}, "credit")
        period = timedelta(minutes=credit["period_minutes"])
        return {
            "credit_pct_full_periods": PerPeriodBeyond(period, share, "full", cap),
            "credit_pct_started_periods": PerPeriodBeyond(period, share, "started", cap),
        }
    if kind == "started_units":
        return _started_units(known(credit, {"type", "unit_minutes", "fraction_denominator", "cap_pct"}, "credit"), cap)
    if kind == "linear":
        known(credit, {"type", "cap_pct"}, "credit")
        return {"credit_pct": Linear(cap)}
    known(credit, {"type", "factor", "cap_pct"}, "credit")
    assert kind == "multiple_of_fee"
    return {"credit_pct": MultipleOfShare(Decimal(str(credit["factor"])), cap)}


def _started_units(credit: Facts, cap: Decimal) -> dict[str, CreditRule]:
    unit, parts = timedelta(minutes=credit["unit_minutes"]), credit["fraction_denominator"]
    countings: tuple[Literal["excess", "all"], ...] = ("excess", "all")
    roundings: dict[str, Literal["month", "incident"]] = {"month_total": "month", "per_incident": "incident"}
    return {
        f"{counting}_{name}": StartedUnits(unit, parts, counting, rounding, cap)
        for counting in countings
        for name, rounding in roundings.items()
    }


def _band(tier: Facts) -> Band:
    known(tier, {"lt", "le", "gt", "ge", "credit_pct"}, "tier")
    lower, upper = tier.get("ge", tier.get("gt")), tier.get("le", tier.get("lt"))
    return Band(
        lower=None if lower is None else Decimal(str(lower)),
        lower_inclusive="ge" in tier,
        upper=None if upper is None else Decimal(str(upper)),
        upper_inclusive="le" in tier,
        percent=Decimal(str(tier["credit_pct"])),
    )
