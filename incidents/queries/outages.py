"""Outages and times without data: which a person sees, and what counts of them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from incidents.models import DataGap, Outage
from incidents.models.outages import Standing
from slas import rules
from slas.clock import Span
from slas.models import Product
from slas.queries.parties import visible_to as visible_products


def visible_to(user: rules.Reader) -> QuerySet[Outage]:
    """Outages of which this person sees a product, the newest first."""
    products = visible_products(user).order_by().values("pk")
    concerned = Outage.products.through.objects.filter(product__in=products).values("outage")
    return Outage.objects.filter(pk__in=concerned).order_by("-started_at", "-pk")


def gaps_visible_to(user: rules.Reader) -> QuerySet[DataGap]:
    """Times without data of the products that this person sees, the newest first."""
    products = visible_products(user).order_by().values("pk")
    return DataGap.objects.filter(product__in=products).select_related("product").order_by("-started_at", "-pk")


def proposals(user: rules.Reader) -> QuerySet[Outage]:
    """What monitors propose and nobody has decided, the oldest first."""
    return visible_to(user).filter(standing=Standing.PROPOSED).order_by("started_at", "pk")


def touching(span: Span) -> Q:
    """The condition on outages and gaps that have a part in a span; without an end it goes on for ever."""
    begun = Q() if span.end is None else Q(started_at__lt=span.end)
    return begun & (Q(ended_at__isnull=True) | Q(ended_at__gt=span.start))


def of_products(products: Iterable[Product], span: Span) -> dict[int, list[Outage]]:
    """The outages of each product that have a part in a span, dismissed ones left out, the earliest first."""
    keys = [product.pk for product in products]
    touched = Outage.objects.filter(touching(span)).exclude(standing=Standing.DISMISSED)
    pairs = Outage.products.through.objects.filter(product__in=keys, outage__in=touched).select_related("outage")
    found: dict[int, list[Outage]] = defaultdict(list)
    for pair in pairs.order_by("outage__started_at", "outage"):
        found[pair.product_id].append(pair.outage)
    return found


def gaps_of_products(products: Iterable[Product], span: Span) -> dict[int, list[DataGap]]:
    """The times without data of each product that have a part in a span, the earliest first."""
    keys = [product.pk for product in products]
    rows = DataGap.objects.filter(touching(span), product__in=keys, withdrawn_at__isnull=True)
    found: dict[int, list[DataGap]] = defaultdict(list)
    for gap in rows.order_by("started_at", "pk"):
        found[gap.product_id].append(gap)
    return found


def overlapping(products: Iterable[Product], started_at: datetime, ended_at: datetime | None) -> QuerySet[Outage]:
    """Other outages of these products at the same time: perhaps the same one, written down twice."""
    rows = Outage.objects.filter(touching(Span(started_at, ended_at)), products__in=list(products))
    return rows.exclude(standing=Standing.DISMISSED).order_by("started_at", "pk").distinct()
