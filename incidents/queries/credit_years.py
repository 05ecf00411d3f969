"""A year of credits beside the annual fee, and the line above which German law looks closer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from incidents.models import Certificate, Credit
from incidents.models.certificates import CreditState
from incidents.queries import availability, credits
from incidents.queries.availability import Month
from incidents.queries.credits import Due
from slas.models import Agreement
from slas.models.agreements import Relation

MONTHS = range(1, 13)
# Lump-sum penalties in standard terms above about 5 % of the contract's sum are held to be unreasonable in Germany:
# BGH, 23 January 2003, VII ZR 210/01 (on building contracts; a hint for others, no legal advice).
LINE = Fraction(5, 100)
AGREED = (CreditState.GRANTED, CreditState.SETTLED)
OPEN = (CreditState.PROPOSED, CreditState.CLAIMED)


@dataclass(frozen=True, slots=True)
class CreditMonth:
    """A month that has begun: its newest certificate, its credit, and what it is worth as measured now."""

    month: Month
    certificate: Certificate | None
    credit: Credit | None
    due: Due | None

    @property
    def is_provisional(self) -> bool:
        """True while nothing is certified."""
        return self.certificate is None


@dataclass(frozen=True, slots=True)
class CreditYear:
    """The credits of one calendar year; sums are in `currency`, credits in another one are listed and not summed."""

    agreement: Agreement
    year: int
    currency: str
    annual_fee: Decimal
    months: Sequence[CreditMonth]
    is_external: bool

    @property
    def granted(self) -> Decimal:
        """What was agreed to, paid or not."""
        return self._sum(*AGREED)

    @property
    def open(self) -> Decimal:
        """What may still be granted."""
        return self._sum(*OPEN)

    @property
    def total(self) -> Decimal:
        """Both together."""
        return self.granted + self.open

    @property
    def line(self) -> Decimal:
        """5 % of the annual fee, to the cent."""
        return (self.annual_fee * LINE.numerator / LINE.denominator).quantize(Decimal("0.01"))

    @property
    def is_above(self) -> bool:
        """Whether the credits exceed the line."""
        # Multiplied out: cents of a twentieth would be rounded otherwise.
        return self.total * LINE.denominator > self.annual_fee * LINE.numerator

    @property
    def share(self) -> Fraction | None:
        """The credits as a share of the annual fee; None without a fee."""
        return Fraction(self.total) / Fraction(self.annual_fee) if self.annual_fee else None

    def _sum(self, *states: CreditState) -> Decimal:
        found = (row.credit for row in self.months if row.credit is not None)
        own = (credit.amount for credit in found if credit.state in states and credit.currency == self.currency)
        return sum(own, Decimal(0))


def year(agreement: Agreement, number: int, *, now: datetime) -> CreditYear | None:
    """A calendar year of an agreement; None when it promised no credit in it.

    The annual fee is that of its months in which credits were or are promised, by the revisions as they stand.
    """
    firsts = [date(number, month, 1) for month in MONTHS]
    found = availability.of_months(agreement.product, firsts, now=now, agreement=agreement)
    promised = credits.promised(part.spell.revision for month in found.values() for part in month.parts)
    dues = {first: credits.due(month, promised) for first, month in found.items()}
    fees = [due for due in dues.values() if due is not None]
    if not fees:
        return None
    currency = fees[-1].currency
    certificates, known = _by_month(agreement, firsts)
    last = list(found.values())[-1].parts[-1].spell.revision
    return CreditYear(
        agreement=agreement,
        year=number,
        currency=currency,
        annual_fee=sum((due.fee for due in fees if due.currency == currency), Decimal(0)),
        months=[
            CreditMonth(month, certificates.get(first), known.get(first), dues[first])
            for first, month in found.items()
            # The fee of a whole year counts, but nobody reads verdicts of months to come.
            if month.period.start <= now
        ],
        is_external=last.relation == Relation.EXTERNAL,
    )


def _by_month(agreement: Agreement, firsts: Sequence[date]) -> tuple[dict[date, Certificate], dict[date, Credit]]:
    # Ascending, so that the newest number of a month wins.
    certified = Certificate.objects.filter(agreement=agreement, month__in=firsts).defer("figures", "evidence")
    credited = Credit.objects.filter(agreement=agreement, month__in=firsts)
    return (
        {row.month: row for row in certified.order_by("month", "number")},
        {row.month: row for row in credited.order_by("month")},
    )
