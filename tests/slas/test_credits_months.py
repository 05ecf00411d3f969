"""The credit of a month that several revisions answer for: shares of the agreed time, money rounded once."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from slas.credits import Credit
from slas.credits.months import Part, Sum, together
from tests.laws import law

FEE = Decimal("999.99")
percents = st.fractions(min_value=0, max_value=100, max_denominator=1000)
fees = st.decimals(min_value=0, max_value=10**7, places=2)
lengths = st.integers(1, 2_678_400).map(Fraction)


def part(percent: int | Fraction | None, agreed: int = 1, fee: Decimal = FEE) -> Part:
    return Part(Credit(None if percent is None else Fraction(percent), ()), Fraction(agreed), fee)


def test_each_part_counts_for_its_share_of_the_agreed_time() -> None:
    found = together([part(30, agreed=1, fee=Decimal(1000)), part(10, agreed=3, fee=Decimal(2000))])

    assert found == Sum(Fraction(15), Decimal("225.00"), Decimal("1750.00"))


def test_a_part_without_a_credit_promise_grants_nothing_for_its_share() -> None:
    assert together([part(30), Part(None, Fraction(2), FEE)]) == Sum(Fraction(10), Decimal("100.00"), FEE)


def test_a_gap_in_one_table_leaves_the_month_open() -> None:
    assert together([part(30), part(None)]) == Sum(None, None, FEE)


def test_a_month_without_agreed_time_is_worth_nothing() -> None:
    assert together([part(30, agreed=0)]) == Sum(Fraction(0), Decimal("0.00"), Decimal("0.00"))


def test_money_is_rounded_once_and_half_up() -> None:
    # Three thirds of 0.005: rounded each, they would be 0.03.
    thirds = [part(Fraction(1, 2), fee=Decimal(1))] * 3

    assert together(thirds).amount == Decimal("0.01")


@law
@given(percents, lengths, fees)
def test_a_single_part_is_worth_what_its_credit_says(percent: Fraction, agreed: Fraction, fee: Decimal) -> None:
    credit = Credit(percent, ())

    assert together([Part(credit, agreed, fee)]) == Sum(percent, credit.amount(fee), fee)


@law
@given(percents, fees, st.lists(lengths, min_size=1, max_size=4))
def test_a_change_of_nothing_changes_nothing(percent: Fraction, fee: Decimal, agreed: list[Fraction]) -> None:
    parts = [Part(Credit(percent, ()), length, fee) for length in agreed]

    assert together(parts) == together([Part(Credit(percent, ()), sum(agreed, Fraction()), fee)])


@law
@given(st.lists(st.tuples(percents, lengths), min_size=1, max_size=4), fees)
def test_a_month_is_worth_no_more_than_its_best_part(said: list[tuple[Fraction, Fraction]], fee: Decimal) -> None:
    found = together([Part(Credit(percent, ()), agreed, fee) for percent, agreed in said])

    assert found.percent is not None
    assert min(percent for percent, _ in said) <= found.percent <= max(percent for percent, _ in said)
