"""Numbers and money as people write them, in the active language."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import ngettext

from slas.validators import POINTS

CENTS = 2


def number(exact: Decimal) -> str:
    """A number without zeros at its end, never as 1E+2."""
    return number_format(_plain(exact))


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency: “1,000.00 EUR”, “1,000 points”."""
    if currency != POINTS:
        return f"{number_format(amount, CENTS, force_grouping=True)}\u00a0{currency}"
    points = number_format(_plain(amount), force_grouping=True)
    # The word follows the number, and half a point is none.
    return ngettext("%(points)s point", "%(points)s points", 1 if amount == 1 else 2) % {"points": points}


def _plain(exact: Decimal) -> Decimal:
    return Decimal(f"{exact.normalize():f}")
