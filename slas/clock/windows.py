"""From opening hours on the wall to open windows on the time line, whatever the zone's clock does that day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from slas.clock.spans import DAY, EPOCH, Stretch

EPOCH_ORDINAL = EPOCH.toordinal()
# No zone is a whole day away from UTC, so that looking one day further finds every window.
MARGIN = 1
# The first and the last day that Python can name have a neighbour it cannot name, so nothing opens on them.
FIRST, LAST = date.min.toordinal() + 1, date.max.toordinal() - 1


@dataclass(frozen=True)
class Windows:
    """The opening hours of one calendar; special days beat closed dates, closed dates beat the week."""

    zone: ZoneInfo
    week: tuple[tuple[Stretch, ...], ...]
    closed: tuple[date, ...]
    special: tuple[tuple[date, tuple[Stretch, ...]], ...]

    @cached_property
    def _exceptions(self) -> dict[int, tuple[Stretch, ...]]:
        shut: dict[int, tuple[Stretch, ...]] = {day.toordinal(): () for day in self.closed}
        return shut | {day.toordinal(): intervals for day, intervals in self.special}

    @cached_property
    def exceptional(self) -> Stretch:
        """The microseconds outside which no date differs from the week."""
        days = self._exceptions or {EPOCH_ORDINAL: ()}
        return (min(days) - EPOCH_ORDINAL - MARGIN) * DAY, (max(days) - EPOCH_ORDINAL + 1 + MARGIN) * DAY

    @cached_property
    def last(self) -> int | None:
        """The microsecond after which nothing can open any more; None when the week opens again and again."""
        if any(self.week):
            return None
        last = max((day.toordinal() for day, _ in self.special), default=EPOCH_ORDINAL)
        return (last - EPOCH_ORDINAL + 1 + MARGIN) * DAY

    def between(self, begin: int, end: int) -> list[Stretch]:
        """Open windows within `[begin, end)` in order; those that touch or overlap after a clock change are one."""
        windows: list[Stretch] = []
        for start, stop in sorted(self._opened(_ordinals(begin, end))):
            start, stop = max(start, begin), min(stop, end)
            if start >= stop:
                continue
            if windows and start <= windows[-1][1]:
                windows[-1] = (windows[-1][0], max(stop, windows[-1][1]))
            else:
                windows.append((start, stop))
        return windows

    def holidays(self, begin: int, end: int) -> Iterator[Stretch]:
        """Closed dates within `[begin, end)`, each from local midnight to midnight."""
        special = {day for day, _ in self.special}
        days = _ordinals(begin, end)
        for day in self.closed:
            if day not in special and day.toordinal() in days:
                midnight = (day.toordinal() - EPOCH_ORDINAL) * DAY
                start, stop = max(self._instant(midnight), begin), min(self._instant(midnight + DAY), end)
                if start < stop:
                    yield start, stop

    def _opened(self, ordinals: range) -> Iterator[Stretch]:
        exceptions, week, offset = self._exceptions, self.week, self._offset
        days: Iterable[int] = ordinals if any(week) else sorted(day for day in exceptions if day in ordinals)
        before = (0, 0)
        for ordinal in days:
            # Monday 0001-01-01 has ordinal 1.
            intervals = exceptions.get(ordinal, week[(ordinal - 1) % 7])
            if not intervals:
                continue
            today = before[1] if before[0] == ordinal else offset(datetime.fromordinal(ordinal))
            before = ordinal + 1, offset(datetime.fromordinal(ordinal + 1))
            midnight = (ordinal - EPOCH_ORDINAL) * DAY
            if today == before[1]:
                yield from ((midnight + start - today, midnight + stop - today) for start, stop in intervals)
            elif midnight - today < midnight + DAY - before[1]:
                yield from (
                    (self._instant(midnight + start), self._instant(midnight + stop)) for start, stop in intervals
                )

    def _instant(self, local: int) -> int:
        # fold=0 moves a time that does not exist forward by the gap and takes the first of two.
        return local - self._offset(EPOCH.replace(tzinfo=None) + timedelta(0, 0, local))

    def _offset(self, local: datetime) -> int:
        offset = self.zone.utcoffset(local) or timedelta(0)
        return (offset.days * 86_400 + offset.seconds) * 1_000_000


def _ordinals(begin: int, end: int) -> range:
    first = EPOCH_ORDINAL + begin // DAY - MARGIN
    last = EPOCH_ORDINAL + end // DAY + MARGIN
    return range(max(first, FIRST), min(last, LAST) + 1)
