"""Support time as one number line: prefix sums over open windows, and a binary search."""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime

from slas.clock.spans import NeverOpen, micros
from slas.clock.windows import Windows

# Years of exactly 365.2425 days: numbered by one division, whatever zone or leap year.
YEAR = 31_556_952_000_000
FIRST_YEAR = micros(datetime.min.replace(tzinfo=UTC)) // YEAR
LAST_YEAR = micros(datetime.max.replace(tzinfo=UTC)) // YEAR
# After 400 years the dates fall on the same weekdays again. No zone changes its rules before 1800 or, as far as is
# known, after 2100, so that a far year counts like its twin and one stray date does not cost thousands of years.
CYCLE = 400
SETTLED = micros(datetime(1800, 1, 1, tzinfo=UTC)) // YEAR, micros(datetime(2100, 1, 1, tzinfo=UTC)) // YEAR

Year = tuple[list[int], list[int], list[int]]


class Tally:
    """Counts the open microseconds since the epoch; years are built when first asked for and kept."""

    def __init__(self, windows: Windows) -> None:
        self._windows = windows
        self._years: dict[int, Year] = {}
        self._totals: dict[int, int] = {}
        # Number of the first year known, and the support time at the start of it and of each following year.
        # Replaced as a whole and never changed in place, so that threads may share a calendar.
        self._known: tuple[int, list[int]] = (0, [0])

    def position(self, us: int) -> int:
        """Support time between the epoch and an instant, negative before the epoch."""
        starts, ends, sums = self._years.get(us // YEAR) or self._build(us // YEAR)
        i = bisect_right(starts, us) - 1
        end = ends[i]
        return sums[i] + (us if us < end else end) - starts[i]

    def instant(self, position: int) -> int:
        """The earliest instant at which that much support time has passed; NeverOpen when there is none."""
        first, sums = self._known
        if not sums[0] < position <= sums[-1]:
            first, sums = self._reach_position(position)
        number = first + bisect_left(sums, position) - 1
        starts, _, before = self._years.get(number) or self._build(number)
        i = bisect_left(before, position) - 1
        return starts[i] + position - before[i]

    def _build(self, number: int) -> Year:
        first, sums = self._reach_year(number)
        # An empty window at the start of the year spares every search a check for "before the first one".
        starts, ends, before = [number * YEAR], [number * YEAR], [sums[number - first]]
        for start, end in self._windows.between(number * YEAR, (number + 1) * YEAR):
            before.append(before[-1] + ends[-1] - starts[-1])
            starts.append(start)
            ends.append(end)
        self._years[number] = starts, ends, before
        return self._years[number]

    def _reach_year(self, number: int) -> tuple[int, list[int]]:
        first, sums = self._known
        while number < first:
            first, sums = first - 1, [sums[0] - self._total(first - 1), *sums]
        later = list(sums)
        while first + len(later) - 1 <= number:
            later.append(later[-1] + self._total(first + len(later) - 1))
        self._known = first, later
        return self._known

    def _reach_position(self, position: int) -> tuple[int, list[int]]:
        first, sums = self._known
        last = self._windows.last
        final = LAST_YEAR if last is None else last // YEAR
        while sums[-1] < position:
            if first + len(sums) - 1 > final:
                raise NeverOpen("These support hours never open long enough for that.")
            first, sums = self._reach_year(first + len(sums) - 1)
        while sums[0] >= position:
            if first <= FIRST_YEAR:
                raise NeverOpen("These support hours never were open long enough for that.")
            first, sums = self._reach_year(first - 1)
        return first, sums

    def _total(self, number: int) -> int:
        twin = self._twin(number)
        if twin not in self._totals:
            opened = self._windows.between(twin * YEAR, (twin + 1) * YEAR)
            self._totals[twin] = sum(end - start for start, end in opened)
        return self._totals[twin]

    def _twin(self, number: int) -> int:
        begin, end = self._windows.exceptional
        early, late = min(SETTLED[0], begin // YEAR) - 1, max(SETTLED[1], end // YEAR) + 1
        if late < number < LAST_YEAR:
            return late + (number - late) % CYCLE
        if FIRST_YEAR < number < early:
            return early - (early - number) % CYCLE
        return number
