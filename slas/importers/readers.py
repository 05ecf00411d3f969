"""Reading one value of a file: each reader takes a node and gives a value, or raises Problem with its line."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from slas.importers.nodes import Entry, Node
from slas.importers.problems import Problem
from slas.queries.durations import read_duration
from slas.validators import CURRENCY

T = TypeVar("T")
Reader = Callable[[Node], T]
FIRST_YEAR, LAST_YEAR = 1970, 2200
TRUE, FALSE = {"true", "yes", "on"}, {"false", "no", "off"}


def text(node: Node) -> str:
    """Any plain value, as it is written."""
    if node.is_null or not isinstance(node.value, str):
        raise Problem(node.line, "A text is expected here.")
    # PostgreSQL stores neither.
    if "\x00" in node.value or any("\ud800" <= sign <= "\udfff" for sign in node.value):
        raise Problem(node.line, "This text holds a character that cannot be stored.")
    return node.value


def flag(node: Node) -> bool:
    """true or false."""
    # The words YAML 1.1 knows; read from the text, so that the country NO stays a country elsewhere.
    said = text(node).lower()
    if said not in TRUE | FALSE:
        raise Problem(node.line, f"“{said}” is neither true nor false.")
    return said in TRUE


def whole(node: Node) -> int:
    """A whole number of up to six digits."""
    said = text(node)
    # Six digits hold every number of an agreement, and `int` refuses strings of thousands of them.
    if not said.removeprefix("-").isdecimal() or len(said) > 6:
        raise Problem(node.line, f"“{said}” is no whole number.")
    return int(said)


def count(most: int) -> Reader[int]:
    """A whole number from 1 up to this one."""

    def counted(node: Node) -> int:
        found = whole(node)
        if not 1 <= found <= most:
            raise Problem(node.line, f"{found} is not between 1 and {most}.")
        return found

    return counted


def share(node: Node) -> Decimal:
    """Percent, above 0 and up to 100, with up to two decimal places."""
    said = text(node).removesuffix("%").strip()
    found = _decimal(said)
    if found is None:
        raise Problem(node.line, f"“{said}” is no number of percent.")
    # NaN compares with nothing.
    if not found.is_finite() or not 1 <= found <= 100 or found != round(found, 2):
        raise Problem(node.line, f"{said} is not between 1 and 100 percent with two decimal places.")
    return found


def _decimal(said: str) -> Decimal | None:
    # An underscore is Python's way to group digits, and nobody else's.
    try:
        return None if "_" in said else Decimal(said)
    except InvalidOperation:
        return None


def number(least: Decimal, most: Decimal, places: int, *, unit: str = "") -> Reader[Decimal]:
    """A number within these bounds with at most so many decimal places; its unit may stand behind it."""

    def bounded(node: Node) -> Decimal:
        said = text(node).removesuffix(unit).strip()
        found = _decimal(said)
        if found is None:
            raise Problem(node.line, f"“{said}” is no number.")
        # NaN compares with nothing.
        if not found.is_finite() or not least <= found <= most or found != round(found, places):
            raise Problem(node.line, f"{said} is not between {least} and {most} with at most {places} decimal places.")
        # With these places and no others: a zero may come with an exponent that no column holds.
        return round(found, places)

    return bounded


def instant(node: Node) -> datetime:
    """A moment with its offset from UTC."""
    said = text(node)
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise Problem(node.line, f"“{said}” is no moment; write it like 2026-01-01T00:00:00+01:00.") from None
    # Without an offset the promise would start an hour early or late for half the year.
    if moment.tzinfo is None:
        raise Problem(node.line, f"“{said}” needs its offset; write it like 2026-01-01T00:00:00+01:00.")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise Problem(node.line, f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    return moment


def day(node: Node) -> date:
    """A date."""
    return _date(text(node), node.line)


def duration(node: Node) -> timedelta:
    """A length of time such as 1h30m."""
    said = text(node)
    try:
        return read_duration(said)
    except ValueError as wrong:
        raise Problem(node.line, str(wrong)) from None


def positive(node: Node) -> timedelta:
    """A length of time that is longer than nothing."""
    length = duration(node)
    if length <= timedelta(0):
        raise Problem(node.line, "The time must be longer than nothing.")
    return length


def currency(node: Node) -> str:
    """A code of three letters such as EUR, or points."""
    said = text(node)
    if not re.fullmatch(CURRENCY, said):
        raise Problem(node.line, f"“{said}” is no currency; use a code such as EUR, or points.")
    return said


def choice(options: Iterable[str]) -> Reader[str]:
    """One of these words."""
    allowed = tuple(options)

    def chosen(node: Node) -> str:
        said = text(node)
        if said not in allowed:
            raise Problem(node.line, f"“{said}” is not known here; use {', '.join(allowed)}.")
        return said

    return chosen


def list_of(reader: Reader[T]) -> Reader[tuple[T, ...]]:
    """A list of values of one kind."""

    def read(node: Node) -> tuple[T, ...]:
        if not isinstance(node.value, list):
            raise Problem(node.line, "A list is expected here.")
        return tuple(reader(item) for item in node.value)

    return read


def mapping_of(reader: Reader[T]) -> Reader[dict[str, T]]:
    """Words with values of one kind."""

    def read(node: Node) -> dict[str, T]:
        return {key: reader(entry.node) for key, entry in entries(node).items()}

    return read


def days_of(reader: Reader[T]) -> Reader[dict[date, T]]:
    """Dates with values of one kind."""

    def read(node: Node) -> dict[date, T]:
        return {_date(key, entry.line): reader(entry.node) for key, entry in entries(node).items()}

    return read


def entries(node: Node) -> dict[str, Entry]:
    """The keys of a node; Problem for a text or a list."""
    if not isinstance(node.value, dict):
        raise Problem(node.line, "Keys with values are expected here.")
    return node.value


def _date(said: str, line: int) -> date:
    try:
        found = date.fromisoformat(said)
    except ValueError:
        raise Problem(line, f"“{said}” is no date; write it like 2026-12-24.") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Problem(line, f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    return found
