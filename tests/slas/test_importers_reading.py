"""Reading one value, one set of keys, one tree: what is accepted and what is said otherwise."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from slas.importers import readers
from slas.importers.fields import Fields
from slas.importers.nodes import Node, read
from slas.importers.problems import BadFile, Problem, Problems


def plain(text: str) -> Node:
    """A plain value on line 7."""
    return Node(7, text)


@pytest.mark.parametrize(
    ("reader", "written", "value"),
    [
        (readers.text, "NO", "NO"),
        (readers.text, "4711", "4711"),
        (readers.text, " spaces stay ", " spaces stay "),
        (readers.flag, "true", True),
        (readers.flag, "No", False),
        (readers.flag, "on", True),
        (readers.whole, "12", 12),
        (readers.whole, "-3", -3),
        (readers.share, "95", Decimal(95)),
        (readers.share, "99.95", Decimal("99.95")),
        (readers.share, "90 %", Decimal(90)),
        (readers.instant, "2026-01-01T00:00:00+01:00", datetime(2025, 12, 31, 23, tzinfo=UTC)),
        (readers.instant, "2026-01-01 00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
        (readers.day, "2026-02-28", date(2026, 2, 28)),
        (readers.duration, "0s", timedelta(0)),
        (readers.positive, "1h30m", timedelta(minutes=90)),
        (readers.choice(["de", "en"]), "en", "en"),
    ],
)
def test_a_value_is_read(reader: Callable[[Node], object], written: str, value: object) -> None:
    assert reader(plain(written)) == value


@pytest.mark.parametrize(
    ("reader", "written"),
    [
        (readers.text, "\x00"),
        (readers.text, "\ud800"),
        (readers.flag, "1"),
        (readers.flag, ""),
        (readers.whole, "1.5"),
        (readers.whole, "1234567"),
        (readers.whole, "--1"),
        (readers.share, "0"),
        (readers.share, "100.01"),
        (readers.share, "99.999"),
        (readers.share, "inf"),
        (readers.instant, "2026-01-01"),
        (readers.instant, "1969-12-31T00:00:00Z"),
        (readers.instant, "2201-01-01T00:00:00Z"),
        (readers.day, "2026-02-29"),
        (readers.day, "24.12.2026"),
        (readers.duration, "1d"),
        (readers.positive, "0m"),
        (readers.choice(["de", "en"]), "EN"),
    ],
)
def test_anything_else_is_a_problem_of_its_line(reader: Callable[[Node], object], written: str) -> None:
    with pytest.raises(Problem) as problem:
        reader(plain(written))

    assert problem.value.line == 7
    assert problem.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("reader", "node", "sentence"),
    [
        (readers.text, Node(3, []), "A text is expected here."),
        (readers.text, Node(3, {}), "A text is expected here."),
        (readers.text, Node(3, "", is_null=True), "A text is expected here."),
        (readers.list_of(readers.text), Node(3, "jana"), "A list is expected here."),
        (readers.list_of(readers.text), Node(3, {}), "A list is expected here."),
        (readers.mapping_of(readers.text), Node(3, []), "Keys with values are expected here."),
        (readers.days_of(readers.text), Node(3, "x"), "Keys with values are expected here."),
    ],
)
def test_a_value_of_the_wrong_shape_is_a_problem(reader: Callable[[Node], object], node: Node, sentence: str) -> None:
    with pytest.raises(Problem) as problem:
        reader(node)

    assert (problem.value.line, problem.value.sentence) == (3, sentence)


def test_a_tree_keeps_lines_and_texts() -> None:
    root = read("a: yes # a comment\nb:\n  - 2026-12-24\n  - {c: ~, d: 'NO'}\n".encode("utf-8-sig"))

    entries = readers.entries(root)
    assert [(key, entry.line) for key, entry in entries.items()] == [("a", 1), ("b", 2)]
    assert entries["a"].node == Node(1, "yes")
    first, second = entries["b"].node.value
    assert first == Node(3, "2026-12-24")
    assert isinstance(second, Node)
    inner = readers.entries(second)
    assert (inner["c"].node, inner["d"].node) == (Node(4, "~", is_null=True), Node(4, "NO"))


def test_an_alias_stands_for_what_it_names() -> None:
    root = read(b"mon: &office [a, b]\ntue: *office\n")

    days = readers.mapping_of(readers.list_of(readers.text))(root)

    assert days == {"mon": ("a", "b"), "tue": ("a", "b")}


def test_keys_are_read_and_what_is_wrong_is_collected() -> None:
    problems = Problems()
    fields = Fields(
        read(b"name: Jana\ntier: high\nzone:\nrols: []\n"), problems, known=("name", "tier", "zone", "roles")
    )

    assert fields.required("name", readers.text) == "Jana"
    assert fields.optional("tier", readers.whole, 3) == 3
    assert fields.optional("zone", readers.text, "UTC") == "UTC"
    assert (fields.has("zone"), fields.has("roles"), fields.line_of("tier"), fields.line_of("roles")) == (
        True,
        False,
        2,
        1,
    )
    with pytest.raises(Problem, match="“zone” is missing here"):
        fields.required("zone", readers.text)
    assert [(one.line, one.sentence) for one in problems.found] == [
        (4, "“rols” is not known here. Is “roles” meant?"),
        (2, "“high” is no whole number."),
    ]


def test_problems_are_told_in_the_order_of_their_lines() -> None:
    problems = Problems()
    problems.raise_if_any()
    for line in (9, 2, 5):
        problems.add(line, f"Sentence {line}.")

    with pytest.raises(BadFile) as wrong:
        problems.raise_if_any()

    assert [problem.line for problem in wrong.value.problems] == [2, 5, 9]
    assert str(wrong.value) == "2: Sentence 2.; 5: Sentence 5.; 9: Sentence 9."
