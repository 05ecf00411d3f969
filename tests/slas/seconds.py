"""The slow measurement: it looks at every second of the month, so that there is nothing in it to get wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from slas.availability import AvailabilityTerms, Maintenance, Outage
from slas.clock import Span

HOUR, MINUTE = 3600, 60
UNITS = 8  # every weight of the examples is a number of eighths
Seconds = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Slow:
    """One number or one word for each second of a month."""

    states: Sequence[str]
    agreed: int
    excluded: int
    down: Fraction
    unknown: int


@dataclass(frozen=True)
class SlowMonth:
    """The seconds of a month on the wall clock of a zone, and the hours of its working week (None: all of them)."""

    month: date
    zone: ZoneInfo
    opens: int | None
    closes: int

    @property
    def begin(self) -> datetime:
        """The first instant."""
        return datetime(self.month.year, self.month.month, 1, tzinfo=self.zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first instant of the next month."""
        following = (self.month.replace(day=28) + timedelta(days=7)).replace(day=1)
        return datetime(following.year, following.month, 1, tzinfo=self.zone).astimezone(UTC)

    @property
    def size(self) -> int:
        """How many seconds it has."""
        return int((self.end - self.begin).total_seconds())

    def measure(
        self,
        terms: AvailabilityTerms,
        outages: Sequence[Outage],
        maintenance: Sequence[Maintenance],
        unknown: Sequence[Span],
        now: datetime,
    ) -> Slow:
        """What the facts make of every second."""
        service, weights = self._service(), np.zeros(self.size, dtype=np.int64)
        reported = np.zeros(self.size, dtype=np.bool_)
        for outage in outages:
            part = self._slice(outage.span, now)
            reported[part] = True
            weights[part] = np.maximum(weights[part], int(outage.weight * UNITS))
        shield = self._shield(terms, maintenance, now) & service
        if terms.monthly_cap is not None:
            shield &= np.cumsum(shield) <= terms.monthly_cap.total_seconds()
        exposed = service & ~shield & (weights > 0)
        counted = self._counted(exposed, terms)
        blind = np.zeros(self.size, dtype=np.bool_)
        for span in unknown:
            blind[self._slice(span, now)] = True
        blind &= service & ~shield & ~reported
        states = np.full(self.size, "up", dtype="<U11")
        states[self._index(now) :] = "ahead"
        states[exposed] = "ignored"
        states[counted] = "down"
        states[blind] = "unknown"
        states[shield] = "maintenance"
        states[~service] = "closed"
        down = Fraction(int(weights[counted].sum()), UNITS)
        return Slow(states.tolist(), int(service.sum()), int(shield.sum()), down, int(blind.sum()))

    def _service(self) -> Flags:
        if self.opens is None:
            return np.ones(self.size, dtype=np.bool_)
        flags = np.zeros(self.size, dtype=np.bool_)
        for first in range(0, self.size, HOUR):
            # Clocks change on the hour, so within one the wall clock only runs on.
            local = (self.begin + timedelta(seconds=first)).astimezone(self.zone)
            flags[first : first + HOUR] = local.isoweekday() <= 5 and self.opens <= local.hour < self.closes
        return flags

    def _shield(self, terms: AvailabilityTerms, maintenance: Sequence[Maintenance], now: datetime) -> Flags:
        flags = np.zeros(self.size, dtype=np.bool_)
        for work in maintenance:
            is_late = work.planned.start - work.announced_at < terms.notice
            if work.used is None or work.emergency or is_late or terms.maintenance == "count_as_down":
                continue
            planned, used = np.zeros_like(flags), np.zeros_like(flags)
            planned[self._slice(work.planned, now)] = True
            used[self._slice(work.used, now)] = True
            flags |= planned & used
        return flags

    def _counted(self, exposed: Flags, terms: AvailabilityTerms) -> Flags:
        edges = np.flatnonzero(np.diff(np.concatenate(([0], exposed.astype(np.int64), [0]))))
        counted = np.zeros_like(exposed)
        for start, stop in edges.reshape(-1, 2):
            length = int(stop - start)
            kept = length - length % MINUTE if terms.whole_minutes else length
            if kept > terms.ignore_up_to.total_seconds():
                counted[start : start + kept] = True
        return counted

    def _slice(self, span: Span, now: datetime) -> slice:
        return slice(self._index(span.start), self._index(now if span.end is None else min(span.end, now)))

    def _index(self, at: datetime) -> int:
        return min(max(int((at - self.begin).total_seconds()), 0), self.size)
