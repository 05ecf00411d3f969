"""When a month's error budget deserves a word before it is gone."""

from fractions import Fraction
from typing import Literal

from slas.availability.results import Measurement
from slas.availability.wholes import Whole

# half, most, all: so much of the budget is used. fast: it goes much faster than the time.
Alarm = Literal["half", "most", "all", "fast"]
LEVELS: dict[Alarm, int] = {"all": 100, "most": 75, "half": 50}
AHEAD = 25  # percentage points between what is used and what has passed
PERCENT = 100


def alarm(month: Whole | Measurement) -> Alarm | None:
    """The gravest word about the budget so far; None while it is used no faster than it should be.

    Percentages are of the month's whole budget and of its whole agreed time.
    """
    used = month.budget_used
    if used is None:
        # Nothing is allowed: a promise of 100 percent has no budget that could warn.
        return "all" if month.down else None
    level = next((name for name, percent in LEVELS.items() if used >= percent), None)
    if level in ("all", "most"):
        return level
    return "fast" if used - passed(month) >= AHEAD else level


def passed(month: Whole | Measurement) -> Fraction:
    """How much of the agreed time has passed, in percent."""
    return PERCENT * month.so_far / month.agreed if month.agreed else Fraction()
