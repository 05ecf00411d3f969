"""How products stand right now: what is open, and what is late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from incidents.models import Timer
from incidents.models.tickets import LIVE
from slas.models import Product


@dataclass(frozen=True, slots=True)
class ProductState:
    """Open tickets of a product, and how many of them have a clock that ran out."""

    open: int = 0
    late: int = 0

    @property
    def name(self) -> str:
        """The state in one word of `slas.templatetags.states`."""
        if self.late:
            return "broken"
        return "open" if self.open else "quiet"


def states(products: Iterable[Product], *, now: datetime) -> dict[int, ProductState]:
    """The state of each product with open tickets; one query. Imported histories are no work of today."""
    timers = Timer.objects.filter(
        ticket__product__in=[product.pk for product in products],
        ticket__status__in=LIVE,
        ticket__is_history=False,
        is_current=True,
        is_withdrawn=False,
    ).order_by()  # an order would split the groups
    # The same comparison as everywhere: a clock that stopped exactly at its deadline is in time.
    late = Q(due_at__lt=now) & (Q(stopped_at__isnull=True) | Q(stopped_at__gt=F("due_at")))
    counted = timers.values_list("ticket__product").annotate(
        open=Count("ticket", distinct=True), late=Count("ticket", distinct=True, filter=late)
    )
    return {product: ProductState(open=all_open, late=too_late) for product, all_open, too_late in counted}
