"""What was promised when: one look-up for many tickets of one product."""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime

from slas.models import CalendarRevision, Product, Revision
from slas.queries.agreements import Terms, terms_for


@dataclass(slots=True)
class TermsBook:
    """What was promised for a product at any instant, looked up once for every stretch in which nothing changed."""

    product: Product
    known: dict[int, Terms | None] = field(default_factory=dict)
    changes: list[datetime] = field(init=False)

    def __post_init__(self) -> None:
        revisions = Revision.objects.filter(agreement__product=self.product, published_at__isnull=False)
        periods = revisions.order_by("pk").values_list("in_force_from", "in_force_to")
        # Those of every calendar: which ones a revision names is the query's business.
        calendars = CalendarRevision.objects.order_by("pk").values_list("in_force_from", flat=True)
        self.changes = sorted({at for period in periods for at in period if at is not None} | set(calendars))

    def at(self, instant: datetime) -> Terms | None:
        """The terms in force; None without an agreement."""
        stretch = bisect_right(self.changes, instant)
        # A log of ten years has a handful of stretches and a hundred thousand tickets.
        if stretch not in self.known:
            self.known[stretch] = terms_for(self.product, instant)
        return self.known[stretch]
