"""A cell that somebody typed is shown by a spreadsheet and never run; a long file is never held in memory."""

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from slas.exports.tables import FORMULA, MARK, harmless, lines
from tests.laws import law

CASES = Path(__file__).parents[2] / "cases" / "hostile_inputs.jsonl"
HOSTILE = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
FORMULAS = {case["id"]: case["value"] for case in HOSTILE if case["cat"] == "formula"}


def read_back(rows: list[list[object]]) -> list[list[str]]:
    """What a program reads that knows the format."""
    text = "".join(lines(["a"], rows)).removeprefix(MARK)
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def test_the_list_of_hostile_formulas_is_not_empty() -> None:
    assert len(FORMULAS) >= 16


@pytest.mark.parametrize("name", FORMULAS)
def test_a_hostile_cell_begins_with_an_apostrophe_and_keeps_its_words(name: str) -> None:
    value = FORMULAS[name]

    assert harmless(value) == f"'{value}"
    assert read_back([[value]]) == [[f"'{value}"]]


@pytest.mark.parametrize("sign", FORMULA)
@pytest.mark.parametrize("before", ["", " ", "\t", "\n", "\r\n", "\u00a0", "\u2003 ", "\u3000"])
def test_no_space_in_front_protects_a_formula(before: str, sign: str) -> None:
    assert harmless(f"{before}{sign}1").startswith("'")


@pytest.mark.parametrize(
    "value",
    [
        "Kasse",
        "Kasse = teuer",
        "a+b",
        "T-1042",
        "24/7",
        "",
        " ",
        "5 - 3",
        "„=1“",
        "(=1)",
        "user@example.test",
        "2026-11-22",
        "…",
    ],
)
def test_ordinary_words_stay_as_they_are(value: str) -> None:
    assert harmless(value) == value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-5, "-5"),
        (0, "0"),
        (-1.5, "-1.5"),
        (Decimal("-99.95"), "-99.95"),
        (True, "True"),
        (None, ""),
        ("-5", "'-5"),
        (gettext_lazy("draft"), "draft"),
        ("1\u00a0234", "1 234"),
    ],
)
def test_our_own_numbers_stay_numbers_and_typed_ones_become_words(value: object, written: str) -> None:
    assert harmless(value) == written


@law
@given(st.text(max_size=20))
def test_no_cell_ever_begins_with_something_that_runs(text: str) -> None:
    cell = harmless(text)

    assert not cell.lstrip().startswith(FORMULA)
    assert cell.removeprefix("'" if cell != text.replace("\u00a0", " ") else "") == text.replace("\u00a0", " ")


@law
@given(st.lists(st.lists(st.text(st.characters(exclude_characters="\x00"), max_size=9), min_size=2, max_size=2)))
def test_rows_are_read_back_one_by_one(rows: list[list[str]]) -> None:
    assert read_back([list(row) for row in rows]) == [[harmless(cell) for cell in row] for row in rows]


def test_the_first_line_tells_spreadsheets_the_encoding() -> None:
    first, second = lines(["Größe", "Name"], [[1, "ß"]])

    assert first == "\ufeffGröße,Name\r\n"
    assert second == "1,ß\r\n"


def test_lines_come_one_by_one_and_no_row_is_asked_for_early() -> None:
    asked: list[int] = []

    def rows() -> Iterator[list[int]]:
        for number in range(1_000_000):
            asked.append(number)
            yield [number]

    file = lines(["n"], rows())

    assert [next(file) for _ in range(4)] == [f"{MARK}n\r\n", "0\r\n", "1\r\n", "2\r\n"]
    assert asked == [0, 1, 2]


def test_a_table_without_rows_is_its_head() -> None:
    assert list(lines(["a", "b"], [])) == [f"{MARK}a,b\r\n"]


def test_a_cell_with_quotes_commas_and_line_breaks_stays_one_cell() -> None:
    assert read_back([['say "no", twice', "one\ntwo"]]) == [['say "no", twice', "one\ntwo"]]
