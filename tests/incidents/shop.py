"""A shop whose availability is promised with credits, and its months: for tests of certificates and credits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from incidents.actions import certificates, outages
from incidents.models import Certificate, Credit, Outage
from slas.models import Agreement, AvailabilityPromise, CreditBand, CreditPromise, Product, Revision
from tests.factories import AgreementFactory, House, ProductFactory, RevisionFactory, fill, publish

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
MID_JUNE = datetime(2026, 6, 15, 10, tzinfo=BERLIN)
SECOND_OF_JULY = datetime(2026, 7, 2, 12, tzinfo=UTC)
FOURTH_OF_JULY = datetime(2026, 7, 4, 12, tzinfo=UTC)
AVAILABILITY: dict[str, object] = {"target": Decimal("99.9"), "degraded_weight": Decimal("0.5")}
# 5 % of 1,000 EUR for each full 0.1 points below 99.9 %, at most half, to be claimed within thirty days.
CREDITS: dict[str, object] = {
    "kind": "steps_below", "per": Decimal("0.1"), "percent": Decimal(5), "reading": "full", "cap": Decimal(50),
    "monthly_fee": Decimal(1000), "currency": "EUR", "claim_within": 30, "claim_days": "days",
}  # fmt: skip


@dataclass(frozen=True)
class Shop:
    """A product of the house with availability and credits, and its agreement in force since New Year."""

    house: House
    product: Product
    agreement: Agreement
    revision: Revision

    def down(
        self,
        started_at: datetime = MID_JUNE,
        length: timedelta = 3 * HOUR,
        now: datetime | None = None,
        **facts: object,
    ) -> Outage:
        """An outage of the shop as the team wrote it down, by default in July."""
        words: dict[str, object] = {"title": "Payment fails", "products": (self.product,)}
        span = {"started_at": started_at, "ended_at": started_at + length}
        written = outages.Facts(**{**words, **span, **facts})  # type: ignore[arg-type]  # a test's own words
        return outages.record(written, by=self.house.jana, now=now or max(started_at + length, FOURTH_OF_JULY))

    def certified(self, now: datetime = FOURTH_OF_JULY, *, month: date = JUNE, reason: str = "") -> Certificate:
        """The certificate of a month, drawn up by a member of the team."""
        return certificates.draw_up(self.agreement, month, by=self.house.jana, now=now, reason=reason)

    def credit(self) -> Credit:
        """The one credit there is, as stored."""
        return Credit.objects.select_related("agreement__product__team", "certificate").get()


def build_shop(
    house: House,
    *,
    slug: str = "shop",
    availability: dict[str, object] | None = None,
    credits: dict[str, object] | None = CREDITS,
    bands: Sequence[dict[str, object]] = (),
    **revision: object,
) -> Shop:
    """A shop in the hands of the house: Holger leads, Mira owns it, Olaf is her deputy."""
    product = ProductFactory(slug=slug, name=slug.capitalize(), team=house.team, owner=house.mira)
    product.deputies.set([house.olaf])
    row = RevisionFactory(agreement=AgreementFactory(product=product, slug=f"{slug}-2026"), **revision)
    fill(row, office=house.office, clock=house.clock)
    promise(row, availability=availability, credits=credits, bands=bands)
    publish(row, provider=house.holger, customer=house.mira)
    return Shop(house, product, row.agreement, row)


def promise(
    revision: Revision,
    *,
    availability: dict[str, object] | None = None,
    credits: dict[str, object] | None = CREDITS,
    bands: Sequence[dict[str, object]] = (),
) -> None:
    """Give a draft the promises of a shop."""
    AvailabilityPromise.objects.create(revision=revision, **{**AVAILABILITY, **(availability or {})})
    if credits is not None:
        CreditPromise.objects.create(revision=revision, **{**CREDITS, **credits})
    CreditBand.objects.bulk_create(CreditBand(revision=revision, **band) for band in bands)


def followed_by(shop: Shop, start: datetime, **promised: dict[str, object] | None) -> Revision:
    """The next revision, in force from a moment on; the one before ends there."""
    Revision.objects.filter(pk=shop.revision.pk).update(in_force_to=start)
    row: Revision = RevisionFactory(agreement=shop.agreement, in_force_from=start)
    promise(row, **promised)
    return publish(row, provider=shop.house.holger, customer=shop.house.mira)
