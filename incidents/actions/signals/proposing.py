"""A reading becomes a proposal, and the team of the product hears of it."""

from datetime import datetime

from django.conf import settings

from incidents.actions import outages
from incidents.actions.circulars import readers_of
from incidents.actions.outages import Facts
from incidents.models import Outage, Reading, Signal
from slas.actions import notices
from slas.actions.notices import Letter
from slas.models import Product, User
from slas.models.parties import PlainNotice


def propose(reading: Reading, product: Product, *, now: datetime) -> Outage:
    """Propose what a monitor saw as an outage of this product; call it inside the transaction of the change."""
    signal = reading.signals.earliest("received_at", "pk")
    facts = Facts(
        title=reading.title,
        products=(product,),
        started_at=reading.starts_at,
        ended_at=reading.ends_at,
        effect=reading.effect,
        evidence=_evidence(reading, signal),
    )
    reading.product, reading.outage = product, outages.propose(facts, now=now)
    reading.save()
    notices.put(_letters(reading, now=now), now=now)
    return reading.outage


def _evidence(reading: Reading, signal: Signal) -> str:
    """The monitor's own words: which source, which labels, and where its signals are kept."""
    labels = [f"{name} = {value}" for name, value in sorted(reading.labels.items())]
    where = f"{settings.BASE_URL}/signals/{signal.pk}/"
    # What was told stays with the signal as a whole; here it only has to fit.
    return "\n".join([f"{reading.source.name}: {reading.fingerprint}", where, *labels])[:20_000]


def _letters(reading: Reading, *, now: datetime) -> list[Letter]:
    assert reading.product is not None
    facts = {
        "title": reading.title,
        "product": reading.product.name,
        "source": reading.source.name,
        "effect": reading.effect,
        "started_at": reading.starts_at.isoformat(),
        "ended_at": reading.ends_at.isoformat() if reading.ends_at else None,
        "path": f"/outages/{reading.outage_id}/",
    }
    topic = f"outage:{reading.outage_id}"
    return [
        Letter(
            key=f"{topic}:proposed:{reader.username}:mail:0",
            kind="outage",
            recipient_id=reader.pk,
            context=facts | {"stands_in_for": absent},
            subject=topic,
            topic=topic,
        )
        for reader, absent in readers_of(_team(reading.product), mute=PlainNotice.OUTAGE, now=now)
    ]


def _team(product: Product) -> list[User]:
    """The people who provide the product; the lead of a team without any."""
    members = product.team.members.filter(is_active=True).select_related("deputy").order_by("name", "pk")
    return list(members) or [product.team.lead]
