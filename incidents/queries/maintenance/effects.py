"""What a window means for each product: notice, agreed time, cap; reckoned by the product's own terms."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents import figures, maintenance
from incidents.maintenance import Meaning, Month, State
from incidents.models import Maintenance, MaintenanceSeries
from incidents.queries.maintenance.finding import as_work, facts, in_state
from slas.availability import AvailabilityTerms
from slas.availability import Maintenance as Work
from slas.clock import Span
from slas.models import Product
from slas.queries import agreements, availability

NOTHING = timedelta(0)
SOON = timedelta(hours=24)  # what is left of the notice is worth a warning
SIGNS = {
    Meaning.NOT_PROMISED: "no_promise",
    Meaning.NEVER: "never_shields",
    Meaning.EMERGENCY: "emergency",
    Meaning.LATE: "notice_missed",
    Meaning.IN_TIME: "notice_kept",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What windows mean for one product; `lead` is how long before the first of them they are or were announced.

    `announce_by` and `left` are None where nothing is promised; `left` is negative once the notice was missed.
    """

    product: Product
    meaning: Meaning
    is_announced: bool
    is_over: bool
    notice: timedelta
    lead: timedelta
    announce_by: datetime | None
    left: timedelta | None
    windows: int
    late: int
    months: Sequence[Month]

    @property
    def is_afterwards(self) -> bool:
        """Announced when the first window had begun already."""
        return self.lead < NOTHING

    @property
    def agreed(self) -> timedelta:
        """How much of the windows lies in agreed time."""
        return sum((month.agreed for month in self.months), NOTHING)

    @property
    def shielded(self) -> timedelta:
        """How much of them shields, used as a whole; once they are over, as they were used."""
        return sum((month.shielded for month in self.months), NOTHING)

    @property
    def is_capped(self) -> bool:
        """With these windows the limit of a month is used up."""
        return any(month.left_after is not None and month.left_after <= NOTHING for month in self.months)

    @property
    def state(self) -> str:
        """The notice in one word of `slas.templatetags.states`."""
        if self.meaning is not Meaning.IN_TIME or self.is_announced or self.left is None:
            return SIGNS[self.meaning]
        return "notice_short" if self.left < SOON else "notice_open"

    def told(self) -> dict[str, object]:
        """The same as facts of a letter, lengths in seconds."""
        return {
            "name": self.product.name,
            "meaning": str(self.meaning),
            "is_announced": self.is_announced,
            "is_afterwards": self.is_afterwards,
            "is_capped": self.is_capped,
            "is_over": self.is_over,
            "windows": self.windows,
            "late": self.late,
            **{name: int(getattr(self, name).total_seconds()) for name in ("notice", "lead", "agreed", "shielded")},
        }


def of_window(row: Maintenance, products: Iterable[Product], *, now: datetime) -> list[Effect]:
    """What a window means as it stands; one that is not announced is reckoned as if it were announced now."""
    works = [as_work(row, announced_at=row.announced_at or now)]
    return of_works(works, products, now=now, is_announced=row.announced_at is not None, without={row.pk})


def of_series(row: MaintenanceSeries, products: Iterable[Product], *, now: datetime) -> list[Effect]:
    """What the windows mean that a series has written and that still come."""
    rows = list(row.windows.filter(in_state(State.ANNOUNCED, now)).order_by("planned_from", "pk"))
    works = [as_work(one, announced_at=one.announced_at or now) for one in rows]
    return of_works(works, products, now=now, is_announced=True, without={one.pk for one in rows})


def of_works(
    works: Sequence[Work],
    products: Iterable[Product],
    *,
    now: datetime,
    is_announced: bool,
    without: Collection[int] = (),
) -> list[Effect]:
    """What these windows mean, used as a whole unless they are over; `without` are keys of those whose place they take.

    Each product is judged by its terms at the first window; without windows there is nothing to say.
    """
    if not works:
        return []
    # Asked before any use is assumed, or everything would look used.
    is_over = all(maintenance.is_over(work, now) for work in works)
    # Nobody knows yet how long the work takes; people want to know what the window permits.
    reckoned = [maintenance.assumed(work, now) for work in works]
    found = []
    for product in products:
        # Of the day of the work, not of today: a revision may begin in between.
        revision = agreements.revision_in_force(product, works[0].planned.start)
        promised = availability.promised_by(revision, works[0].planned.start) if revision else None
        terms = promised.terms if promised else None
        months = _months(reckoned, product, terms, now=now, without=without)
        found.append(_effect(reckoned, product, terms, months, now=now, is_announced=is_announced, is_over=is_over))
    return found


def _months(
    works: Sequence[Work], product: Product, terms: AvailabilityTerms | None, *, now: datetime, without: Collection[int]
) -> list[Month]:
    if terms is None:
        return []
    firsts = maintenance.months_of([work.planned for work in works], terms)
    # Whole months, because earlier windows of the same month have used up a part of its cap.
    whole = Span(figures.midnight(firsts[0], terms.zone), figures.month_of(firsts[-1], terms.zone).end)
    # Whole months: an earlier window of the month has used a part of the limit already.
    others = facts([product], whole, without=without)[product.pk]
    return maintenance.months(works, [maintenance.assumed(work, now) for work in others], terms)


def _effect(
    works: Sequence[Work],
    product: Product,
    terms: AvailabilityTerms | None,
    months: Sequence[Month],
    *,
    now: datetime,
    is_announced: bool,
    is_over: bool,
) -> Effect:
    start = works[0].planned.start
    notice = terms.notice if terms else NOTHING
    announce_by = start - notice if terms else None
    return Effect(
        product=product,
        meaning=maintenance.meaning(works, terms),
        is_announced=is_announced,
        is_over=is_over,
        # Of the first window: of a series it is the one whose notice is the shortest.
        notice=notice,
        lead=start - works[0].announced_at,
        announce_by=announce_by,
        left=announce_by - now if announce_by else None,
        windows=len(works),
        late=maintenance.late(works, terms) if terms else 0,
        months=months,
    )
