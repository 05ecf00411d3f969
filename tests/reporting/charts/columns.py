"""Months for tests of the chart."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from hypothesis import strategies as st

from reporting.charts.months import Column

MINUTE, HOUR = 60, 3600
ALLOWED = Fraction(43 * MINUTE + 12)


def column(
    down: Fraction | int = 0,
    *,
    allowed: Fraction | int = ALLOWED,
    unknown: Fraction | int = 0,
    month: date = date(2026, 11, 1),
    is_provisional: bool = False,
) -> Column:
    """A month of thirty days that was agreed and measured."""
    availability = 100 * (1 - Fraction(down) / (720 * HOUR))
    return Column(
        month, Fraction(down), Fraction(allowed), Fraction(unknown), availability, down <= allowed, is_provisional, True
    )


def unmeasured(month: date, *, is_agreed: bool) -> Column:
    """A month without a verdict: nothing known, or nothing agreed."""
    return Column(month, Fraction(), Fraction(), Fraction(int(is_agreed)), None, None, False, is_agreed)


def a_year() -> Sequence[Column]:
    """A month of every kind, the running one last."""
    return [
        unmeasured(date(2026, 1, 1), is_agreed=False),
        unmeasured(date(2026, 2, 1), is_agreed=True),
        column(0, month=date(2026, 3, 1)),
        column(1, month=date(2026, 4, 1), unknown=Fraction(1, 2)),
        column(ALLOWED, month=date(2026, 5, 1)),
        column(ALLOWED + 1, month=date(2026, 6, 1)),
        column(720 * HOUR, month=date(2026, 7, 1)),
        column(20 * MINUTE, month=date(2026, 8, 1), is_provisional=True),
    ]


seconds = st.fractions(min_value=0, max_value=744 * HOUR, max_denominator=10**6)
shares = st.fractions(min_value=0, max_value=1, max_denominator=1000)
any_column = st.one_of(
    st.builds(column, seconds, allowed=seconds | st.just(0), unknown=shares),
    st.builds(unmeasured, st.just(date(2026, 1, 1)), is_agreed=st.booleans()),
)
years = st.lists(any_column, max_size=14)
