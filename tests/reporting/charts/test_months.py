"""The columns of the months: where they stand, and which are cut."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given

from reporting.charts.months import TALLEST, Column, drawn
from tests.laws import law
from tests.reporting.charts.columns import ALLOWED, HOUR, MINUTE, a_year, column, unmeasured, years

UTC = "UTC"
JANUARY = date(2026, 1, 1)


def top(*columns: Column) -> int:
    """Where the axis of these months ends."""
    return drawn(columns, zone=UTC).ticks[-1].seconds


def test_a_month_stands_in_the_middle_of_its_slot() -> None:
    chart = drawn([column(0), column(30 * MINUTE, unknown=Fraction(1, 4))], zone=UTC)

    bar = chart.bars[1]
    assert (bar.slot, bar.x, bar.middle, bar.end, bar.slot_end) == (50, 60, 75, 90, 100)
    assert (bar.slot_width, bar.width, bar.blind) == (50, 30, Decimal("12.5"))
    assert (chart.ticks[-1].seconds, bar.y, bar.height, bar.line) == (50 * MINUTE, 40, 60, Decimal("13.6"))


@pytest.mark.parametrize(
    ("columns", "ends"),
    [
        ([column(0), column(ALLOWED)], 50 * MINUTE),
        ([column(0), column(2 * HOUR)], 2 * HOUR),
        ([column(0), column(720 * HOUR)], 3 * HOUR),
        ([column(20 * HOUR), column(21 * HOUR), column(22 * HOUR)], 24 * HOUR),
        ([column(0, allowed=0), column(0, allowed=0)], HOUR),
        ([column(0, allowed=0), column(0, allowed=0), column(720 * HOUR, allowed=0), column(1, allowed=0)], 4),
        ([unmeasured(JANUARY, is_agreed=True)], HOUR),
        ([], HOUR),
    ],
    ids=["kept", "broken", "one lost month", "usually broken", "clean", "nothing allowed", "no data", "no month"],
)
def test_the_axis_reaches_to_what_can_be_compared(columns: list[Column], ends: int) -> None:
    assert top(*columns) == ends


def test_a_month_taller_than_the_axis_is_cut_and_says_its_number() -> None:
    chart = drawn([column(0), column(ALLOWED - 1), column(ALLOWED + 1), column(720 * HOUR)], zone=UTC)

    assert [(bar.is_cut, bar.is_labelled) for bar in chart.bars] == [
        (False, False), (False, False), (False, True), (True, True),
    ]  # fmt: skip
    assert (chart.is_cut, chart.bars[-1].y) == (True, 0)


def test_a_second_is_seen_beside_hours_and_nothing_is_not() -> None:
    bars = drawn([column(0), column(1), column(3 * HOUR)], zone=UTC).bars

    assert (bars[0].height, bars[1].height) == (0, Decimal("0.5"))


def test_every_month_is_counted_under_its_verdict() -> None:
    chart = drawn(a_year(), zone=UTC)

    assert [bar.column.verdict for bar in chart.bars] == [
        "no_agreement", "no_data", "kept", "kept", "kept", "broken", "broken", "kept",
    ]  # fmt: skip
    assert (chart.kept, chart.broken, chart.unjudged) == (4, 2, 2)


def test_a_month_without_a_verdict_has_no_bar_and_no_number() -> None:
    bars = drawn([unmeasured(JANUARY, is_agreed=False), unmeasured(JANUARY, is_agreed=True)], zone=UTC).bars

    assert [(bar.column.is_measured, bar.is_labelled) for bar in bars] == [(False, False)] * 2
    assert [bar.blind for bar in bars] == [0, 50]


@law
@given(years)
def test_everything_stands_inside_the_plot_and_in_its_slot(columns: list[Column]) -> None:
    for bar in drawn(columns, zone=UTC).bars:
        assert 0 <= bar.slot < bar.x < bar.middle < bar.end < bar.slot_end <= 100
        assert 0 <= bar.blind <= bar.slot_width + Decimal("0.001")
        assert (0 <= bar.y <= 100, 0 <= bar.line <= 100, bar.y + bar.height) == (True, True, 100)


@law
@given(years)
def test_slots_touch_and_fill_the_plot(columns: list[Column]) -> None:
    bars = drawn(columns, zone=UTC).bars

    assert all(one.slot_end == following.slot for one, following in pairwise(bars))
    assert sum(bar.slot_width for bar in bars) == (100 if bars else 0)


@law
@given(years)
def test_longer_down_is_never_lower_and_only_what_is_cut_reaches_beyond(columns: list[Column]) -> None:
    chart = drawn(columns, zone=UTC)

    by_length = sorted(chart.bars, key=lambda bar: bar.column.down)
    assert all(shorter.height <= longer.height for shorter, longer in pairwise(by_length))
    assert all(bar.is_cut == (bar.column.down > chart.ticks[-1].seconds) for bar in chart.bars)


@law
@given(years)
def test_as_long_as_half_of_the_months_stay_below_the_highest_line_no_other_flattens_it(columns: list[Column]) -> None:
    chart = drawn(columns, zone=UTC)

    measured = [bar.column for bar in chart.bars if bar.column.is_measured]
    highest = max((column.allowed for column in measured), default=Fraction())
    over = [column for column in measured if column.down > highest]
    axis_ends, step = chart.ticks[-1].seconds, chart.ticks[1].seconds
    assert highest <= axis_ends
    assert not highest or 2 * len(over) > len(measured) or axis_ends < TALLEST * highest + step
