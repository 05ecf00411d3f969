"""The right to leave an agreement that is broken again and again."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

YEAR = 12
Reason = Literal["in_a_row", "of_twelve", "below_floor"]


@dataclass(frozen=True, slots=True)
class ChronicBreach:
    """When the customer may leave: so many broken months in a row, so many of twelve, or one below a floor."""

    in_a_row: int | None = None
    of_twelve: int | None = None
    floor: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse a right that could never or would always be used."""
        if any(number is not None and not 0 < number <= YEAR for number in (self.in_a_row, self.of_twelve)):
            raise ValueError("Broken months are counted from 1 to 12.")
        if isinstance(self.floor, float):
            raise ValueError("A floor is written exactly, such as Decimal('95'); a float is not.")
        if self.floor is not None and not (self.floor.is_finite() and 0 < self.floor <= 100):
            raise ValueError("A floor lies above 0 and at most at 100 percent.")


@dataclass(frozen=True, slots=True)
class Month:
    """A month's verdict; None where nothing was known."""

    kept: bool | None
    availability: Fraction | None


def exit_right(rule: ChronicBreach, months: Sequence[Month]) -> Reason | None:
    """Why the customer may leave after the last of these months, the oldest first; None when they may not.

    Only broken months count: one about which nothing is known neither breaks a promise nor ends a row of broken ones.
    """
    judged = [month for month in months if month.kept is not None]
    row = _row(judged)
    year = [month for month in months[-YEAR:] if month.kept is False]
    if rule.in_a_row is not None and row >= rule.in_a_row:
        return "in_a_row"
    if rule.of_twelve is not None and len(year) >= rule.of_twelve:
        return "of_twelve"
    last = months[-1].availability if months else None
    if rule.floor is not None and last is not None and last < rule.floor:
        return "below_floor"
    return None


def _row(months: Sequence[Month]) -> int:
    """How many of the last months were broken without one kept between them."""
    count = 0
    for month in reversed(months):
        if month.kept:
            break
        count += 1
    return count
