"""Sources of signals: who they are by their secret, what they speak of, and how long they have been silent."""

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.crypto import constant_time_compare, salted_hmac

from incidents.models import Signal, SignalSource
from slas.models import Product

PER_MINUTE = 300  # signals of one source; a monitor that repeats itself faster is broken
MINUTE = timedelta(minutes=1)


def overview() -> QuerySet[SignalSource]:
    """Every source with the moment of its last signal, by name."""
    found = SignalSource.objects.select_related("default_product").order_by("name", "pk")
    last = Signal.objects.filter(source=OuterRef("pk")).order_by("-received_at", "-pk")
    return found.annotate(last_at=Subquery(last.values("received_at")[:1]))


def heard_of(signals: QuerySet[Signal]) -> QuerySet[SignalSource]:
    """The sources of these signals, by name."""
    return SignalSource.objects.filter(pk__in=signals.order_by().values("source")).order_by("name", "pk")


def secret_of(source: SignalSource) -> str:
    """What a monitor shows or signs with; worked out, so that it is kept nowhere, and another with another seed."""
    return salted_hmac("incidents.signals", f"{source.slug}:{source.seed}", algorithm="sha256").hexdigest()


def by_secret(kind: str, secret: str) -> SignalSource | None:
    """The active source of this kind with this secret."""
    # No column holds the secret, so it cannot be looked up; there are few sources.
    return next((one for one in _active(kind) if constant_time_compare(secret_of(one), secret)), None)


def by_signature(kind: str, body: bytes, signature: str) -> SignalSource | None:
    """The active source of this kind that signed this body."""
    return next((one for one in _active(kind) if constant_time_compare(signature_of(one, body), signature)), None)


def signature_of(source: SignalSource, body: bytes) -> str:
    """HMAC-SHA256 of a body with the source's secret, in hexadecimal digits."""
    return hmac.new(secret_of(source).encode(), body, "sha256").hexdigest()


def is_flooding(source: SignalSource, now: datetime) -> bool:
    """Whether it has told so much within a minute that nobody can have meant it."""
    return Signal.objects.filter(source=source, received_at__gt=now - MINUTE).count() >= PER_MINUTE


def products_of(source: SignalSource) -> list[Product]:
    """Every product that the source may speak of, by name."""
    slugs = {rule.product for rule in source.placing_rules}
    if source.default_product is not None:
        slugs.add(source.default_product.slug)
    return list(Product.objects.filter(slug__in=slugs).order_by("name", "pk"))


def silent_since(source: SignalSource, now: datetime) -> datetime | None:
    """The moment at which an active source should have reported at the latest and has not; None while all is well."""
    if not source.is_active or source.expects_every is None:
        return None
    # From when it was due, not from its last word: up to then nobody expected anything.
    due_at = source.quiet_since + source.expects_every
    return due_at if now > due_at else None


def expected() -> QuerySet[SignalSource]:
    """Every active source that promises to report regularly."""
    return SignalSource.objects.filter(is_active=True, expects_every__isnull=False).order_by("pk")


def _active(kind: str) -> Iterator[SignalSource]:
    return SignalSource.objects.filter(kind=kind, is_active=True).order_by("pk").iterator()
