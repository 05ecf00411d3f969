"""Certificates of months: which ones a person sees, what stands in them, and whether more is known by now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Literal

from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents import figures, rules
from incidents.cadence import months_later
from incidents.figures import Period
from incidents.models import Certificate, Outage
from incidents.models.outages import Standing
from incidents.queries import availability
from incidents.queries.evidence import evidence_of
from incidents.queries.outages import touching
from slas import rules as slas_rules
from slas.availability.records import fingerprint
from slas.clock import Span
from slas.models import Agreement, Product, Revision, User
from slas.queries.parties import visible_to as visible_products
from slas.rules import Reader

Side = Literal["provider", "customer"]
OTHER: Mapping[Side, Side] = {"provider": "customer", "customer": "provider"}
WAIT = timedelta(days=3)  # after a month's end, so that its last outages are decided


@dataclass(frozen=True, slots=True)
class Missing:
    """A month of an agreement that is over and has no certificate."""

    agreement: Agreement
    month: date
    ended_at: datetime


def visible_to(user: Reader) -> QuerySet[Certificate]:
    """The certificates of the products that this person sees, the newest month first, its corrections first."""
    products = visible_products(user).order_by().values("pk")
    found = Certificate.objects.filter(agreement__product__in=products).select_related(
        "agreement__product__team", "provider_signed_by", "customer_signed_by", "drawn_up_by"
    )
    return found.order_by("-month", "agreement__slug", "-number")


def of_month(agreement: Agreement, month: date) -> QuerySet[Certificate]:
    """Every certificate of a month, the newest number first."""
    return Certificate.objects.filter(agreement=agreement, month=month).order_by("-number")


def is_newest() -> Q:
    """The condition on certificates that no correction has followed."""
    later = Certificate.objects.filter(
        agreement=OuterRef("agreement"), month=OuterRef("month"), number__gt=OuterRef("number")
    )
    return Q(~Exists(later))


def is_stale(certificate: Certificate) -> bool:
    """Whether the month would be measured on other evidence now."""
    period = figures.month_of(certificate.month, certificate.zone)
    agreement = certificate.agreement
    # A month that is over is measured to its end, whatever the time is.
    found = availability.of_month(agreement.product, certificate.month, now=period.end, agreement=agreement)
    return found is not None and fingerprint(evidence_of(found)) != certificate.evidence_hash


def undecided(product: Product, period: Period) -> QuerySet[Outage]:
    """What monitors propose for a product in a period and nobody has decided."""
    found = Outage.objects.filter(touching(Span(period.start, period.end)), products=product)
    return found.filter(standing=Standing.PROPOSED).order_by("started_at", "pk")


def sides_of(user: User, product: Product) -> list[Side]:
    """For which sides this person may sign at all."""
    found: list[Side] = ["provider"] if slas_rules.may_sign_as_provider(user, product) else []
    return [*found, "customer"] if slas_rules.may_sign_as_customer(user, product) else found


def sides_open(user: User, row: Certificate, *, is_newest: bool) -> list[Side]:
    """For which sides this person can sign it now."""
    if not is_newest or row.is_signed:
        return []
    return [side for side in sides_of(user, row.agreement.product) if is_open(row, side, user)]


def is_open(row: Certificate, side: Side, user: User) -> bool:
    """Whether a side has not signed yet, and the other one was not signed for by the same person."""
    signed_for_other: int | None = getattr(row, f"{OTHER[side]}_signed_by_id")
    return getattr(row, f"{side}_signed_at") is None and signed_for_other != user.pk


def to_sign(place: rules.Desk) -> QuerySet[Certificate]:
    """The newest certificates of months that wait for this person's signature, the oldest month first."""
    if place.changes_nothing:
        return Certificate.objects.none()
    person = place.user
    deputised = Product.deputies.through.objects.filter(user=person).values("product")
    is_customer = Q(agreement__product__owner=person) | Q(agreement__product__in=deputised)
    is_provider = Q(agreement__product__team__in=place.led | place.above)
    # Whoever signed for one side is not asked for the other: two different people have to sign.
    mine = Q(is_customer, ~Q(provider_signed_by=person), customer_signed_at__isnull=True) | Q(
        is_provider, ~Q(customer_signed_by=person), provider_signed_at__isnull=True
    )
    found = Certificate.objects.filter(is_newest() & mine).select_related("agreement__product")
    return found.defer("figures", "evidence").order_by("month", "agreement__slug")


def missing(now: datetime, *, months: int) -> list[Missing]:
    """The months of the last so many that ended three days ago and have no certificate; two queries.

    Only what is in the rows of the revisions decides: no calendar that cannot be read and no proposal that nobody
    decided keeps the others from being found.
    """
    # A month more than is asked for: no zone and no short month may leave one out.
    since = now - timedelta(days=31 * (months + 1))
    in_force = Q(in_force_from__lt=now) & (Q(in_force_to__isnull=True) | Q(in_force_to__gt=since))
    rows = Revision.objects.filter(in_force, availability__isnull=False, published_at__isnull=False)
    every = rows.select_related("agreement").order_by("agreement", "in_force_from", "pk")
    known = set(Certificate.objects.filter(month__gte=since.date()).values_list("agreement", "month"))
    return [
        one
        for _, revisions in groupby(every, key=attrgetter("agreement_id"))
        for one in _over(list(revisions), now, months)
        if (one.agreement.pk, one.month) not in known
    ]


def _over(revisions: Sequence[Revision], now: datetime, months: int) -> Iterator[Missing]:
    today = figures.local_day(now, revisions[-1].zone)
    for back in range(-months, 0):
        month = months_later(today, back)
        periods = [figures.month_of(month, row.zone) for row in revisions if _reaches(row, month)]
        if periods and periods[-1].end + WAIT <= now:
            yield Missing(revisions[-1].agreement, month, periods[-1].end)


def _reaches(revision: Revision, month: date) -> bool:
    period = figures.month_of(month, revision.zone)
    ends_later = revision.in_force_to is None or revision.in_force_to > period.start
    return revision.in_force_from < period.end and ends_later
