"""The axis: round ends and steps, and where a length stands."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.charts.scale import MOST, Scale, percent, scale
from tests.laws import law

MINUTE, HOUR = 60, 3600
lengths = st.fractions(min_value=0, max_value=800 * HOUR, max_denominator=10**6)


@pytest.mark.parametrize(
    ("lowest", "highest", "axis"),
    [
        (0, 0, Scale(0, HOUR, 15 * MINUTE)),
        (0, 1, Scale(0, 1, 1)),
        (0, 2592, Scale(0, 50 * MINUTE, 10 * MINUTE)),
        (0, 3 * HOUR, Scale(0, 3 * HOUR, HOUR)),
        (0, 36 * HOUR, Scale(0, 36 * HOUR, 12 * HOUR)),
        (0, 720 * HOUR, Scale(0, 768 * HOUR, 192 * HOUR)),
        (-40 * MINUTE, 43 * MINUTE, Scale(-HOUR, HOUR, 30 * MINUTE)),
        (-90, 0, Scale(-90, 0, 30)),
    ],
)
def test_an_axis_ends_at_round_lengths(lowest: int, highest: int, axis: Scale) -> None:
    assert scale(Fraction(lowest), Fraction(highest)) == axis


def test_ticks_stand_on_every_step_from_the_bottom_up() -> None:
    ticks = scale(Fraction(-1), Fraction(2)).ticks

    assert [(tick.seconds, tick.y) for tick in ticks] == [
        (-1, Decimal(100)), (0, Decimal("66.667")), (1, Decimal("33.333")), (2, Decimal(0)),
    ]  # fmt: skip


def test_what_lies_beyond_an_end_stands_at_that_end() -> None:
    axis = Scale(bottom=0, top=60, step=15)

    assert (axis.y(-1), axis.y(30), axis.y(61)) == (Decimal(100), Decimal(50), Decimal(0))


def test_a_share_is_rounded_once_to_a_thousandth_of_a_percent() -> None:
    assert (percent(Fraction(1, 3)), percent(Fraction(2, 3)), percent(Fraction(1))) == (
        Decimal("33.333"), Decimal("66.667"), Decimal(100),
    )  # fmt: skip


@law
@given(lengths, lengths, lengths)
def test_an_axis_holds_what_it_was_made_for_in_a_few_steps(under: Fraction, over: Fraction, length: Fraction) -> None:
    axis = scale(-under, over)

    assert axis.bottom <= -under <= 0 <= over <= axis.top
    assert (axis.bottom % axis.step, axis.top % axis.step) == (0, 0)
    assert 2 <= len(axis.ticks) <= MOST + 2
    assert 0 <= axis.y(length) <= 100
    assert axis.y(length) <= axis.y(length / 2)
