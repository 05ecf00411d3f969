"""The house's numbers are measured rightly: each rule is shown something that keeps it and something that breaks it."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import house
from tests.house import Module


def module(text: str, name: str = "slas.rules") -> Module:
    """A module of this text."""
    return Module(Path(*name.split(".")).with_suffix(".py"), name, text, ast.parse(text))


def write(root: Path, files: dict[str, str]) -> Path:
    """A checkout with these files."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_modules_are_read_without_migrations_and_empty_files(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "slas/__init__.py": "",
            "slas/models/__init__.py": "from slas.models.teams import Team\n",
            "slas/models/teams.py": "class Team: ...\n",
            "slas/migrations/0001_initial.py": "x = 1\n",
            "other/rules.py": "x = 1\n",
        },
    )

    assert [(one.name, str(one.path), one.lines) for one in house.read(root, ("slas", "reporting"))] == [
        ("slas.models", "slas/models/__init__.py", 1),
        ("slas.models.teams", "slas/models/teams.py", 1),
    ]


def test_functions_are_measured_from_def_to_their_last_line() -> None:
    text = "@cache\ndef outer():\n    def inner():\n        return 1\n\n    return inner\n\nasync def short(): ...\n"

    assert sorted(module(text).functions) == [1, 2, 5]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("import slas.models.teams", {"slas.models.teams"}),
        ("from slas.models import teams", {"slas.models.teams"}),
        ("from slas.models import Team", {"slas.models"}),
        ("from slas.models import Team, teams", {"slas.models", "slas.models.teams"}),
        ("from slas.models.teams import Team", {"slas.models.teams"}),
        ("from . import errors", {"slas.errors"}),
        ("from .models import teams", {"slas.models.teams"}),
        ("def f():\n    from slas import errors", {"slas.errors"}),
        ("if TYPE_CHECKING:\n    from slas import errors", {"slas.errors"}),
        ("import django, os", set()),
        ("from slas import rules", set()),
    ],
)
def test_imports_name_the_module_that_is_meant(text: str, named: set[str]) -> None:
    known = {"slas", "slas.models", "slas.models.teams", "slas.errors", "slas.rules"}

    assert house.imports(module(text), known) - {"slas"} == named


def test_a_relative_import_of_a_package_starts_in_the_package() -> None:
    package = Module(Path("slas/models/__init__.py"), "slas.models", "", ast.parse("from .teams import Team"))

    assert house.imports(package, {"slas.models.teams", "slas.teams"}) == {"slas.models.teams"}


@pytest.mark.parametrize(
    ("graph", "knots"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"a"}}, [["a", "b"]]),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}, [["a", "b", "c"]]),
        ({"a": {"b"}, "b": {"a"}, "c": {"d", "a"}, "d": {"c"}}, [["a", "b"], ["c", "d"]]),
        ({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": set()}, []),
    ],
)
def test_cycles_are_found_and_diamonds_are_none(graph: dict[str, set[str]], knots: list[list[str]]) -> None:
    assert sorted(house.cycles(graph)) == knots


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("x = 1\n", (0, 1)),
        ("# why\nx = 1  # and how\n", (2, 1)),
        ('"""Docstring\nof two lines."""\n\nx = 1\n', (0, 1)),
        ('def f():\n    """Says what."""\n    return "#no comment"\n', (0, 2)),
        ('class A:\n    """Says what."""\n\n    x = """two\n    lines"""\n', (0, 3)),
        ("x = [\n    1,  # one\n\n    2,\n]\n", (1, 4)),
    ],
)
def test_comments_and_lines_of_code_are_counted(text: str, counted: tuple[int, int]) -> None:
    assert house.comments_and_code(text) == counted


@pytest.mark.parametrize(
    ("search", "text", "lines"),
    [
        (house.receivers, "from django.dispatch import receiver\n@receiver(saved)\ndef f(): ...\n", [2]),
        (house.receivers, "from django.db.models.signals import post_save\npost_save.connect(f)\n", [2]),
        (house.receivers, "from django.db.models import signals\nsignals.post_save.connect(f)\n", [2]),
        (house.receivers, "import psycopg\npsycopg.connect(url)\n", []),
        (house.saves, "class Team(Model):\n    def save(self): ...\n", [2]),
        (house.saves, "def save(team): ...\nclass Team:\n    def saves(self): ...\n", []),
        (house.hidden_imports, "def f():\n    import os\n", [2]),
        (house.hidden_imports, "def f():\n    import os  # noqa: PLC0415\n", [2]),
        (house.hidden_imports, "def f():\n    import os  # noqa: PLC0415 (slow, and rarely needed)\n", []),
        (house.hidden_imports, "import os\nclass A:\n    import sys\n", []),
        (house.bare_exceptions, "x = 1  # noqa\n", [1]),
        (house.bare_exceptions, "x = 1  # noqa: E501, F401\n", [1]),
        (house.bare_exceptions, "x = 1  # type: ignore[arg-type]\n", [1]),
        (house.bare_exceptions, "x = 1  # type: ignore[arg-type]  # the stubs are wrong here\n", []),
        (house.bare_exceptions, "x = 1  # noqa: E501 - an address cannot be broken\n", []),
    ],
)
def test_each_rule_finds_what_breaks_it(search: Callable[[Module], Iterator[int]], text: str, lines: list[int]) -> None:
    assert list(search(module(text))) == lines


@pytest.mark.parametrize(("limit", "percent"), [(0, 0.0), (5, 50.0), (30, 75.0), (99, 100.0)])
def test_a_share_counts_what_is_at_most_the_limit(limit: int, percent: float) -> None:
    assert house.share([1, 5, 30, 31], limit) == percent


def test_a_house_in_order_holds_and_one_that_is_not_says_where(tmp_path: Path) -> None:
    good = "# why\n" + "x = 1\n" * 14
    root = write(tmp_path, {"slas/rules.py": good + "def f(): ...\n", "tests/test_rules.py": "assert 1\n" * 26})
    in_order = {number.name: (number.value, number.holds) for number in house.numbers(root)}
    write(root, {"slas/rules.py": "def f():\n" + "    x = 1\n" * 320 + "class A:\n    def save(self): ...\n"})
    broken = {number.name: number.where for number in house.numbers(root) if not number.holds}

    assert all(holds for _, holds in in_order.values()), in_order
    assert in_order["test lines per source line"] == ("1.73", True)
    assert broken == {
        "module median, lines": (),
        "longest module": ("slas/rules.py (323 lines)",),
        "function median, lines": (),
        "functions of at most 30 lines": (),
        "longest function": ("slas/rules.py",),
        "save() overrides": ("slas/rules.py:323",),
        "test lines per source line": (),
        "comments per 100 lines of code": (),
    }
