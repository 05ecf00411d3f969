"""Sources, messages taken in, and what was made of them as values to compare."""

from datetime import datetime
from typing import Any

from incidents.actions import signals
from incidents.actions.signals import Receipt
from incidents.models import Outage, Reading, SignalSource
from slas.models import Product, User
from tests.incidents.signals.payloads import JSON, TEN, Payload, written

NOW = TEN.replace(hour=12)


def source(by: User, kind: str = "alertmanager", product: Product | None = None, **said: object) -> SignalSource:
    """A source of this kind, called by its kind, which means this product."""
    words: dict[str, Any] = {"slug": kind, "name": f"The {kind}", "default_product": product}
    return signals.create_source(kind=kind, by=by, now=NOW, **{**words, **said})


def tell(of: SignalSource, payload: Payload | list[Payload] | bytes, now: datetime = NOW) -> Receipt:
    """Hand over a message as JSON."""
    return signals.receive(of, payload if isinstance(payload, bytes) else written(payload), JSON, now=now)


def counts(receipt: Receipt) -> tuple[str, int, int, int]:
    """What became of a signal."""
    return receipt.signal.outcome, receipt.accepted, receipt.duplicates, receipt.ignored


def said(receipt: Receipt) -> list[str]:
    """The sentences on it, in English."""
    return [remark["sentence"] % remark["facts"] for remark in receipt.signal.remarks]


def readings() -> list[tuple[str, datetime, datetime | None, str | None]]:
    """Every reading: of what, from when, until when, of which product."""
    found = Reading.objects.select_related("product").order_by("fingerprint", "starts_at")
    return [(one.fingerprint, one.starts_at, one.ends_at, one.product and one.product.slug) for one in found]


def proposals() -> list[tuple[str, datetime, datetime | None, str, str]]:
    """Every outage: its title, its span, its effect and its standing."""
    found = Outage.objects.order_by("started_at", "title")
    return [(one.title, one.started_at, one.ended_at, one.effect, one.standing) for one in found]
