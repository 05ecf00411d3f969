"""What a product's month came to on paper: certificate, credit, and the right to leave."""

from dataclasses import dataclass
from datetime import date, datetime

from incidents.models import Certificate, Credit
from incidents.queries import availability, certificates, credits
from incidents.queries.credits import Due
from incidents.queries.exits import exit_reason
from slas.models import Agreement, Product


@dataclass(frozen=True, slots=True)
class Certified:
    """One agreement's month; `due` is what it is worth now, empty where no credit is promised."""

    agreement: Agreement
    certificate: Certificate | None
    credit: Credit | None
    due: Due | None
    is_over: bool
    exit_reason: str | None


def of_month(product: Product, first: date, *, now: datetime) -> list[Certified]:
    """Each agreement that promised availability for the product in this month, mostly one or none."""
    measured = availability.of_month(product, first, now=now)
    parts = measured.parts if measured else ()
    agreements = {part.spell.revision.agreement_id: part.spell.revision.agreement for part in parts}
    return [_certified(product, agreement, first, now) for agreement in agreements.values()]


def _certified(product: Product, agreement: Agreement, first: date, now: datetime) -> Certified:
    agreement.product = product  # known; nobody has to ask for it again
    # Measured once more for this agreement alone: two that share a month have a sum each.
    month = availability.of_month(product, first, now=now, agreement=agreement)
    return Certified(
        agreement=agreement,
        certificate=certificates.of_month(agreement, first).defer("evidence").first(),
        credit=Credit.objects.filter(agreement=agreement, month=first).first(),
        due=credits.live(month) if month else None,
        is_over=month is not None and month.is_over,
        exit_reason=exit_reason(agreement, first, now=now),
    )
