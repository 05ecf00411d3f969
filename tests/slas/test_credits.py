"""What a broken month is worth: readings, faults of tables, claim windows and the right to leave."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import pytest

from slas.availability import AvailabilityTerms, Measurement, Outage, measure
from slas.clock import Span
from slas.credits import (
    Band,
    Bands,
    ChronicBreach,
    ClaimWindow,
    Credit,
    CreditRule,
    Linear,
    Month,
    MultipleOfShare,
    PerPeriodBeyond,
    StartedUnits,
    StepsBelow,
    due,
    exit_right,
    findings,
)

TARGET = Decimal("99.5")
HALF_HOUR = timedelta(minutes=30)


def month(minutes: int, *, unknown: bool = False) -> Measurement:
    """June, 216 minutes allowed, with so many minutes down."""
    begin = datetime(2026, 6, 1, tzinfo=UTC)
    return measure(
        month=date(2026, 6, 1),
        terms=AvailabilityTerms(target=TARGET, zone="UTC"),
        outages=[Outage(Span(begin, begin + timedelta(minutes=minutes)))] if minutes else [],
        unknown=[Span(begin)] if unknown else [],
    )


def band(lower: str | None, upper: str | None, percent: int, signs: str = "[)") -> Band:
    """A band in the notation of intervals."""
    bounds = [None if bound is None else Decimal(bound) for bound in (lower, upper)]
    return Band(bounds[0], signs[0] == "[", bounds[1], signs[1] == "]", Decimal(percent))


@pytest.mark.parametrize(
    ("rule", "minutes", "percent", "reading"),
    [
        (
            Bands((band("99", "99.5", 10), band(None, "99", 25))), 300, 10,
            "Availability lies between 99 % and 99.5 %.",
        ),
        (Bands((band("99", "99.5", 10), band(None, "99", 25))), 433, 25, "Availability lies below 99 %."),
        (Bands((band(None, "99", 25, "[]"),)), 432, 25, "Availability is at most 99 %."),
        (Bands((band(None, "0", 100, "[]"),)), 30 * 1440, 100, "Availability is at most 0 %."),
        (Bands((band("99", None, 10),)), 300, 10, "Availability lies between 99 % and 100 %."),
        (
            StepsBelow(Decimal("0.1"), Decimal("2.5")), 302, Fraction("2.5"),
            "2.5 % of the fee for every full 0.1 percentage points below the target.",
        ),
        (
            StepsBelow(Decimal("0.1"), Decimal(2), "pro_rata"), 324, 5,
            "2 % of the fee for 0.1 percentage points below the target, in proportion.",
        ),
        (
            PerPeriodBeyond(timedelta(hours=1), Decimal(5)), 216 + 119, 5,
            "5 % of the fee for every full 60 minutes beyond what is allowed.",
        ),
        (
            PerPeriodBeyond(timedelta(hours=1), Decimal(5), "started", Decimal(8)), 216 + 61, 8,
            "5 % of the fee for every started 60 minutes beyond what is allowed. At most 8 % of the monthly fee.",
        ),
        (
            StartedUnits(HALF_HOUR, 30), 216 + 31, Fraction(20, 3),
            "1/30 of the fee for each started 30 minutes of the month's time down beyond what is allowed.",
        ),
        (Linear(), 432, 1, "The share of the fee is the share of the time down."),
        (MultipleOfShare(Decimal(50)), 432, 50, "50 times the fee for the time down."),
    ],
)  # fmt: skip
def test_a_rule_says_how_it_was_read(rule: CreditRule, minutes: int, percent: Fraction, reading: str) -> None:
    credit = due(rule, month(minutes))

    assert (credit.percent, credit.reading) == (percent, reading)


@pytest.mark.parametrize("rule", [Bands((band(None, "99.5", 10),)), StartedUnits(HALF_HOUR, 30), Linear()])
def test_nothing_is_due_while_the_promise_is_kept_or_nobody_knows(rule: CreditRule) -> None:
    kept, unknown = due(rule, month(216)), due(rule, month(0, unknown=True))

    assert (kept.percent, kept.reading) == (0, "The promise is kept, so nothing is due.")
    assert (unknown.percent, unknown.reading) == (0, "Nothing is known about this month, so nothing is due.")


def test_a_gap_of_the_table_is_no_credit_of_nothing() -> None:
    credit = due(Bands((band(None, "99", 10),)), month(300))

    assert (credit.percent, credit.finding, credit.amount(Decimal(1000))) == (None, "TIER_GAP", None)


def test_where_bands_overlap_the_customer_has_the_benefit() -> None:
    assert due(Bands((band("98", "99.5", 5), band("99", "99.5", 10))), month(300)).percent == 10


@pytest.mark.parametrize(
    ("fee", "percent", "amount"),
    [
        ("1000.00", Fraction(100 * 7, 30), "233.33"),
        ("0.10", Fraction(5), "0.01"),  # half a cent goes up
        ("0.10", Fraction(499, 100), "0.00"),
        ("99999999999999.99", Fraction(100), "99999999999999.99"),
    ],
)
def test_money_is_rounded_once_and_half_up(fee: str, percent: Fraction, amount: str) -> None:
    assert str(Credit(percent, ()).amount(Decimal(fee))) == amount


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ([band("99", "99.5", 10), band(None, "99", 25)], []),
        ([band("99", "99.5", 10), band("0", "99", 25)], []),
        ([band("99", "99.5", 10, "()"), band(None, "99", 25, "[]")], []),
        ([band("99", "99.4", 10), band(None, "99", 25)], [("TIER_GAP", "99.4", "99.5")]),
        ([band("99", "99.5", 10), band(None, "98.9", 25)], [("TIER_GAP", "98.9", "99")]),
        ([band("99", "99.5", 10, "()"), band(None, "99", 25)], [("TIER_GAP", "99", "99")]),
        ([band("99", "99.5", 10), band("95", "99", 25)], [("TIER_GAP", "0", "95")]),
        ([band("99", "99.5", 10), band(None, "99.2", 25)], [("TIER_OVERLAP", "99", "99.2")]),
        ([band("99", "99.5", 10), band(None, "99", 25, "[]")], [("TIER_OVERLAP", "99", "99")]),
        ([band("99", "99.5", 10, "[]"), band(None, "99", 25)], [("TIER_BOUNDARY", "99.5", "99.5")]),
        ([band("99", None, 10), band(None, "99", 25)], [("TIER_BOUNDARY", "99.5", "100")]),
        ([band("99", "99.5", 25), band(None, "99", 10)], [("TIER_ORDER", "0", "99.5")]),
        # One band within another, and one that reaches over both.
        ([band("0", "99.5", 10), band("50", "60", 10)], [("TIER_OVERLAP", "50", "60")]),
        (
            [band("0", "95", 20), band("10", "20", 20), band("95", "99.5", 10)],
            [("TIER_OVERLAP", "10", "20")],
        ),
    ],
)
def test_faults_of_a_table_are_found_when_it_is_saved(bands: list[Band], said: list[tuple[str, str, str]]) -> None:
    found = findings(Bands(tuple(bands)), TARGET)

    assert [(one.kind, str(one.lower), str(one.upper)) for one in found] == said


@pytest.mark.parametrize(
    ("signs", "boundary", "said"),
    [("[)", "kept", []), ("[]", "kept", ["TIER_BOUNDARY"]), ("[)", "broken", ["TIER_GAP"]), ("[]", "broken", [])],
)
def test_what_the_target_itself_means_decides_where_a_table_has_to_end(
    signs: str, boundary: Literal["kept", "broken"], said: list[str]
) -> None:
    rule = Bands((band("0", "99.5", 10, signs),))

    assert [one.kind for one in findings(rule, TARGET, boundary)] == said


def test_only_tables_can_have_such_faults() -> None:
    assert findings(Linear(), TARGET) == []


@pytest.mark.parametrize(
    ("window", "last"),
    [
        (ClaimWindow(30), date(2026, 5, 30)),
        (ClaimWindow(1, "werktage"), date(2026, 5, 2)),  # 1 May is a holiday, 2 May a Saturday
        (ClaimWindow(2, "werktage"), date(2026, 5, 4)),
        (ClaimWindow(1, "arbeitstage"), date(2026, 5, 4)),
        (ClaimWindow(10, "arbeitstage"), date(2026, 5, 18)),  # over Ascension Day
    ],
)
def test_a_claim_window_counts_the_days_it_names(window: ClaimWindow, last: date) -> None:
    holidays = {date(2026, 5, 1), date(2026, 5, 14)}

    assert window.last_day(date(2026, 4, 30), holidays) == last


def verdicts(text: str, availability: int = 99) -> list[Month]:
    """Months as a word: k kept, b broken, - unknown."""
    return [Month({"k": True, "b": False, "-": None}[sign], Fraction(availability)) for sign in text]


@pytest.mark.parametrize(
    ("rule", "months", "reason"),
    [
        (ChronicBreach(in_a_row=3), "bbb", "in_a_row"),
        (ChronicBreach(in_a_row=3), "bbkb", None),
        (ChronicBreach(in_a_row=3), "bb-b", "in_a_row"),
        (ChronicBreach(in_a_row=3), "bbbk", None),
        (ChronicBreach(of_twelve=4), "bkbkbkkkkkkb", "of_twelve"),
        (ChronicBreach(of_twelve=4), "bkbkbkkkkkkkb", None),  # the first was thirteen months ago
        (ChronicBreach(floor=Decimal("99.5")), "k", "below_floor"),
        (ChronicBreach(floor=Decimal(99)), "k", None),
        (ChronicBreach(in_a_row=1, floor=Decimal(100)), "b", "in_a_row"),
        (ChronicBreach(), "bbbbbbbbbbbb", None),
        (ChronicBreach(in_a_row=1, of_twelve=1, floor=Decimal(100)), "", None),
    ],
)
def test_who_is_let_down_again_and_again_may_leave(rule: ChronicBreach, months: str, reason: str | None) -> None:
    assert exit_right(rule, verdicts(months)) == reason


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda: Bands(()),
        lambda: Bands((band(None, "99", 10),), cap=Decimal(101)),
        lambda: band("99", "98", 10),
        lambda: band("99", "99", 10),
        lambda: band("98", "99", -1),
        lambda: Band(0.0, True, Decimal(99), False, Decimal(10)),  # type: ignore[arg-type]  # that is what is refused
        lambda: Band(Decimal("NaN"), True, Decimal(99), False, Decimal(10)),
        lambda: band("-1", "99", 10),
        lambda: ChronicBreach(floor=99.5),  # type: ignore[arg-type]  # that is what is refused
        lambda: ChronicBreach(floor=Decimal("NaN")),
        lambda: StepsBelow(Decimal(0), Decimal(2)),
        lambda: StepsBelow(0.5, Decimal(2)),  # type: ignore[arg-type]  # that is what is refused
        lambda: StepsBelow(Decimal(1), 2.5),  # type: ignore[arg-type]  # that is what is refused
        lambda: PerPeriodBeyond(timedelta(0), Decimal(2)),
        lambda: StartedUnits(HALF_HOUR, 0),
        lambda: MultipleOfShare(Decimal(-1)),
        lambda: Linear(Decimal(-1)),
        lambda: ClaimWindow(0),
        lambda: ClaimWindow(10_000),
        lambda: ChronicBreach(in_a_row=13),
        lambda: ChronicBreach(of_twelve=0),
        lambda: ChronicBreach(floor=Decimal(101)),
    ],
)
def test_nonsense_is_refused_with_a_sentence(nonsense: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        nonsense()
