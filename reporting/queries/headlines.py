"""A promise in one line: the most urgent priority of what is in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from slas.models import Product, Revision
from slas.queries.agreements import in_force


@dataclass(frozen=True, slots=True)
class Headline:
    """What the most urgent priority is promised; an empty field was not promised. Lengths are support time."""

    revision: Revision
    priority: str
    response: timedelta | None
    resolution: timedelta | None
    calendar: str  # of the first of both


def headlines(products: Iterable[Product], *, now: datetime) -> dict[int, Headline]:
    """The headline of each product with an agreement in force; two queries."""
    revisions = (
        Revision.objects.filter(in_force(now), agreement__product__in=[product.pk for product in products])
        .select_related("agreement")
        .prefetch_related("targets__calendar")
        .order_by("in_force_from", "pk")
    )
    # In this order the newest wins where an old agreement and a new one of the same product overlap.
    found = {revision.agreement.product_id: _headline(revision) for revision in revisions}
    return {product: headline for product, headline in found.items() if headline is not None}


def _headline(revision: Revision) -> Headline | None:
    # all() takes what was fetched along; a filter here would ask once per product.
    targets = list(revision.targets.all())
    if not targets:
        return None
    first = min(target.priority for target in targets)
    named = {target.kind: target for target in targets if target.priority == first}
    response, resolution = named.get("response"), named.get("resolution")
    shown = response or resolution or next(iter(named.values()))
    return Headline(
        revision=revision,
        priority=first,
        response=response.allowance if response else None,
        resolution=resolution.allowance if resolution else None,
        calendar=shown.calendar.name,
    )
