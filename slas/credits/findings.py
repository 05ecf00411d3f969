"""What is wrong with a table of credits, found when it is saved and not when a month falls into it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from slas.availability.terms import Boundary
from slas.credits.rules import LOWEST, Band, Bands, CreditRule, Cut

Kind = Literal["TIER_GAP", "TIER_OVERLAP", "TIER_BOUNDARY", "TIER_ORDER"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of a table: what it is, and between which availabilities in percent it lies."""

    kind: Kind
    lower: Decimal
    upper: Decimal


def findings(rule: CreditRule, target: Decimal, boundary: Boundary = "kept") -> list[Finding]:
    """The faults of a rule for this target in percent; only tables of bands can have any.

    TIER_GAP: an availability that breaks the promise and for which no band says anything. TIER_OVERLAP: one for which
    two say something. TIER_BOUNDARY: a band reaches to where the promise is kept and nothing is due. TIER_ORDER: less
    availability is worth less. `boundary` says what being exactly at the target means.
    """
    if not isinstance(rule, Bands):
        return []
    bands = sorted(rule.bands, key=lambda band: band.begin)
    return [*_covered(bands, target, broken_up_to=(target, int(boundary == "broken"))), *_order(bands)]


def _covered(bands: Sequence[Band], target: Decimal, *, broken_up_to: Cut) -> Iterator[Finding]:
    """From zero up to where the promise is kept every availability lies in one band, and none in two."""
    reached: Cut = (LOWEST, 0)
    for band in bands:
        begin = band.begin
        if begin > reached:
            yield Finding("TIER_GAP", reached[0], begin[0])
        elif begin < reached:
            yield Finding("TIER_OVERLAP", begin[0], min(reached, band.end)[0])
        # A band inside another one must not pull the end back, or a gap would be reported behind it.
        reached = max(reached, band.end)
    if reached < broken_up_to:
        yield Finding("TIER_GAP", reached[0], target)
    elif reached > broken_up_to:
        yield Finding("TIER_BOUNDARY", target, reached[0])


def _order(bands: Sequence[Band]) -> Iterator[Finding]:
    for below, above in pairwise(bands):
        if below.percent < above.percent:
            yield Finding("TIER_ORDER", below.begin[0], above.end[0])
