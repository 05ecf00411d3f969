"""Until when a credit can be claimed."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

SATURDAY = 6
DAY = timedelta(days=1)
LONGEST = 1000

# Which days count. German contracts tell two kinds of working days apart: Werktage are Monday to Saturday,
# Arbeitstage Monday to Friday; neither counts public holidays.
Days = Literal["days", "werktage", "arbeitstage"]


@dataclass(frozen=True, slots=True)
class ClaimWindow:
    """So many days after the end of the month, of the kind that is named."""

    length: int
    days: Days = "days"

    def __post_init__(self) -> None:
        """Refuse a window that nobody could use, and one beyond any calendar."""
        if not 0 < self.length <= LONGEST:
            raise ValueError(f"A claim window has between 1 and {LONGEST} days.")

    def last_day(self, month_ended_on: date, holidays: Container[date] = ()) -> date:
        """The last day on which the credit can be claimed; the day after the month's last is the first that counts."""
        day, left = month_ended_on, self.length
        while left:
            day += DAY
            left -= self._counts(day, holidays)
        return day

    def _counts(self, day: date, holidays: Container[date]) -> bool:
        if self.days == "days":
            return True
        last = SATURDAY if self.days == "werktage" else SATURDAY - 1
        return day.isoweekday() <= last and day not in holidays
