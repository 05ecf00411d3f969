"""When reviews come round: the period each one looks back on, and the day it is due."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

WEEK = timedelta(days=7)
AHEAD = WEEK  # reviews are planned this far ahead, so that the reminder of a week before finds its row


@dataclass(frozen=True, slots=True)
class Slot:
    """One review to come: local days `[from_on, to_on)` that it looks back on, and the day by which it is held."""

    rhythm: str
    from_on: date
    to_on: date
    due_on: date


def slots(rhythm: str, *, anchor: date, every_weeks: int | None = None) -> Iterator[Slot]:
    """All slots of a rhythm without end, from the period that holds the anchor; ValueError for an unknown rhythm.

    Reviews of weeks are due on the Monday that ends them. Longer ones wait a week, so that the last breaches can be
    explained, and then for the next Monday.
    """
    if rhythm in ("weekly", "every_n_weeks"):
        weeks = (every_weeks or 1) if rhythm == "every_n_weeks" else 1
        return _slots(rhythm, _monday(anchor), lambda day: day + weeks * WEEK, wait=timedelta())
    # Periods longer than weeks are those of the calendar, whenever the agreement began.
    months = {"monthly": 1, "quarterly": 3, "yearly": 12}.get(rhythm)
    if months is None:
        raise ValueError(f"“{rhythm}” is no rhythm of reviews.")
    first = anchor.replace(month=(anchor.month - 1) // months * months + 1, day=1)
    return _slots(rhythm, first, lambda day: months_later(day, months), wait=WEEK)


def to_plan(
    rhythm: str,
    *,
    anchor: date,
    today: date,
    planned_up_to: date | None,
    held_up_to: date | None = None,
    every_weeks: int | None = None,
) -> list[Slot]:
    """The slots that must have a row by today: up to the first that is due more than a week ahead and not held yet.

    Nothing is made up for the time before the first row; a gap after it (the machine stood still) is filled.
    `anchor` is the day since which the agreement is in force, `planned_up_to` the last due day that has a row, and
    `held_up_to` the last that was held, perhaps early: there is always a next review.
    """
    # An imported agreement may be ten years old: nobody wants ten years of overdue reviews on the first day.
    since = today if planned_up_to is None else planned_up_to + timedelta(days=1)
    wanted: list[Slot] = []
    for slot in slots(rhythm, anchor=anchor, every_weeks=every_weeks):
        if slot.due_on >= since:
            wanted.append(slot)
        if slot.due_on > max(today + AHEAD, held_up_to or today):
            return wanted
    return wanted


def due_days(rhythm: str, *, anchor: date, up_to: date, every_weeks: int | None = None) -> set[date]:
    """Every day up to and including the last on which the rhythm makes a review due."""
    coming = slots(rhythm, anchor=anchor, every_weeks=every_weeks)
    return {slot.due_on for slot in takewhile(lambda slot: slot.due_on <= up_to, coming)}


def reminder(due_on: date, today: date) -> str | None:
    """The reminder that stands for today: `week`, `day`, `overdue-0`, `overdue-1` … (one a week), or None so far.

    One that was missed while the machine stood still is made up for as long as its own span lasts.
    """
    left = (due_on - today).days
    # Weeks, not days: somebody who is told every morning stops reading.
    if left < 0:
        return f"overdue-{(-left - 1) // 7}"
    if left <= 1:  # on the day itself it is still the reminder of the day before, in case that one was missed
        return "day"
    return "week" if left <= 7 else None


def months_later(day: date, months: int) -> date:
    """The first day of the month so many months later (or earlier)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _slots(rhythm: str, first: date, step: Callable[[date], date], *, wait: timedelta) -> Iterator[Slot]:
    start = first
    while True:
        end = step(start)
        # Six days on and back to Monday: the first Monday that is not before the end of the wait.
        yield Slot(rhythm, start, end, due_on=_monday(end + wait + timedelta(days=6)))
        start = end


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
