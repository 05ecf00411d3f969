"""One month of a product with the breaches behind its figures, as far as the reader may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from incidents.figures import Result
from incidents.models import Breach, Outage, Status
from incidents.queries import availability, breaches, figures
from reporting.charts.budget import BudgetChart
from reporting.queries.availability import Budget, budget_of, chart_of, of_month, worst
from slas.models import Product, User
from slas.queries.months import read_month

MONTHS_BACK = 60


@dataclass(frozen=True, slots=True)
class Evidence:
    """The result of a month, and the visible breaches that it counts."""

    result: Result
    breaches: Sequence[Breach]
    unseen: int
    budget: Budget | None  # of its availability; None when none was promised
    outages: Sequence[Outage]

    @property
    def verdict(self) -> str:
        """The worse of what clocks and availability say."""
        return worst(self.result, self.budget)

    @property
    def chart(self) -> BudgetChart | None:
        """How the budget went."""
        return chart_of(self.budget.month) if self.budget else None


def evidence(product: Product, year_month: str, *, reader: User, now: datetime) -> Evidence | None:
    """The evidence of a month by its address “2026-11”; None for what is no month, had no agreement or is to come."""
    first = read_month(year_month)
    if first is None:
        return None
    found = figures.of_products([product], now=now, months=MONTHS_BACK).get(product.pk, [])
    # By the agreement's own months, so that this page and the strip never differ by a time zone.
    result = next((month for month in found if month.period.from_on == first), None)
    if result is None:
        return None
    period = result.period
    broken = Breach.objects.filter(ticket__product=product, due_at__gte=period.start, due_at__lt=period.end)
    # A rejected ticket counts nowhere, so it is no evidence either.
    counted = broken.exclude(ticket__status=Status.REJECTED)
    seen = breaches.visible_to(reader).filter(pk__in=counted.order_by().values("pk")).order_by("due_at", "pk")
    visible = list(seen)
    measured = availability.of_month(product, first, now=now)
    return Evidence(
        result=result,
        breaches=visible,
        unseen=counted.count() - len(visible),
        budget=budget_of(measured, [measured]) if measured else None,
        outages=of_month(product, period) if measured else (),
    )
