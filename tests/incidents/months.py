"""A product whose availability is promised, and outages of it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from incidents.actions import outages
from incidents.models import DataGap, Outage
from incidents.models.outages import Standing
from slas.models import AvailabilityPromise, Product, Revision, User
from tests.factories import AgreementFactory, House, ProductFactory, RevisionFactory, fill, publish

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# Berlin's November 2026 begins at 23:00 UTC of the last day of October and has 720 hours.
NOVEMBER = datetime(2026, 10, 31, 23, tzinfo=UTC)
MONTH = 720 * HOUR


def shop(house: House, slug: str = "shop") -> Product:
    """Another product of the till's team, without an agreement."""
    found: Product = ProductFactory(slug=slug, name=slug.capitalize(), team=house.team, owner=house.mira)
    found.deputies.set([house.olaf])
    found.stakeholders.set([house.stella])
    return found


def promised(
    house: House,
    product: Product,
    *,
    target: str = "99.5",
    since: datetime | None = None,
    number: int = 1,
    **terms: object,
) -> Revision:
    """A revision in force that promises availability round the clock, unless the terms say otherwise."""
    agreement = product.agreements.first() or AgreementFactory(product=product, slug=f"{product.slug}-2026")
    revision: Revision = RevisionFactory(
        agreement=agreement, number=number, **({"in_force_from": since} if since else {})
    )
    fill(revision, office=house.office, clock=house.clock)
    AvailabilityPromise.objects.create(revision=revision, target=Decimal(target), **terms)
    return publish(revision, provider=house.holger, customer=house.mira)


def facts(
    product: Product, *, start: datetime = NOW - 2 * HOUR, length: timedelta | None = HOUR, **said: object
) -> outages.Facts:
    """An outage of an hour that ended an hour ago; without a length it still goes on."""
    ended_at = None if length is None else start + length
    words: dict[str, object] = {"title": f"{product.name} is down", "products": (product,)} | said
    return outages.Facts(started_at=start, ended_at=ended_at, **words)  # type: ignore[arg-type]  # a test's own words


def outage(
    house: House,
    product: Product,
    *,
    start: datetime,
    length: timedelta | None = HOUR,
    by: User | None = None,
    **said: object,
) -> Outage:
    """A recorded outage."""
    return outages.record(facts(product, start=start, length=length, **said), by=by or house.jana, now=NOW)


def proposal(product: Product, *, start: datetime = NOW - 2 * HOUR, length: timedelta | None = HOUR) -> Outage:
    """What a monitor proposes."""
    return outages.propose(facts(product, start=start, length=length), now=NOW)


def gap(product: Product, *, start: datetime, length: timedelta | None = HOUR) -> DataGap:
    """A time without data that a monitor left."""
    return outages.record_gap(
        product,
        by=None,
        now=NOW,
        started_at=start,
        ended_at=None if length is None else start + length,
        reason="Silence",
    )


def standing(row: Outage) -> str:
    """Where the outage stands now, as stored."""
    return Standing(Outage.objects.get(pk=row.pk).standing).value
