"""The hours of a calendar as people write them, and the clock they make."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

import holidays
from django.utils.translation import gettext as _

from slas.clock import BadHours, ServiceHours
from slas.errors import Refused
from slas.models import CalendarRevision
from slas.models.calendars import NO_HOLIDAYS

YEARS_BEFORE, YEARS_AHEAD = 1, 20
CATHOLIC = "+catholic"  # days kept only where most people are catholic, such as Mariä Himmelfahrt in Bavaria


@dataclass(frozen=True, slots=True)
class Schedule:
    """Hours as written; the public holidays are named, not yet worked out."""

    zone: str
    week: Mapping[str, tuple[str, ...]]
    holidays: str = NO_HOLIDAYS
    closed: tuple[date, ...] = ()
    special: Mapping[date, tuple[str, ...]] = field(default_factory=dict)


def schedule_of(revision: CalendarRevision) -> Schedule:
    """What was written down in this revision."""
    return Schedule(
        zone=revision.zone,
        week={day: tuple(intervals) for day, intervals in revision.week.items() if intervals},
        holidays=revision.holidays,
        closed=tuple(sorted(date.fromisoformat(day) for day in revision.closed)),
        special={date.fromisoformat(day): tuple(hours) for day, hours in sorted(revision.special.items())},
    )


def parsed(schedule: Schedule, *, holiday_dates: Iterable[str]) -> ServiceHours:
    """The clock of hours as written; BadHours with a sentence when they make no sense."""
    return ServiceHours.parse(
        zone=schedule.zone,
        week=schedule.week,
        closed=[*schedule.closed, *(date.fromisoformat(day) for day in holiday_dates)],
        special=schedule.special,
    )


def clock_of(schedule: Schedule, *, holiday_dates: Iterable[str]) -> ServiceHours:
    """The clock of hours somebody wants to save; Refused when they make no sense or never open."""
    try:
        hours = parsed(schedule, holiday_dates=holiday_dates)
    except BadHours as wrong:
        raise Refused(_(wrong.sentence) % wrong.facts) from wrong
    # Special days alone run out: a deadline beyond the last of them could not be told.
    if not any(schedule.week.values()):
        raise Refused(_("This calendar never opens. Give at least one weekday its hours."))
    return hours


def holiday_dates(code: str, *, since: datetime, now: datetime) -> dict[str, str]:
    """Date → name of the public holidays from a year before `since` to twenty years from now; Refused when unknown."""
    if code == NO_HOLIDAYS:
        return {}
    found = _holidays(code, range(since.year - YEARS_BEFORE, max(since, now).year + YEARS_AHEAD + 1))
    return {day.isoformat(): name for day, name in sorted(found.items())}


def public_holidays(code: str) -> Container[date]:
    """The public holidays of a place, each year worked out once it is asked for; Refused when unknown."""
    return () if code == NO_HOLIDAYS else _holidays(code)


def _holidays(code: str, years: Iterable[int] = ()) -> holidays.HolidayBase:
    # The library knows such days as a category, not as a place.
    place, with_catholic = code.removesuffix(CATHOLIC), code.endswith(CATHOLIC)
    country, _dash, subdivision = place.partition("-")
    categories = ("public", "catholic") if with_catholic else ("public",)
    # The library looks names up among its own attributes, so “utils” would be a country and break later.
    try:
        if country not in _countries():
            raise NotImplementedError
        place_days = holidays.country_holidays(country, subdiv=subdivision or None, categories=categories)
        # In the country's own language: the default would follow the locale of the machine.
        return holidays.country_holidays(
            country,
            subdiv=subdivision or None,
            years=years,
            categories=categories,
            language=place_days.default_language,
        )
    except (NotImplementedError, ValueError):
        raise Refused(
            _("“%(code)s” names no public holidays. Use a country and state such as DE-HH, or none.") % {"code": code}
        ) from None


@cache
def _countries() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries())


def holiday_places() -> list[str]:
    """The codes a person can choose from without typing: none, then the German states."""
    states = sorted(holidays.country_holidays("DE").subdivisions)
    return [NO_HOLIDAYS, "DE", *(f"DE-{state}" for state in states), f"DE-BY{CATHOLIC}"]
