"""Months by their names."""

from datetime import date

import pytest

from slas.queries.months import read_month


@pytest.mark.parametrize(
    ("name", "first"),
    [("2026-11", date(2026, 11, 1)), ("1970-01", date(1970, 1, 1)), ("2199-12", date(2199, 12, 1))],
)
def test_a_month_has_one_name(name: str, first: date) -> None:
    assert read_month(name) == first


@pytest.mark.parametrize(
    "name",
    ["", "2026", "2026-1", "2026-00", "2026-13", "2026-W1", "202611", "2026-111", " 2026-11", "2026-11 ", "２０２６-11",
     "1969-12", "2200-01", "0000-01", "-026-11", "2026_11", "\x00026-11"],
)  # fmt: skip
def test_everything_else_is_no_month(name: str) -> None:
    assert read_month(name) is None
