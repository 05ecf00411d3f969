"""From outages that overlap to the incidents that count."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from slas.availability.stretches import Weighted, cut, micros_in
from slas.availability.terms import AvailabilityTerms
from slas.clock.spans import Stretch

MINUTE = 60_000_000


@dataclass(frozen=True, slots=True)
class Counted:
    """Incidents in the order of time, each as its pieces; and what was too short to count."""

    incidents: Sequence[Sequence[Weighted]]
    ignored: Sequence[Stretch]


def counted(down: Sequence[Weighted], exposed: Sequence[Stretch], terms: AvailabilityTerms) -> Counted:
    """What counts of the time down: where it is exposed, in whole minutes and long enough if the terms ask for that."""
    least = micros_in(terms.ignore_up_to)
    incidents: list[Sequence[Weighted]] = []
    ignored: list[Stretch] = []
    # What has no weight is known, and counts for nothing.
    weighty = [piece for piece in down if piece.weight]
    for incident in _joined(cut(weighty, exposed)):
        pieces = _in_whole_minutes(incident) if terms.whole_minutes else incident
        is_counted = bool(pieces) and pieces[-1].stop - pieces[0].start > least
        incidents += [pieces] if is_counted else []
        ignored += _rest(incident, pieces if is_counted else [])
    return Counted(incidents, ignored)


def _joined(pieces: Iterable[Weighted]) -> Iterator[list[Weighted]]:
    """Pieces that touch are one incident, whatever their weights."""
    incident: list[Weighted] = []
    for piece in pieces:
        if incident and incident[-1].stop != piece.start:
            yield incident
            incident = []
        incident.append(piece)
    if incident:
        yield incident


def _in_whole_minutes(incident: Sequence[Weighted]) -> list[Weighted]:
    start, stop = incident[0].start, incident[-1].stop
    return cut(incident, [(start, stop - (stop - start) % MINUTE)])


def _rest(incident: Sequence[Weighted], kept: Sequence[Weighted]) -> list[Stretch]:
    """What of the incident is not counted: its end, or all of it."""
    begin, end = kept[-1].stop if kept else incident[0].start, incident[-1].stop
    return [(begin, end)] if begin < end else []
