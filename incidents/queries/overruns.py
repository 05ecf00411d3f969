"""What it costs when work goes on after its window: of the month's error budget, and in credits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from incidents.figures import Period
from incidents.models import Maintenance, Outage
from incidents.queries import availability, credits
from incidents.queries.availability import Assumed
from incidents.queries.credits import Due
from slas.models import Product

LENGTHS = (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2))


@dataclass(frozen=True, slots=True)
class Overrun:
    """So much longer than planned: the seconds that are left of the month then, and what the month would be worth."""

    length: timedelta
    left: Fraction
    due: Due | None

    @property
    def over(self) -> Fraction:
        """Seconds beyond what the month allows; nothing while something is left."""
        return max(-self.left, Fraction())


@dataclass(frozen=True, slots=True)
class Outlook:
    """A product's month in which the window ends: what is left of it, and what longer work would leave."""

    product: Product
    period: Period
    left: Fraction
    overruns: Sequence[Overrun]


def outlooks(row: Maintenance, products: Sequence[Product], *, now: datetime) -> list[Outlook]:
    """For each product that promises availability when the window ends; as if nothing else happened until then."""
    by_length = {length: _assumed(row, length, products, now) for length in LENGTHS}
    return [
        Outlook(
            product=one.without.product,
            period=one.without.period,
            left=_left(one, counted=False),
            overruns=[_overrun(length, found[place]) for length, found in by_length.items()],
        )
        for place, one in enumerate(by_length[LENGTHS[0]])
    ]


def _assumed(row: Maintenance, length: timedelta, products: Sequence[Product], now: datetime) -> list[Assumed]:
    longer = Outage(started_at=row.planned_to, ended_at=row.planned_to + length)
    # Seen from its end: nothing that lies ahead is measured otherwise.
    found = availability.assumed(longer, products, now=max(now, row.planned_to + length))
    # One for each product: work over the end of a month is told by the month in which its window ends.
    return list({one.without.product.pk: one for one in reversed(found)}.values())[::-1]


def _overrun(length: timedelta, one: Assumed) -> Overrun:
    return Overrun(length, _left(one, counted=True), credits.live(one.counted))


def _left(one: Assumed, *, counted: bool) -> Fraction:
    whole = (one.counted if counted else one.without).whole
    return whole.allowed - whole.down if whole else Fraction()
