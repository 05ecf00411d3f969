"""The credit promise of an agreement in a file."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from slas.credits import RULES, Band, Bands, ChronicBreach, ClaimWindow, CreditRule, Linear
from slas.credits.chronic import YEAR
from slas.credits.claims import LONGEST
from slas.importers.calendars import holiday_place
from slas.importers.fields import Fields
from slas.importers.nodes import Node
from slas.importers.problems import Problem, Problems
from slas.importers.readers import Reader, choice, count, currency, flag, list_of, number, positive
from slas.models.calendars import NO_HOLIDAYS
from slas.models.credits import (
    LEAST,
    MOST_FACTOR,
    MOST_FEE,
    MOST_PARTS,
    NOTHING,
    WHOLE,
    Counting,
    Days,
    Reading,
    Rounding,
)
from slas.queries.wordings import CreditWording

PLACES, MONEY_PLACES = 4, 2
SHARE = number(NOTHING, WHOLE, PLACES, unit="%")
SOME = number(LEAST, WHOLE, PLACES, unit="%")
# The terms of each rule; the words among them have a usual reading and may be left out.
TERMS: Mapping[str, Mapping[str, Reader[Any]]] = {  # Any: each term has its own type
    "steps_below": {"per": SOME, "percent": SOME, "reading": choice([Reading.FULL, Reading.PRO_RATA])},
    "per_period_beyond": {"period": positive, "percent": SOME, "reading": choice([Reading.FULL, Reading.STARTED])},
    "started_units": {
        "unit": positive,
        "denominator": count(MOST_PARTS),
        "counting": choice(Counting.values),
        "rounding": choice(Rounding.values),
    },
    "multiple_of_share": {"factor": number(LEAST, MOST_FACTOR, PLACES)},
}
EXIT: Mapping[str, Reader[Any]] = {"in_a_row": count(YEAR), "of_twelve": count(YEAR), "below": SOME}  # Any: as above
WORDS = ("reading", "counting", "rounding")
OPEN = (None, False)  # a side of a band without a bound


def credits(node: Node, problems: Problems, *, usual_currency: str) -> CreditWording:
    """What a broken month is worth; `usual_currency` is meant where none is written, or "" where one has to be."""
    fields = Fields(node, problems, known=(*RULES, "cap", "monthly_fee", "currency", "claim", "chronic"))
    claim, holidays = fields.optional("claim", lambda inner: _claim(inner, problems), (None, NO_HOLIDAYS))
    return CreditWording(
        rule=_rule(fields, problems),
        monthly_fee=fields.optional("monthly_fee", number(NOTHING, MOST_FEE, MONEY_PLACES), NOTHING),
        currency=fields.optional("currency", currency, usual_currency)
        if usual_currency
        else fields.required("currency", currency),
        claim=claim,
        chronic=fields.optional("chronic", lambda inner: _chronic(inner, problems), None),
        holidays=holidays,
    )


def _rule(fields: Fields, problems: Problems) -> CreditRule:
    named = [kind for kind in RULES if fields.has(kind)]
    if len(named) != 1:
        raise Problem(fields.line, f"A credit is counted in one way; name one of {', '.join(RULES)}.")
    (kind,) = named
    cap = fields.optional("cap", SOME, WHOLE)
    if kind == "bands":
        return fields.required(kind, lambda node: _bands(node, cap, problems))
    if kind == "linear":
        return fields.required(kind, lambda node: _linear(node, cap))
    return RULES[kind](**fields.required(kind, lambda node: _terms(kind, node, problems)), cap=cap)


def _terms(kind: str, node: Node, problems: Problems) -> dict[str, Any]:
    readers = TERMS[kind]
    fields = Fields(node, problems, known=readers)
    return {
        name: fields.required(name, read) for name, read in readers.items() if fields.has(name) or name not in WORDS
    }


def _linear(node: Node, cap: Decimal) -> Linear:
    if not flag(node):
        raise Problem(node.line, "“linear” is true, or it is left out.")
    return Linear(cap)


def _bands(node: Node, cap: Decimal, problems: Problems) -> Bands:
    bands = list_of(lambda one: _band(one, problems))(node)
    if not bands:
        raise Problem(node.line, "A table of credits has at least one band.")
    return Bands(bands, cap)


def _band(node: Node, problems: Problems) -> Band:
    fields = Fields(node, problems, known=("from", "above", "below", "up_to", "percent"))
    lower, upper = _bound(fields, "from", "above"), _bound(fields, "up_to", "below")
    if lower == upper == OPEN:
        raise Problem(node.line, "A band says where it begins (from, above) or where it ends (below, up_to).")
    try:
        return Band(*lower, *upper, fields.required("percent", SHARE))
    except ValueError as wrong:
        raise Problem(node.line, str(wrong)) from None


def _bound(fields: Fields, inclusive: str, exclusive: str) -> tuple[Decimal | None, bool]:
    if fields.has(inclusive) and fields.has(exclusive):
        raise Problem(fields.line_of(exclusive), f"“{inclusive}” and “{exclusive}” say the same; use one.")
    for key, is_inclusive in ((inclusive, True), (exclusive, False)):
        if fields.has(key):
            return fields.required(key, SHARE), is_inclusive
    return OPEN


def _claim(node: Node, problems: Problems) -> tuple[ClaimWindow, str]:
    fields = Fields(node, problems, known=("within", "days", "holidays"))
    within = fields.required("within", count(LONGEST))
    days: Any = fields.optional("days", choice(Days.values), Days.DAYS)  # Any: the words that a window knows
    holidays = fields.optional("holidays", holiday_place, NO_HOLIDAYS)
    if days == Days.DAYS and holidays != NO_HOLIDAYS:
        raise Problem(fields.line_of("holidays"), "Public holidays matter to werktage and arbeitstage alone.")
    return ClaimWindow(within, days), holidays


def _chronic(node: Node, problems: Problems) -> ChronicBreach:
    fields = Fields(node, problems, known=EXIT)
    said = {name: fields.required(name, read) for name, read in EXIT.items() if fields.has(name)}
    if not said:
        raise Problem(node.line, f"Say when the customer may leave: {', '.join(EXIT)}.")
    return ChronicBreach(said.get("in_a_row"), said.get("of_twelve"), said.get("below"))
