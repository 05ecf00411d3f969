"""The slow clock: it walks through time minute by minute, so that there is nothing in it to get wrong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from slas.clock import ServiceHours, Span

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Oracle:
    """Opening hours as they were written; `open_minutes` are found once, between the first and the last date."""

    zone: ZoneInfo
    week: Mapping[str, Sequence[str]]
    closed: Sequence[date]
    special: Mapping[date, Sequence[str]]
    first: date
    last: date
    open_minutes: set[datetime] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        day = self.first
        while day <= self.last:
            if self._exists(day):
                for interval in self._intervals(day):
                    self.open_minutes.update(self._minutes(day, *interval.split("-")))
            day += DAY

    def hours(self) -> ServiceHours:
        """The same hours for the clock under test."""
        return ServiceHours.parse(zone=self.zone.key, week=self.week, closed=self.closed, special=self.special)

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Span]) -> timedelta:
        """Minutes that are open and outside every pause."""
        return sum((MINUTE for at in steps(start, end) if self.counts(at, pauses)), timedelta(0))

    def deadline(self, start: datetime, allowance: timedelta, pauses: Iterable[Span]) -> datetime | None:
        """The end of the minute in which the last of the allowance is used; None when the known days do not suffice."""
        for at in steps(start, datetime(self.last.year, self.last.month, self.last.day, tzinfo=UTC)):
            allowance -= MINUTE if self.counts(at, pauses) else timedelta(0)
            if not allowance:
                return at + MINUTE
        return None

    def counts(self, at: datetime, pauses: Iterable[Span]) -> bool:
        """Whether the minute from this instant on is open and in no pause."""
        return at in self.open_minutes and not any(
            pause.start <= at and (pause.end is None or at < pause.end) for pause in pauses
        )

    def is_holiday(self, at: datetime) -> bool:
        """Whether a closed date without special hours covers the instant."""
        return any(
            self._instant(day, "00:00") <= at < self._instant(day, "24:00")
            for day in self.closed
            if day not in self.special
        )

    def _intervals(self, day: date) -> Sequence[str]:
        if day in self.special:
            return self.special[day]
        return () if day in self.closed else self.week.get(WEEKDAYS[day.weekday()], ())

    def _exists(self, day: date) -> bool:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        hours = (noon + timedelta(hours=step) for step in range(-38, 38))
        return any(at.astimezone(self.zone).date() == day for at in hours)

    def _minutes(self, day: date, start: str, end: str) -> Iterator[datetime]:
        yield from steps(self._instant(day, start), self._instant(day, end))

    def _instant(self, day: date, clock: str) -> datetime:
        """A local time as an instant, found by trying every offset the zone has around that day."""
        hour, minute = map(int, clock.split(":"))
        naive = datetime(day.year, day.month, day.day) + timedelta(hours=hour, minutes=minute)  # noqa: DTZ001 - a wall clock
        hours = (naive.replace(tzinfo=UTC) + timedelta(hours=step) for step in range(-48, 49, 6))
        tried = {naive.replace(tzinfo=UTC) - (at.astimezone(self.zone).utcoffset() or timedelta(0)) for at in hours}
        read = {at for at in tried if at.astimezone(self.zone).replace(tzinfo=None) == naive}
        # Read twice: the first. Never read: moved forward by the gap, which is the later of the two tries.
        return min(read) if read else max(tried)


def steps(start: datetime, end: datetime) -> Iterator[datetime]:
    """Every full minute of `[start, end)`."""
    while start < end:
        yield start
        start += MINUTE
