"""What may still be late before a promise of the month is broken."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.figures import Budget, budget


@pytest.mark.parametrize(
    ("met", "breached", "promised", "allowed", "left"),
    [
        (40, 0, "95", 2, 2),
        (38, 2, "95", 2, 0),
        (37, 3, "95", 2, -1),
        (19, 0, "95", 0, 0),
        (20, 0, "95", 1, 1),
        (7, 0, "100", 0, 0),
        (9, 1, "90", 1, 0),
        (3, 0, "99.9", 0, 0),
        (1000, 0, "99.9", 1, 1),
    ],
)
def test_budget_allows_whole_timers_only(met: int, breached: int, promised: str, allowed: int, left: int) -> None:
    found = budget(met=met, breached=breached, promised=Decimal(promised))

    assert found == Budget(counted=met + breached, allowed=allowed, late=breached)
    assert found.left == left


@given(met=st.integers(0, 5000), breached=st.integers(0, 5000), promised=st.decimals("1", "100", places=2))
def test_promise_is_kept_exactly_while_something_is_left(met: int, breached: int, promised: Decimal) -> None:
    counted = met + breached

    assert (budget(met=met, breached=breached, promised=promised).left >= 0) == (met * 100 >= promised * counted)
