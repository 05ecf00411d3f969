"""Every worked example of availability and credits; `pytest tests/cases -k availability` runs exactly these."""

from decimal import Decimal
from fractions import Fraction

import pytest

from slas.credits import Credit, StartedUnits, due, findings
from tests.availability_cases import Facts, amounts, cases, known, read

MINUTE = 60
READINGS = {
    "credit_pct", "credit_pct_full_steps", "credit_pct_pro_rata", "credit_pct_full_periods",
    "credit_pct_started_periods", "excess_month_total", "excess_per_incident", "all_month_total", "all_per_incident",
    "finding",
}  # fmt: skip


def shown(value: Fraction, places: int) -> str:
    """A number half up to so many places without zeros at its end, as the files write it."""
    scaled = Fraction(value) * 10**places
    whole = (scaled + Fraction(1, 2)).__floor__()
    return f"{Decimal(whole).scaleb(-places).normalize():f}"


@pytest.mark.parametrize(("case", "provider"), cases())
def test_availability_case(case: Facts, provider: Facts) -> None:
    example = read(case, provider)
    measured, expected = example.measurement, example.expected
    assert measured.period.end is not None
    assert measured.availability is not None

    assert {
        "period_minutes": shown(Fraction((measured.period.end - measured.period.start).total_seconds()) / MINUTE, 6),
        "agreed_service_minutes": shown(measured.agreed / MINUTE, 6),
        "excluded_maintenance_minutes": shown(measured.excluded / MINUTE, 6),
        "counted_downtime_minutes": shown(measured.down / MINUTE, 6),
        "allowed_downtime_minutes": shown(measured.allowed / MINUTE, 6),
        "availability_pct": shown(measured.availability, 6),
        "availability_exact": measured.availability,
        "breached": not measured.kept,
        "error_budget_consumed_pct": None if measured.budget_used is None else shown(measured.budget_used, 4),
    } == {name: value for name, value in expected.items() if name != "credit"} | {
        "availability_pct": shown(Fraction(expected["availability_pct"]), 6),
        "availability_exact": Fraction(expected["availability_exact"]),
    }
    granted = {name: due(rule, measured) for name, rule in example.rules.items()}
    wanted = known(expected["credit"], READINGS, f"{case['id']} credit")
    assert {name: _percent(credit) for name, credit in granted.items()} == {
        name: value for name, value in wanted.items() if name != "finding"
    }
    assert all(credit.finding == wanted.get("finding") for credit in granted.values())
    if "finding" in wanted:
        said = {found.kind for rule in example.rules.values() for found in findings(rule, example.target)}
        assert wanted["finding"] in said


def _percent(credit: Credit) -> str | None:
    return None if credit.percent is None else shown(credit.percent, 6)


@pytest.mark.parametrize("case", amounts())
def test_availability_amount(case: Facts) -> None:
    known(case, {"id", "monthly_fee_eur", "units", "rule", "expected_eur", "wrong_if_unit_rounded_first"}, case["id"])
    # The rule in words is “1/30 each”, with a cap or without.
    percent = Fraction(100 * case["units"], 30)

    amount = Credit(percent, ()).amount(Decimal(case["monthly_fee_eur"]))

    assert str(amount) == case["expected_eur"] != case["wrong_if_unit_rounded_first"]


def test_availability_is_read_in_all_four_ways() -> None:
    examples = [read(*parameters.values) for parameters in cases()]

    rules = [rule for example in examples for rule in example.rules.values() if isinstance(rule, StartedUnits)]
    assert {(rule.counting, rule.rounding) for rule in rules} == {
        (counting, rounding) for counting in ("excess", "all") for rounding in ("month", "incident")
    }
