"""A calendar's year at a glance."""

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from slas.models import CalendarRevision
from slas.queries.schedules import schedule_of
from slas.queries.weeks import WEEKDAYS

DayKind = Literal["open", "closed", "holiday", "special"]


@dataclass(frozen=True, slots=True)
class Day:
    """One date: what kind of day it is, and why it is not an ordinary one."""

    on: date
    kind: DayKind
    note: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday; None where a neighbouring month begins or ends."""

    on: date  # its first day
    weeks: list[list[Day | None]]


def year_of(revision: CalendarRevision, year: int) -> list[Month]:
    """The twelve months of a year under these hours."""
    kinds = _Kinds(revision)
    return [
        Month(
            on=date(year, month, 1),
            weeks=[
                [kinds.day(date(year, month, number)) if number else None for number in week]
                for week in months.monthcalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]


class _Kinds:
    """The order of clock rule 5: special beats closed beats weekly."""

    def __init__(self, revision: CalendarRevision) -> None:
        self.schedule = schedule_of(revision)
        self.holidays = revision.holiday_dates

    def day(self, on: date) -> Day:
        # Clock rule 5: special beats closed beats weekly.
        if on in self.schedule.special:
            return Day(on, "special", ", ".join(self.schedule.special[on]))
        if on.isoformat() in self.holidays:
            return Day(on, "holiday", self.holidays[on.isoformat()])
        if on in self.schedule.closed:
            return Day(on, "holiday")
        return Day(on, "open" if self.schedule.week.get(WEEKDAYS[on.weekday()]) else "closed")


def exceptions(revision: CalendarRevision, year: int) -> Iterator[Day]:
    """The days of a year that differ from the usual week, in order."""
    for month in year_of(revision, year):
        for week in month.weeks:
            yield from (day for day in week if day is not None and day.kind in {"holiday", "special"})
