"""Reading an event log of ServiceNow: one row per update of an incident, as text in the local time of its users."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from incidents.models import PauseReason
from slas.errors import Refused

REQUIRED = ("number", "incident_state", "sys_updated_at", "opened_at", "priority")
WAITING = "Awaiting"
STATES = ("New", "Active", "Resolved", "Closed")
# Whoever else an incident waits for (a problem, evidence) is `other`; the source's own words are kept beside it.
REASONS = {
    "Awaiting User Info": PauseReason.REPORTER,
    "Awaiting Caller": PauseReason.REPORTER,
    "Awaiting Vendor": PauseReason.SUPPLIER,
    "Awaiting Change": PauseReason.CHANGE,
}
NOBODY = ("", "?")  # how the log says that nothing is known
LONGEST_NUMBER = 100
# The same mark twice: 1/3-2016 is a slip, not a date.
DAY_FIRST = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})[ T](\d{1,2}):(\d{2})(?::(\d{2}))?")
PRIORITY = re.compile(r"([1-4])(\s*-.*)?")


@dataclass(frozen=True, slots=True)
class Row:
    """One readable row; instants are UTC, priorities as ServiceNow counts them (P1 to P4)."""

    line: int
    number: str
    updated_at: datetime
    mod_count: int
    opened_at: datetime
    state: str
    priority: str
    title: str
    team_label: str
    assignee_label: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is left out and why; with a `number` the whole incident is left out with it."""

    line: int
    reason: str
    number: str | None = None
    updated_at: datetime | None = None


class _Unreadable(Exception):  # noqa: N818 - a reason, caught in this module
    """One cell makes no sense; the text says which."""


def rows(lines: Iterable[str], *, zone: ZoneInfo) -> Iterator[Row | Skipped]:
    """Every row of the log in the order of the file; Refused when it lacks a column that is needed."""
    reader = csv.DictReader(lines)
    columns = _columns(reader)
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise Refused(
            _("The file has no column %(names)s; export it from ServiceNow once more.") % {"names": ", ".join(missing)}
        )
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Skipped(reader.reader.line_num, _("The row cannot be read: %(error)s.") % {"error": error})
        else:
            if cells is None:
                return
            yield _row(cells, line=_first_line(cells, reader.line_num), zone=zone)


def instant(text: str, *, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local time; day first or ISO. ValueError when it is none.

    A time that does not exist moves forward by the gap, one that exists twice means its first occurrence.
    """
    found = DAY_FIRST.fullmatch(text)
    if found:
        day, _mark, month, year, hour, minute, second = found.groups()
        local = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), tzinfo=zone)
    else:
        local = datetime.fromisoformat(text)
        local = local if local.tzinfo else local.replace(tzinfo=zone)
    # fold=0 is what a new datetime has: the first of two, and forward by the gap.
    try:
        return local.astimezone(UTC)
    except OverflowError:
        raise ValueError("That moment lies outside the years 1 to 9999.") from None


def waits_for(state: str) -> PauseReason | None:
    """Whom an incident in this state waits for; None when it does not wait."""
    return REASONS.get(state, PauseReason.OTHER) if state.startswith(WAITING) else None


def _columns(reader: "csv.DictReader[str]") -> list[str]:
    try:
        return list(reader.fieldnames or ())
    except csv.Error as error:
        raise Refused(_("The file is no table of comma-separated values: %(error)s.") % {"error": error}) from error


def _first_line(cells: Mapping[str | None, str | None], last: int) -> int:
    # The reader counts up to the last line of a row; a cell may hold line breaks.
    return last - sum(value.count("\n") for value in cells.values() if isinstance(value, str))


def _row(cells: Mapping[str | None, str | None], *, line: int, zone: ZoneInfo) -> Row | Skipped:
    text = {name: (value or "").strip() for name, value in cells.items() if name is not None}
    try:
        number = _number(cells, text["number"])
    except _Unreadable as problem:
        return Skipped(line, str(problem))
    updated_at = _known(text["sys_updated_at"], zone)
    # First what the whole incident depends on: a row that fails here takes the others with it.
    try:
        opened_at = _moment(text, "opened_at", zone)
        priority = _priority(text["priority"])
    except _Unreadable as problem:
        return Skipped(line, str(problem), number, updated_at)
    try:
        return Row(
            line=line,
            number=number,
            updated_at=updated_at or _moment(text, "sys_updated_at", zone),
            mod_count=_count(text.get("sys_mod_count", "")),
            opened_at=opened_at,
            state=_state(text["incident_state"]),
            priority=priority,
            title=_title(text)[:300],
            team_label=_label(text.get("assignment_group", ""))[:200],
            assignee_label=_label(text.get("assigned_to", ""))[:200],
        )
    except _Unreadable as problem:
        return Skipped(line, str(problem), updated_at=updated_at)


def _number(cells: Mapping[str | None, str | None], number: str) -> str:
    if None in cells or None in cells.values():
        raise _Unreadable(_("The row does not have as many cells as the first line."))
    # PostgreSQL cannot store it in a text.
    if any("\0" in (value or "") for value in cells.values()):
        raise _Unreadable(_("The row contains a character that is no text."))
    if number in NOBODY or len(number) > LONGEST_NUMBER:
        raise _Unreadable(_("The row names no incident."))
    return number


def _known(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return instant(text, zone=zone)
    except ValueError:
        return None


def _moment(text: Mapping[str, str], column: str, zone: ZoneInfo) -> datetime:
    try:
        return instant(text[column], zone=zone)
    except ValueError:
        sentence = _("%(column)s “%(text)s” is no date.")
        raise _Unreadable(sentence % {"column": column, "text": text[column][:40]}) from None


def _priority(text: str) -> str:
    found = PRIORITY.fullmatch(text)
    if not found:
        raise _Unreadable(_("The priority “%(text)s” is unknown.") % {"text": text[:40]})
    return f"P{found[1]}"


def _state(text: str) -> str:
    if text not in STATES and not text.startswith(f"{WAITING} "):
        raise _Unreadable(_("The state “%(text)s” is unknown.") % {"text": text[:40]})
    return text


def _count(text: str) -> int:
    if text in NOBODY:
        return 0
    # Nine digits fit into the staging table's column.
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise _Unreadable(_("sys_mod_count “%(text)s” is no number.") % {"text": text[:40]})
    return int(text)


def _title(text: Mapping[str, str]) -> str:
    known = [text[name] for name in ("category", "subcategory") if text.get(name, "") not in NOBODY]
    return " – ".join(known) or text["number"]


def _label(text: str) -> str:
    return "" if text in NOBODY else text
