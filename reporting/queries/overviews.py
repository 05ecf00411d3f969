"""What a list of products says about each of them, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from incidents.figures import Result
from incidents.queries import availability, figures, reviews
from reporting.queries.availability import Budget, budget_of
from reporting.queries.headlines import Headline, headlines
from reporting.queries.states import ProductState, states
from slas.models import Product


@dataclass(frozen=True, slots=True)
class Overview:
    """One product in one line: promise, state now, the running month, the next review."""

    product: Product
    headline: Headline | None
    state: ProductState
    month: Result | None
    budget: Budget | None  # of its availability
    review_on: date | None


def overviews(products: Iterable[Product], *, now: datetime) -> list[Overview]:
    """One line per product, in the given order; thirteen queries whatever their number."""
    rows = list(products)
    # Each part is read for all products at once; a product without a part is simply not in it.
    promised, standing = headlines(rows, now=now), states(rows, now=now)
    months, due = figures.of_products(rows, now=now), reviews.next_due_by_product(rows)
    uptime = availability.of_products(rows, now=now)
    return [
        Overview(
            product=product,
            headline=promised.get(product.pk),
            state=standing.get(product.pk, ProductState()),
            month=months[product.pk][-1] if product.pk in months else None,
            budget=budget_of(uptime[product.pk][-1], uptime[product.pk]) if product.pk in uptime else None,
            review_on=due.get(product.pk),
        )
        for product in rows
    ]
