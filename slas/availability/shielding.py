"""Which maintenance shields: announced in time, used, no emergency, in service time, and under the monthly cap."""

from collections.abc import Sequence

from slas.availability.stretches import first, micros_in, within
from slas.availability.terms import AvailabilityTerms, Maintenance
from slas.clock import Span
from slas.clock.spans import Stretch, micros, united


def shielded(
    agreed: Sequence[Stretch], maintenance: Sequence[Maintenance], terms: AvailabilityTerms, *, begin: int, until: int
) -> list[Stretch]:
    """The stretches of agreed time that maintenance shields, the earliest first until the cap is reached."""
    if terms.maintenance == "count_as_down" or not maintenance:
        return []
    good = [span for work in maintenance if (span := _good(work, terms)) is not None]
    stretches = [(start, until if stop is None else stop) for start, stop in united(good, begin=begin, end=until)]
    served = within(stretches, agreed)
    if terms.monthly_cap is None:
        return served
    return first(served, micros_in(terms.monthly_cap))


def _good(work: Maintenance, terms: AvailabilityTerms) -> Span | None:
    """The part of the window that was used; None when it shields nothing."""
    is_late = micros(work.planned.start) - micros(work.announced_at) < micros_in(terms.notice)
    if work.emergency or is_late or work.used is None:
        return None
    start = max(work.planned.start, work.used.start, key=micros)
    ends = [end for end in (work.planned.end, work.used.end) if end is not None]
    end = min(ends, key=micros)
    return Span(start, end) if micros(start) < micros(end) else None
