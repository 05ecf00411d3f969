"""What a month was measured on, as plain values that can be measured again by anybody who has nothing else.

    {"month": "2026-06", "zone": "Europe/Berlin",
     "parts": [{"start", "end", "revision", "terms": {…}}],
     "outages": [{"start", "end", "weight", "counts", …}],
     "maintenance": [{"planned": {"start", "end"}, "announced_at", "used", "emergency", …}],
     "unknown": [{"start", "end", …}]}

Whatever else stands in a fact (its title, whose doing it was) is read by people alone. A weight of None means the
`degraded_weight` of the part that is measured.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from slas.availability.measuring import measure
from slas.availability.records import Plain
from slas.availability.results import Measurement
from slas.availability.terms import AvailabilityTerms, Maintenance, Outage
from slas.availability.wholes import Whole
from slas.clock import ServiceHours, Span

Record = Mapping[str, Any]  # JSON
LENGTHS = ("notice", "monthly_cap", "ignore_up_to")
MICROSECOND = timedelta(microseconds=1)


def terms_of(terms: AvailabilityTerms, *, degraded_weight: Decimal, hours: Plain | None) -> Plain:
    """Terms as plain values, lengths in microseconds; `hours` is what `ServiceHours.parse` is given, None always."""
    found: Plain = {
        one.name: getattr(terms, one.name) for one in fields(terms) if one.name not in ("service_hours", *LENGTHS)
    }
    for name in LENGTHS:
        length = getattr(terms, name)
        found[name] = None if length is None else length // MICROSECOND
    return found | {
        "target": str(Fraction(terms.target)),
        "degraded_weight": str(Fraction(degraded_weight)),
        "service_hours": hours,
    }


def measured_again(evidence: Record) -> Whole:
    """The month measured once more, from nothing but its evidence."""
    return Whole(tuple(_part(part, evidence) for part in evidence["parts"]))


def _part(part: Record, evidence: Record) -> Measurement:
    said = part["terms"]
    return measure(
        month=date.fromisoformat(f"{evidence['month']}-01"),
        terms=_terms(said),
        outages=[_outage(one, said["degraded_weight"]) for one in evidence["outages"] if one["counts"]],
        maintenance=[_maintenance(one) for one in evidence["maintenance"]],
        unknown=[_span(one) for one in evidence["unknown"]],
        part=_span(part),
    )


def _terms(said: Record) -> AvailabilityTerms:
    # Whatever the terms are made of stands in the record under its own name.
    own = {one.name: said[one.name] for one in fields(AvailabilityTerms)}
    own |= {name: None if said[name] is None else said[name] * MICROSECOND for name in LENGTHS}
    target = Fraction(said["target"])
    # Exact: a target has at most four places, so its fraction divides without a rest.
    own["target"] = Decimal(target.numerator) / Decimal(target.denominator)
    return AvailabilityTerms(**own | {"service_hours": _hours(said["service_hours"])})


def _hours(said: Record | None) -> ServiceHours | None:
    if said is None:
        return None
    return ServiceHours.parse(
        zone=said["zone"],
        week=said["week"],
        closed=[date.fromisoformat(day) for day in said["closed"]],
        special={date.fromisoformat(day): hours for day, hours in said["special"].items()},
    )


def _outage(one: Record, degraded_weight: str) -> Outage:
    return Outage(_span(one), Fraction(degraded_weight if one["weight"] is None else one["weight"]))


def _maintenance(one: Record) -> Maintenance:
    return Maintenance(
        planned=_span(one["planned"]),
        announced_at=datetime.fromisoformat(one["announced_at"]),
        used=None if one["used"] is None else _span(one["used"]),
        emergency=one["emergency"],
    )


def _span(one: Record) -> Span:
    end = one["end"]
    return Span(datetime.fromisoformat(one["start"]), None if end is None else datetime.fromisoformat(end))
