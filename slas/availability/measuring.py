"""A month put together: agreed time, shielded maintenance, time down, time without data, and the verdict.

The order of the steps is that of contracts.md: clip to the month, cut out service time and shielded maintenance, take
the highest weight per instant, join what touches, cut to whole minutes, drop what is too short.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from math import lcm

from slas.availability.counting import Counted, counted
from slas.availability.explaining import told
from slas.availability.results import Incident, Measurement
from slas.availability.shielding import shielded
from slas.availability.stretches import Weighted, highest, length, within, without
from slas.availability.terms import AvailabilityTerms, Maintenance, Outage
from slas.clock import ServiceHours, Span
from slas.clock.spans import Stretch, instant, micros, united

SECOND = 1_000_000
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Month:
    """A month of an agreement in microseconds: its bounds, how far it is known, and its agreed time."""

    begin: int
    end: int
    until: int
    agreed: Sequence[Stretch]


def measure(
    *,
    month: date,
    terms: AvailabilityTerms,
    outages: Sequence[Outage],
    maintenance: Sequence[Maintenance] = (),
    unknown: Sequence[Span] = (),
    now: datetime | None = None,
    part: Span | None = None,
) -> Measurement:
    """The month in which this date lies, by the clock on the wall of the agreement's zone.

    Of the month only the `part`, when one is given: a revision that began or ended inside it answers for its own part.

    Facts are counted up to `now`, or to the end of the month without it; what is still going on goes on until then. A
    month that is not over is measured against its whole agreed time: as it will stand if nothing else happens.
    """
    over = _month(month, terms, now, part)
    shield = shielded(over.agreed, maintenance, terms, begin=over.begin, until=over.until)
    units = lcm(*(outage.weight.denominator for outage in outages))
    down = highest(_clipped(outages, over, units))
    found = counted(down, without(over.agreed, shield), terms)
    blind = _blind(unknown, over, shield, down)
    return _summed(over, terms, units, shield=shield, found=found, blind=blind)


def _month(month: date, terms: AvailabilityTerms, now: datetime | None, part: Span | None) -> Month:
    begin, end = bounds(month.year, month.month, terms.zone)
    if part is not None:
        begin = max(begin, micros(part.start))
        end = max(begin, end if part.end is None else min(end, micros(part.end)))
    until = end if now is None else max(begin, min(micros(now), end))
    return Month(begin, end, until, _agreed(terms.service_hours, begin, end))


@lru_cache(maxsize=1024)
def bounds(year: int, month: int, zone: str) -> Stretch:
    """The first instant of a month and of the next one, in microseconds."""
    # Round the clock in that zone: the clock knows what a midnight means that does not exist or exists twice.
    following = date(year + month // 12, month % 12 + 1, 1)
    days = {date(year, month, 1): ["00:00-24:00"], following: ["00:00-24:00"]}
    hours = ServiceHours.parse(zone=zone, week={}, special=days)
    noon = datetime(year, month, 1, 12, tzinfo=hours.zone)
    opened = hours.open_spans(noon - timedelta(days=2), noon + timedelta(days=34))
    return micros(opened[0].start), micros(opened[-1].start)


@lru_cache(maxsize=4096)
def _agreed(hours: ServiceHours | None, begin: int, end: int) -> Sequence[Stretch]:
    if hours is None:
        return ((begin, end),)
    spans = hours.open_spans(instant(begin), instant(end))
    return tuple((micros(span.start), micros(span.end)) for span in spans if span.end is not None)


def _clipped(outages: Sequence[Outage], over: Month, units: int) -> list[Weighted]:
    clipped = []
    for outage in outages:
        start = max(micros(outage.span.start), over.begin)
        stop = over.until if outage.span.end is None else min(micros(outage.span.end), over.until)
        if start < stop:
            # Whole numbers of a common denominator are compared faster than fractions.
            share = outage.weight.numerator * (units // outage.weight.denominator)
            clipped.append(Weighted(start, stop, share))
    return clipped


def _blind(unknown: Sequence[Span], over: Month, shield: Sequence[Stretch], down: Sequence[Weighted]) -> list[Stretch]:
    """Agreed time without data; where somebody says that it was down, or where work was planned, there are data."""
    clipped = united(unknown, begin=over.begin, end=over.until)
    spans = [(start, over.until if stop is None else stop) for start, stop in clipped]
    known = [(piece.start, piece.stop) for piece in down]
    return without(without(within(over.agreed, spans), shield), known)


def _summed(
    over: Month,
    terms: AvailabilityTerms,
    units: int,
    *,
    shield: Sequence[Stretch],
    found: Counted,
    blind: Sequence[Stretch],
) -> Measurement:
    target = Fraction(terms.target)
    agreed, excluded, unknown = (Fraction(length(some), SECOND) for some in (over.agreed, shield, blind))
    incidents = tuple(_incident(pieces, units) for pieces in found.incidents)
    # Summed as whole numbers: a thousand additions of fractions would take longer than all the rest.
    down = Fraction(sum(_weighed(pieces) for pieces in found.incidents), SECOND * units)
    denominator = agreed - excluded if terms.maintenance == "exclude" else agreed
    # Never up and never down: what nobody knows is not judged.
    known = denominator - unknown
    allowed = known * (PERCENT - target) / PERCENT
    availability = PERCENT * (known - down) / known if known else None
    so_far = Fraction(length(within(over.agreed, [(over.begin, over.until)])), SECOND)
    return Measurement(
        period=Span(instant(over.begin), instant(over.end)),
        until=instant(over.until),
        target=target,
        agreed=agreed,
        excluded=excluded,
        down=down,
        unknown=unknown,
        allowed=allowed,
        availability=availability,
        kept=None if availability is None else _is_kept(availability, target, terms),
        budget_used=PERCENT * down / allowed if allowed else None,
        coverage=PERCENT * (so_far - unknown) / so_far if so_far else None,
        so_far=so_far,
        incidents=incidents,
        denominator=denominator,
        told=told(over.agreed, shield, found, blind, begin=over.begin, until=over.until, end=over.end, units=units),
    )


def _is_kept(availability: Fraction, target: Fraction, terms: AvailabilityTerms) -> bool:
    return availability > target or (availability == target and terms.boundary == "kept")


def _incident(pieces: Sequence[Weighted], units: int) -> Incident:
    return Incident(instant(pieces[0].start), instant(pieces[-1].stop), Fraction(_weighed(pieces), SECOND * units))


def _weighed(pieces: Sequence[Weighted]) -> int:
    return sum((stop - start) * weight for start, stop, weight in pieces)
