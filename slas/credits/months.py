"""A month that several revisions answer for: each grants its share, and money is rounded once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

from slas.credits.dues import Credit

NOTHING = Fraction(0)
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Part:
    """What one revision grants for its part of a month; without a credit it never promised any.

    `agreed` is the agreed time of the part in seconds, `fee` what a whole month costs by its revision.
    """

    credit: Credit | None
    agreed: Fraction
    fee: Decimal


@dataclass(frozen=True, slots=True)
class Sum:
    """The credit of a whole month: percent of the fee and money, None where a part's table has a gap."""

    percent: Fraction | None
    amount: Decimal | None
    fee: Decimal  # for the whole month, each revision for its share of it


def together(parts: Sequence[Part]) -> Sum:
    """Each part's percent applies to its share of the agreed time; sums over sums, rounded once, half up."""
    agreed = sum((part.agreed for part in parts), NOTHING)
    # Agreed time, not calendar time: a part of closed days alone has nothing to answer for.
    shares = [part.agreed / agreed if agreed else NOTHING for part in parts]
    fee = _cents(
        sum((Fraction(part.fee) * share * PERCENT for part, share in zip(parts, shares, strict=True)), NOTHING)
    )
    percent, cents = NOTHING, NOTHING
    for part, share in zip(parts, shares, strict=True):
        if part.credit is None:
            continue
        # One part that nobody can reckon makes the whole month a matter for people.
        if part.credit.percent is None:
            # What one part leaves open no other part can close.
            return Sum(None, None, fee)
        percent += part.credit.percent * share
        cents += Fraction(part.fee) * part.credit.percent * share
    return Sum(percent, _cents(cents), fee)


def _cents(cents: Fraction) -> Decimal:
    return Decimal(floor(cents + Fraction(1, 2))).scaleb(-2)
