"""Support hours that many tests of the clock begin with."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from slas.clock import ServiceHours, Span

BERLIN = ZoneInfo("Europe/Berlin")
ALL_DAY = ["00:00-24:00"]
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
EVERY_DAY = (*WORKDAYS, "sat", "sun")


def office(
    zone: str = "Europe/Berlin",
    *,
    hours: Sequence[str] = ("08:00-18:00",),
    closed: Sequence[date] = (),
    special: dict[date, list[str]] | None = None,
) -> ServiceHours:
    """Monday to Friday, 08:00 to 18:00 unless said otherwise."""
    week = {day: list(hours) for day in WORKDAYS}
    return ServiceHours.parse(zone=zone, week=week, closed=closed, special=special or {})


def every_day(zone: str, *hours: str, closed: Sequence[date] = ()) -> ServiceHours:
    """The same hours on all seven days; round the clock when none are given."""
    week = {day: list(hours or ALL_DAY) for day in EVERY_DAY}
    return ServiceHours.parse(zone=zone, week=week, closed=closed)


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """A local time such as `2026-11-27 22:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def utc(text: str) -> datetime:
    """An instant such as `2026-11-27 21:00` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def pause(start: str, end: str | None = None) -> Span:
    """A pause between two local times of Berlin, or one that is still going."""
    return Span(local(start), None if end is None else local(end))
