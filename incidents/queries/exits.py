"""The right to leave an agreement that is broken again and again: over months as certified, else as measured."""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction

from incidents.cadence import months_later
from incidents.models import Certificate
from incidents.queries import availability
from slas.credits import Month as Verdict
from slas.credits import exit_right
from slas.credits.chronic import YEAR, Reason
from slas.models import Agreement
from slas.queries import credits as promises


def exit_reason(agreement: Agreement, month: date, *, now: datetime) -> Reason | None:
    """Why the customer may leave after this month, by the revision that was in force last in it; None otherwise.

    A month in which nothing was promised is as if it had not been.
    """
    firsts = [months_later(month, back) for back in range(1 - YEAR, 1)]
    measured = availability.of_months(agreement.product, firsts, now=now, agreement=agreement)
    # A right that ends with the next good day would be none: only months that are over count.
    if month not in measured or not measured[month].is_over:
        return None
    promised = promises.promised_by(measured[month].parts[-1].spell.revision)
    if promised is None or promised.chronic is None:
        return None
    certified = _certified(agreement, firsts)
    return exit_right(promised.chronic, [certified.get(first) or _verdict(measured[first]) for first in measured])


def _verdict(month: availability.Month) -> Verdict:
    whole = month.whole
    return Verdict(whole.kept, whole.availability) if whole else Verdict(None, None)


def _certified(agreement: Agreement, firsts: list[date]) -> Mapping[date, Verdict]:
    # Ascending, so that the newest number of a month counts.
    rows = Certificate.objects.filter(agreement=agreement, month__in=firsts).order_by("month", "number")
    found = rows.values_list("month", "figures__kept", "figures__availability")
    return {month: Verdict(kept, None if share is None else Fraction(share)) for month, kept, share in found}
