"""A month's figures and evidence as people read them: what counted, what did not, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from incidents.models.outages import Responsibility
from slas.clock import Span
from slas.queries.numbers import number

NOTHING = Fraction()
MICROSECOND = timedelta(microseconds=1)
Record = Mapping[str, Any]  # JSON


@dataclass(frozen=True, slots=True)
class Sheet:
    """The figures of a month or of a part of it: percent, and seconds; None where nothing is known."""

    revision: int
    span: Span
    target: Fraction | None
    availability: Fraction | None
    coverage: Fraction | None
    kept: bool | None
    agreed: Fraction
    excluded: Fraction
    down: Fraction
    unknown: Fraction
    allowed: Fraction
    incidents: int

    @property
    def promised(self) -> str:
        """The target as people write it; empty when it changed during the month."""
        if self.target is None:
            return ""
        # Exact: a target has at most four places.
        return f"{number(Decimal(self.target.numerator) / Decimal(self.target.denominator))}\u00a0%"

    @property
    def state(self) -> str:
        """The verdict by its name in `slas.templatetags.states`."""
        if self.kept is None:
            return "no_data"
        return "kept" if self.kept else "broken"


@dataclass(frozen=True, slots=True)
class Account:
    """One fact of the evidence and how it counted: a word of `incidents/certificates/_how.html`, and seconds."""

    title: str
    span: Span
    how: str
    seconds: Fraction = NOTHING


def sheet(figures: Record) -> Sheet:
    """Figures as `incidents.queries.evidence` writes them, to be shown."""
    return Sheet(
        revision=figures["revision"]["number"],
        span=_span(figures["period"]),
        target=_known(figures["target"]),
        availability=_known(figures["availability"]),
        coverage=_known(figures["coverage"]),
        kept=figures["kept"],
        agreed=Fraction(figures["agreed"]),
        excluded=Fraction(figures["excluded"]),
        down=Fraction(figures["down"]),
        unknown=Fraction(figures["unknown"]),
        allowed=Fraction(figures["allowed"]),
        incidents=len(figures["incidents"]),
    )


def outages(figures: Record, evidence: Record) -> list[Account]:
    """Every outage of the month."""
    return [_outage(one, figures) for one in evidence["outages"]]


def maintenance(figures: Record, evidence: Record) -> list[Account]:
    """Every planned work of the month."""
    return [_maintenance(one, figures, evidence) for one in evidence["maintenance"]]


def gaps(figures: Record, evidence: Record) -> list[Account]:
    """Every time without data; what somebody saw anyway counts as seen."""
    return [_gap(one, figures) for one in evidence["unknown"]]


def _gap(one: Record, figures: Record) -> Account:
    span = _span(one)
    seconds = _overlap(span, figures, "unknown")
    return Account(one["reason"], span, "unknown" if seconds else "known", seconds)


def _outage(one: Record, figures: Record) -> Account:
    span = _span(one)
    if not one["counts"]:
        how = "customer" if one["responsibility"] == Responsibility.CUSTOMER else "outside"
        return Account(one["title"], span, how)
    # From the segments that were signed: measuring anew could tell another story than the figures.
    down = _overlap(span, figures, "down")
    if down:
        return Account(one["title"], span, "down", down)
    states = {segment["state"] for segment, _ in _touched(span, figures)}
    # An outage may touch several of them; the first says most about why it did not count.
    how = next((state for state in ("ignored", "maintenance", "closed", "up") if state in states), "nothing_promised")
    return Account(one["title"], span, how)


def _maintenance(one: Record, figures: Record, evidence: Record) -> Account:
    planned = _span(one["planned"])
    shielded = _overlap(planned, figures, "maintenance")
    how = "shields" if shielded else _why_exposed(one, planned, evidence)
    return Account("", planned, how, shielded)


def _why_exposed(one: Record, planned: Span, evidence: Record) -> str:
    """Why planned work shields nothing; by the terms of the last part that it touches."""
    if one["emergency"]:
        return "emergency"
    if one["used"] is None:
        return "unused"
    begun = [part for part in evidence["parts"] if datetime.fromisoformat(part["start"]) <= planned.start]
    terms = (begun or evidence["parts"])[-1]["terms"]
    if terms["maintenance"] == "count_as_down":
        return "count_as_down"
    is_late = planned.start - datetime.fromisoformat(one["announced_at"]) < terms["notice"] * MICROSECOND
    return "late" if is_late else "exposed"


def _overlap(span: Span, figures: Record, state: str) -> Fraction:
    """How many seconds of a span were this; time down by its weight."""
    own = ((segment, length) for segment, length in _touched(span, figures) if segment["state"] == state)
    return sum((length * (Fraction(one["weight"]) if state == "down" else 1) for one, length in own), NOTHING)


def _touched(span: Span, figures: Record) -> Iterable[tuple[Record, Fraction]]:
    """The stretches of the month that lie in a span, with the seconds that do."""
    for segment in figures["segments"]:
        stretch = _span(segment)
        start, end = max(stretch.start, span.start), min(_end(stretch), _end(span))
        if start < end:
            yield segment, Fraction((end - start) // MICROSECOND, 1_000_000)


def _end(span: Span) -> datetime:
    assert span.end is not None, "Evidence is cut to its month."
    return span.end


def _span(one: Record) -> Span:
    return Span(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"]))


def _known(exact: str | None) -> Fraction | None:
    return None if exact is None else Fraction(exact)
