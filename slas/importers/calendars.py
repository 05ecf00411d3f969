"""The calendars of an agreement file."""

from dataclasses import dataclass

from slas.clock import BadHours
from slas.clock.opening import WEEKDAYS, read_intervals, read_zone
from slas.errors import Refused
from slas.importers.fields import Fields
from slas.importers.nodes import Node
from slas.importers.problems import Problem, Problems
from slas.importers.readers import day, days_of, entries, list_of, text
from slas.importers.references import References
from slas.models.calendars import NO_HOLIDAYS
from slas.queries.schedules import Schedule, clock_of, public_holidays

_KNOWN = ("name", "zone", "week", "holidays", "closed", "special")


@dataclass(frozen=True)
class CalendarSaid:
    """What the file says about one calendar."""

    line: int
    name: str
    schedule: Schedule


def calendar(node: Node, problems: Problems, references: References) -> CalendarSaid:
    """A calendar whose hours make sense and open."""
    fields = Fields(node, problems, known=_KNOWN)
    name = references.define("calendar", fields.required("name", text), fields.line)
    schedule = Schedule(
        zone=fields.required("zone", _zone),
        week=fields.required("week", _week),
        holidays=fields.optional("holidays", holiday_place, NO_HOLIDAYS),
        closed=tuple(sorted(set(fields.optional("closed", list_of(day), ())))),
        special=fields.optional("special", days_of(_intervals), {}),
    )
    # Without the holidays: a week that never opens is wrong whatever the dates.
    try:
        clock_of(schedule, holiday_dates=())
    except Refused as wrong:
        raise Problem(fields.line_of("week"), str(wrong)) from wrong
    return CalendarSaid(node.line, name, schedule)


def _zone(node: Node) -> str:
    try:
        return read_zone(text(node)).key
    except BadHours as wrong:
        raise Problem(node.line, str(wrong)) from None


def holiday_place(node: Node) -> str:
    """Country and state such as DE-HH, or none."""
    code = text(node)
    # Only the place is checked here; which dates count is decided when the calendar is written.
    try:
        public_holidays(code)
    except Refused as wrong:
        raise Problem(node.line, str(wrong)) from None
    return code


def _week(node: Node) -> dict[str, tuple[str, ...]]:
    for key, entry in entries(node).items():
        if key not in WEEKDAYS:
            raise Problem(entry.line, f"“{key}” is no weekday; use {', '.join(WEEKDAYS)}.")
    # Days without hours are left out, as `schedule_of` reads them back: equal hours have to be equal.
    return {key: hours for key, entry in entries(node).items() if (hours := _intervals(entry.node))}


def _intervals(node: Node) -> tuple[str, ...]:
    if node.is_null:
        return ()
    hours = list_of(text)(node)
    try:
        read_intervals(hours)
    except BadHours as wrong:
        raise Problem(node.line, str(wrong)) from None
    return hours
