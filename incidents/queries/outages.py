"""Outages and times without data: which a person sees, and what counts of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.models import DataGap, Outage, OutageEvent
from incidents.models.outages import Effect, Responsibility, Standing
from incidents.queries import tickets
from incidents.rules import desk_of
from slas import rules
from slas.clock import Span
from slas.models import Product, Role, User
from slas.queries.parties import visible_to as visible_products

# Products and tickets are left out: not everybody who sees an outage may know all of them.
SHOWN = {
    "title": _("What was down"),
    "started_at": _("Since"),
    "ended_at": _("Until"),
    "effect": _("Effect"),
    "weight": _("Weight"),
    "responsibility": _("Whose doing"),
    "cause": _("Cause"),
    "evidence": _("Evidence"),
}
MOMENTS = ("started_at", "ended_at")
CHOICES: dict[str, type[Effect | Responsibility]] = {"effect": Effect, "responsibility": Responsibility}


@dataclass(frozen=True, slots=True)
class Change:
    """What stood there before and after; moments are datetimes."""

    label: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Told:
    """One event of an outage and what it changed."""

    event: OutageEvent
    changes: Sequence[Change]


def visible_to(user: rules.Reader) -> QuerySet[Outage]:
    """Outages of which this person sees a product, the newest first."""
    products = visible_products(user).order_by().values("pk")
    # Through the keys: a join would show an outage once for each of its products.
    concerned = Outage.products.through.objects.filter(product__in=products).values("outage")
    return Outage.objects.filter(pk__in=concerned).order_by("-started_at", "-pk")


def gaps_visible_to(user: rules.Reader) -> QuerySet[DataGap]:
    """Times without data of the products that this person sees, the newest first."""
    products = visible_products(user).order_by().values("pk")
    return DataGap.objects.filter(product__in=products).select_related("product").order_by("-started_at", "-pk")


def with_all_shown(rows: QuerySet[Outage], reader: User) -> QuerySet[Outage]:
    """What a page and the API say about outages: only the products and tickets that the reader sees are named."""
    return rows.select_related("recorded_by", "decided_by").prefetch_related(
        Prefetch("products", queryset=visible_products(reader)),
        Prefetch("tickets", queryset=tickets.visible_to(reader).order_by("pk")),
    )


def products_of(outage: Outage) -> QuerySet[Product]:
    """Every product that was down, also those that a reader may not see."""
    return Product.objects.filter(outages=outage).order_by("slug")


def kept_by(person: User) -> QuerySet[Product]:
    """The products whose record this person keeps, by name."""
    desk = desk_of(person)
    rows = Product.objects.select_related("team").order_by("name", "pk")
    # An auditor who is also in a team keeps no record; see rules.may_keep_record.
    if desk.changes_nothing:
        return rows.none()
    return rows if person.has_role(Role.SERVICE_LEVEL_MANAGER) else rows.filter(pk__in=desk.provided)


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


def story(outage: Outage) -> list[Told]:
    """Everything that was done with an outage, in order, each with what it changed."""
    events = list(outage.events.select_related("actor").order_by("at", "pk"))
    # Each event keeps the facts after it, so the one before it says what changed; the first changed nothing.
    befores = [events[0].facts, *(event.facts for event in events)] if events else []
    return [Told(event, _changes(before, event.facts)) for before, event in zip(befores, events, strict=False)]


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[Change]:
    return [
        Change(str(label), _shown(name, before[name]), _shown(name, after[name]))
        for name, label in SHOWN.items()
        if before[name] != after[name]
    ]


def _shown(name: str, value: object) -> object:
    """A moment as a moment, a choice by its label, everything else as it was written."""
    if name in MOMENTS:
        return datetime.fromisoformat(str(value)) if value else None
    labels = CHOICES.get(name)
    return labels(str(value)).label if labels else value
