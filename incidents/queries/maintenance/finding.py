"""Windows as rows: which a person sees, which come next, and those that a measurement asks for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from incidents import rules
from incidents.maintenance import State, permitted
from incidents.models import Maintenance, MaintenanceEvent, MaintenanceSeries
from slas.availability import Maintenance as Work
from slas.clock import Span
from slas.mail import revived
from slas.models import Product, User
from slas.queries import parties
from slas.rules import Reader


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a window; its facts are values again, instants in place of texts."""

    event: MaintenanceEvent
    facts: object


def visible_to(reader: Reader) -> QuerySet[Maintenance]:
    """The windows of products this person may see, the earliest first; `products` holds only those they may see."""
    products = parties.visible_to(reader)
    # The prefetch itself is narrowed, so that no template, file or feed can name a hidden product.
    found = _of(products.order_by().values("pk")).prefetch_related(Prefetch("products", products))
    return found.select_related("series", "created_by", "cancelled_by")


def series_visible_to(reader: Reader) -> QuerySet[MaintenanceSeries]:
    """The series of products this person may see, those that go on first; `products` as above."""
    products = parties.visible_to(reader)
    links = MaintenanceSeries.products.through.objects.filter(product__in=products.order_by().values("pk"))
    found = MaintenanceSeries.objects.filter(pk__in=links.values("maintenanceseries"))
    found = found.select_related("created_by", "ended_by").prefetch_related(Prefetch("products", products))
    return found.order_by("ended_at", "-pk")


def upcoming(products: Iterable[Product], now: datetime) -> QuerySet[Maintenance]:
    """Windows of any of these products that are announced and come, and those that run; the earliest first."""
    found = _of([product.pk for product in products])
    return found.filter(in_state(State.ANNOUNCED, now) | in_state(State.RUNNING, now))


def facts(products: Iterable[Product], span: Span, *, without: Collection[int] = ()) -> dict[int, list[Work]]:
    """Product key → its announced windows that touch the span, as the arithmetic takes them, the earliest first.

    Emergencies are among them, what was cancelled is not, nor are those whose keys are given; one query.
    """
    found: dict[int, list[Work]] = {product.pk: [] for product in products}
    touching = Q(maintenance__planned_to__gt=span.start)
    if span.end is not None:
        touching &= Q(maintenance__planned_from__lt=span.end)
    links = Maintenance.products.through.objects.filter(
        touching,
        product__in=list(found),
        maintenance__announced_at__isnull=False,
        maintenance__cancelled_at__isnull=True,
    )
    wanted = links.exclude(maintenance__in=without).select_related("maintenance")
    for link in wanted.order_by("maintenance__planned_from", "maintenance_id"):
        assert link.maintenance.announced_at is not None
        found[link.product_id].append(as_work(link.maintenance, announced_at=link.maintenance.announced_at))
    return found


def as_work(row: Maintenance, *, announced_at: datetime) -> Work:
    """A window as the arithmetic takes it."""
    return Work(row.planned, announced_at, row.used, row.is_emergency)


def in_state(state: State, now: datetime) -> Q:
    """The condition on windows in this state at this instant; `maintenance.state_at` says the same of one row."""
    begun, ended, over = Q(used_from__isnull=False), Q(used_to__isnull=False), Q(planned_to__lte=now)
    if state is State.CANCELLED:
        return Q(cancelled_at__isnull=False)
    ahead = ~begun & ~over
    conditions = {
        State.PLANNED: ahead & Q(announced_at__isnull=True),
        State.ANNOUNCED: ahead & Q(announced_at__isnull=False),
        State.RUNNING: begun & ~ended,
        State.ENDED: ended | (~begun & over),
    }
    return Q(cancelled_at__isnull=True) & conditions[state]


def products_of(row: Maintenance | MaintenanceSeries) -> QuerySet[Product]:
    """Every product it concerns, also those that a reader may not see."""
    # Not through `row.products`: that may hold only what one reader sees.
    of = {"maintenance": row} if isinstance(row, Maintenance) else {"maintenance_series": row}
    return Product.objects.filter(**of).order_by("name", "pk")


def may_keep(reader: User | rules.Desk, row: Maintenance | MaintenanceSeries) -> bool:
    """Whether this person keeps the record of every product it concerns."""
    desk = rules.desk_of(reader)
    return all(rules.may_keep_record(desk, product) for product in products_of(row))


def deeds_for(reader: User | rules.Desk, row: Maintenance, now: datetime) -> list[str]:
    """What this person may do with a window and its state permits, by the names of the API."""
    if not may_keep(reader, row):
        return []
    found = permitted(row.state_at(now))
    # What nobody was told about was not done, as far as the record goes.
    return found if row.announced_at else [name for name in found if name != "correct"]


def history(row: Maintenance) -> Sequence[Happening]:
    """What happened to a window, the first thing first."""
    events = row.events.select_related("by").order_by("at", "pk")
    return [Happening(event, revived(event.facts)) for event in events]


# A subquery of keys has row and model types that play no part here, hence Any.
def _of(products: QuerySet[Any, Any] | Iterable[int]) -> QuerySet[Maintenance]:
    # A subquery instead of a join: a window of two products would be met twice.
    links = Maintenance.products.through.objects.filter(product__in=products)
    return Maintenance.objects.filter(pk__in=links.values("maintenance")).order_by("planned_from", "pk")
