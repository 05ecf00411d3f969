"""The support hours of one calendar, and the questions everybody asks them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Self
from zoneinfo import ZoneInfo

from slas.clock import ledger
from slas.clock.opening import read_dates, read_special, read_week, read_zone
from slas.clock.spans import DAY, Line, NeverOpen, Span, instant, micros, united
from slas.clock.tally import Tally
from slas.clock.windows import Windows

NOTHING = timedelta(0)


@dataclass(frozen=True)
class ServiceHours:
    """When support is open. Equal hours are equal objects; keep one per calendar revision, it remembers its sums."""

    windows: Windows

    @classmethod
    def parse(
        cls,
        *,
        zone: str,
        week: Mapping[str, Sequence[str]],
        closed: Iterable[date] = (),
        special: Mapping[date, Sequence[str]] | None = None,
    ) -> Self:
        """Hours as people write them; `BadHours` (a ValueError) with one sentence when they make no sense."""
        return cls(
            Windows(
                zone=read_zone(zone),
                week=read_week(week),
                closed=read_dates(closed),
                special=read_special(special or {}),
            )
        )

    @property
    def zone(self) -> ZoneInfo:
        """The zone on whose wall clock the hours are written."""
        return self.windows.zone

    @cached_property
    def _tally(self) -> Tally:
        return Tally(self.windows)

    def deadline(self, start: datetime, allowance: timedelta, pauses: Iterable[Span] = ()) -> datetime:
        """The earliest instant (UTC) at which the allowance is used up.

        NeverOpen when it never will be: the hours end for good, or a pause without end begins before that.
        """
        begin = micros(start)
        target = allowance.days * DAY + allowance.seconds * 1_000_000 + allowance.microseconds
        # Clock rule 3. Zero would be due at once, and below it the binary search would run backwards.
        if target <= 0:
            raise ValueError("An allowance must be longer than nothing.")
        # One look-up for the whole question: this runs for every timer of every ticket.
        tally = self._tally
        target += tally.position(begin)
        return instant(tally.instant(self._postponed(begin, target, pauses) if pauses else target))

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Span] = ()) -> timedelta:
        """Support time from start to end outside the pauses; zero when the end does not come after the start."""
        begin, stop = micros(start), micros(end)
        # Clock rule 3: reversed bounds elapse nothing, they are no error.
        if stop <= begin:
            return NOTHING
        position = self._tally.position
        used = position(stop) - position(begin)
        # Most timers were never paused; uniting no pauses would cost more than the rest.
        if pauses:
            used -= sum(position(until) - position(since) for since, until in _within(pauses, begin, stop))
        return timedelta(0, 0, used)

    def is_open(self, at: datetime) -> bool:
        """Whether support time passes at this instant."""
        us = micros(at)
        # Spans are half-open, so the instant of closing is closed: does one more microsecond count?
        return self._tally.position(us + 1) > self._tally.position(us)

    def next_opening(self, at: datetime) -> datetime:
        """The earliest open instant at or after this one; NeverOpen when there is none."""
        # The next microsecond that counts ends one after the opening.
        return instant(self._tally.instant(self.position(at) + 1) - 1)

    def open_spans(self, start: datetime, end: datetime) -> list[Span]:
        """Every open span between start and end, cut at both."""
        opened = self.windows.between(micros(start), micros(end))
        return [Span(instant(since), instant(until)) for since, until in opened]

    def ledger(self, start: datetime, end: datetime, pauses: Iterable[Span] = ()) -> list[Line]:
        """The time from start to end in lines without a gap; a closed date is a holiday from midnight to midnight."""
        begin, stop = micros(start), micros(end)
        if stop <= begin:
            return []
        return ledger.lines(
            begin,
            stop,
            opened=self.windows.between(begin, stop),
            holidays=list(self.windows.holidays(begin, stop)),
            paused=_within(pauses, begin, stop),
        )

    def position(self, at: datetime) -> int:
        """Support time since the epoch of the clock, in microseconds: sorts tickets of one calendar by time left."""
        return self._tally.position(micros(at))

    def at_position(self, position: int) -> datetime:
        """The earliest instant that has this position; the inverse of `position`."""
        return instant(self._tally.instant(position))

    def _postponed(self, begin: int, target: int, pauses: Iterable[Span]) -> int:
        position = self._tally.position
        for since, until in united(pauses, begin=begin):
            # The allowance is used up before this pause, and pauses come in order: none of the rest matters.
            if position(since) >= target:
                break
            if until is None:
                raise NeverOpen("A pause without end begins before the allowance is used up.")
            target += position(until) - position(since)
        return target


def _within(pauses: Iterable[Span], begin: int, stop: int) -> list[tuple[int, int]]:
    return [(since, stop if until is None else until) for since, until in united(pauses, begin=begin, end=stop)]
