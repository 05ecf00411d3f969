"""Spans of time, and the integer microseconds in which the clock counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

# Every calendar numbers its support time from here; stored positions depend on it, so it never moves.
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
DAY = 86_400_000_000

What = Literal["counted", "closed", "holiday", "paused"]
Stretch = tuple[int, int]


class NeverOpen(Exception):  # noqa: N818 - the name other code and tests rely on
    """The calendar does not open long enough, ever, for what was asked."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch `[start, end)`; without an end it is still going."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a ledger: why the time from start to end did or did not count, and how much of it did."""

    start: datetime
    end: datetime
    what: What
    counted: timedelta


def micros(at: datetime) -> int:
    """Microseconds from `EPOCH` to an aware datetime; ValueError for a naive one."""
    try:
        since = at - EPOCH
    except TypeError:
        raise ValueError("A moment needs a date, a time and a time zone.") from None
    return since.days * DAY + since.seconds * 1_000_000 + since.microseconds


def instant(us: int) -> datetime:
    """The UTC datetime that many microseconds after `EPOCH`."""
    try:
        return EPOCH + timedelta(0, 0, us)
    except OverflowError:
        raise ValueError("That moment lies outside the years 1 to 9999.") from None


def in_utc(at: datetime) -> datetime:
    """The same instant in UTC; ValueError for a naive datetime."""
    # Python compares two times of one zone by the clock on the wall, which reads one hour twice in autumn.
    return at if at.tzinfo is UTC else instant(micros(at))


def united(spans: Iterable[Span], *, begin: int, end: int | None = None) -> list[tuple[int, int | None]]:
    """Spans in microseconds, clipped to `[begin, end)`, sorted, with touching and overlapping ones made one."""
    clipped: list[tuple[int, int | None]] = []
    for span in spans:
        start = max(micros(span.start), begin)
        stop = end if span.end is None else micros(span.end)
        if stop is not None and end is not None:
            stop = min(stop, end)
        if stop is None or start < stop:
            clipped.append((start, stop))
    return _merged(sorted(clipped, key=lambda stretch: stretch[0]))


def _merged(stretches: list[tuple[int, int | None]]) -> list[tuple[int, int | None]]:
    merged: list[tuple[int, int | None]] = []
    for start, stop in stretches:
        last_stop = merged[-1][1] if merged else -1
        if merged and last_stop is None:
            break
        if merged and last_stop is not None and start <= last_stop:
            merged[-1] = (merged[-1][0], None if stop is None else max(stop, last_stop))
        else:
            merged.append((start, stop))
    return merged
