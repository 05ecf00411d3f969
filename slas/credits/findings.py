"""What is wrong with a table of credits, found when it is saved and not when a month falls into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from slas.credits.rules import Band, Bands, CreditRule

Kind = Literal["TIER_GAP", "TIER_OVERLAP", "TIER_BOUNDARY", "TIER_ORDER"]
LOWEST, HIGHEST = Decimal(0), Decimal(100)


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of a table: what it is, and between which availabilities in percent it lies."""

    kind: Kind
    lower: Decimal
    upper: Decimal


def findings(rule: CreditRule, target: Decimal) -> list[Finding]:
    """The faults of a rule for this target in percent; only tables of bands can have any.

    TIER_GAP: an availability below the target for which no band says anything. TIER_OVERLAP: one for which two say
    something. TIER_BOUNDARY: a band reaches above the target, where nothing is due. TIER_ORDER: less availability is
    worth less.
    """
    if not isinstance(rule, Bands):
        return []
    bands = sorted(rule.bands, key=_from_below)
    return [*_outer(bands, target), *_between(bands), *_order(bands)]


def _from_below(band: Band) -> tuple[Decimal, bool]:
    return _lower(band), not band.lower_inclusive


def _lower(band: Band) -> Decimal:
    return LOWEST if band.lower is None else band.lower


def _upper(band: Band) -> Decimal:
    return HIGHEST if band.upper is None else band.upper


def _outer(bands: Sequence[Band], target: Decimal) -> list[Finding]:
    """The lowest band has to begin at zero, the highest to end just below the target."""
    lowest, highest = bands[0], bands[-1]
    found = []
    if lowest.lower is not None and (lowest.lower, lowest.lower_inclusive) != (LOWEST, True):
        found.append(Finding("TIER_GAP", LOWEST, lowest.lower))
    if _upper(highest) < target:
        found.append(Finding("TIER_GAP", _upper(highest), target))
    elif _upper(highest) > target or highest.upper_inclusive:
        found.append(Finding("TIER_BOUNDARY", target, _upper(highest)))
    return found


def _between(bands: Sequence[Band]) -> list[Finding]:
    found = []
    for below, above in pairwise(bands):
        upper, lower = _upper(below), _lower(above)
        both, neither = (
            below.upper_inclusive and above.lower_inclusive,
            not (below.upper_inclusive or above.lower_inclusive),
        )
        if upper < lower or (upper == lower and neither):
            found.append(Finding("TIER_GAP", upper, lower))
        elif upper > lower or (upper == lower and both):
            found.append(Finding("TIER_OVERLAP", lower, upper))
    return found


def _order(bands: Sequence[Band]) -> list[Finding]:
    return [
        Finding("TIER_ORDER", _lower(below), _upper(above))
        for below, above in pairwise(bands)
        if below.percent < above.percent
    ]
