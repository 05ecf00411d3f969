"""The whole month without a gap, each stretch with what it was."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from slas.availability.counting import Counted
from slas.availability.results import State, Told
from slas.availability.stretches import within
from slas.clock.spans import Stretch

NOTHING = Fraction()


def told(
    agreed: Sequence[Stretch],
    shield: Sequence[Stretch],
    found: Counted,
    blind: Sequence[Stretch],
    *,
    begin: int,
    until: int,
    end: int,
    units: int,
) -> list[Told]:
    """From the first to the last instant of the month; what nothing else is told about was up."""
    marks: list[Told] = [(start, stop, "maintenance", NOTHING) for start, stop in shield]
    marks += [(start, stop, "unknown", NOTHING) for start, stop in blind]
    marks += [(start, stop, "ignored", NOTHING) for start, stop in found.ignored]
    weights = {piece.weight for pieces in found.incidents for piece in pieces}
    shares = {weight: Fraction(weight, units) for weight in weights}
    marks += [(start, stop, "down", shares[weight]) for pieces in found.incidents for start, stop, weight in pieces]
    marks += [(start, stop, "ahead", NOTHING) for start, stop in within(agreed, [(until, end)])]
    in_service = _filled(sorted(marks), agreed, "up")
    return list(_filled(in_service, [(begin, end)], "closed"))


def _filled(marks: Iterable[Told], whole: Sequence[Stretch], state: State) -> Iterator[Told]:
    """The marks, and this state in every part of the whole that they leave open."""
    waiting = iter(marks)
    mark = next(waiting, None)
    for begin, end in whole:
        at = begin
        while mark is not None and mark[0] < end:
            if at < mark[0]:
                yield at, mark[0], state, NOTHING
            yield mark
            at = mark[1]
            mark = next(waiting, None)
        if at < end:
            yield at, end, state, NOTHING
