"""Planned work for tests: windows of the till, and a product that promises availability."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from incidents.actions import maintenance
from incidents.models import Maintenance, MaintenanceEvent
from slas.clock import Span
from slas.models import AvailabilityPromise, Notice, Product, Revision, User
from tests.factories import AgreementFactory, House, ProductFactory, RevisionFactory, fill, publish

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SATURDAY = datetime(2026, 11, 21, 21, tzinfo=UTC)  # 22:00 in Berlin
WINDOW = Span(SATURDAY, SATURDAY + 3 * HOUR)


def promising(house: House, slug: str = "shop", **promise: object) -> Product:
    """A product of the till's people whose agreement promises availability."""
    product: Product = ProductFactory(slug=slug, name=slug.capitalize(), team=house.team, owner=house.mira)
    revision: Revision = RevisionFactory(agreement=AgreementFactory(product=product, slug=f"{slug}-2026"))
    fill(revision, office=house.office, clock=house.clock)
    asked = {"target": Decimal("99.5"), "notice": 48 * HOUR, "monthly_cap": 4 * HOUR, "degraded_weight": 1}
    AvailabilityPromise.objects.create(revision=revision, **(asked | promise))
    publish(revision, provider=house.holger, customer=house.mira)
    return product


def planned(
    *products: Product, by: User, window: Span = WINDOW, now: datetime = NOW, title: str = "New tills"
) -> Maintenance:
    """A window that nobody was told about."""
    return maintenance.plan(products, by=by, now=now, title=title, reason="Version 7", window=window)


def announced(
    *products: Product, by: User, window: Span = WINDOW, now: datetime = NOW, title: str = "New tills"
) -> Maintenance:
    """A window that was announced."""
    return maintenance.plan_and_announce(products, by=by, now=now, title=title, reason="Version 7", window=window)


def story(row: Maintenance) -> list[tuple[str, datetime, str]]:
    """What happened, when and by whom."""
    events = MaintenanceEvent.objects.filter(maintenance=row).select_related("by").order_by("at", "pk")
    return [(event.kind, event.at, event.by.username if event.by else "") for event in events]


def told() -> list[tuple[str, str]]:
    """What stands in the outbox about maintenance: what it tells, and to whom."""
    rows = Notice.objects.filter(kind="maintenance").select_related("recipient").order_by("pk")
    return [(row.context["what"], row.recipient.username) for row in rows]
