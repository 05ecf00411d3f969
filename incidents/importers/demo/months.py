"""The months of the demonstration: a year of certificates, the older ones signed, and what became of their credits."""

from datetime import datetime, timedelta

from incidents.actions import certificates, credits
from incidents.models import Certificate, Credit
from slas.models import User

CLAIMED = "zahlungsverkehr"
SIGNED_AFTER = timedelta(days=2)
CLAIMED_AFTER, DECIDED_AFTER, SETTLED_AFTER = timedelta(days=5), timedelta(days=9), timedelta(days=20)


def certify(*, now: datetime) -> None:
    """Certify every month that is over; those of last month wait for a signature, a claim and a decision."""
    written = certificates.certify_past(now)
    newest = max(row.month for row in written)
    for row in written:
        _sign(row, is_newest=row.month == newest)
    keeper = User.objects.get(username="vera")
    for credit in Credit.objects.exclude(month=newest).select_related("certificate").order_by("month", "pk"):
        _pay(credit, keeper=keeper)
    # One waits for its owner, one for the team lead.
    _claim(Credit.objects.select_related("certificate").get(month=newest, agreement__product__slug=CLAIMED))


def _sign(row: Certificate, *, is_newest: bool) -> None:
    product, at = row.agreement.product, row.drawn_up_at + SIGNED_AFTER
    certificates.sign(row, by=product.team.lead, now=at, side="provider")
    # The owner of the newest one is asked on the first page.
    if not is_newest:
        certificates.sign(row, by=product.owner, now=at, side="customer")


def _claim(credit: Credit) -> Credit:
    return credits.claim(credit, by=credit.agreement.product.owner, now=credit.certificate.drawn_up_at + CLAIMED_AFTER)


def _pay(credit: Credit, *, keeper: User) -> None:
    product, at = credit.agreement.product, credit.certificate.drawn_up_at
    credit = credits.grant(_claim(credit), by=product.team.lead, now=at + DECIDED_AFTER)
    # Four eyes: whoever granted it does not settle it.
    credits.settle(credit, by=keeper, now=at + SETTLED_AFTER)
