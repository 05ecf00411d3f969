"""The error budget of a month as a line that only falls, in exact numbers."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from slas.availability import Segment, Whole
from slas.clock.spans import micros

SECOND = 1_000_000


class Level(NamedTuple):
    """So many seconds of the budget are left at a moment (microseconds)."""

    at: int
    left: Fraction


def levels(measurement: Whole, segments: Sequence[Segment]) -> list[Level]:
    """The corners of the line, from the whole budget at the beginning to what is left at `until`."""
    line = [Level(micros(measurement.period.start), measurement.allowed)]
    for segment in segments:
        if segment.state == "down":
            start, end = micros(segment.start), micros(segment.end)
            left = line[-1].left
            # By segments, not by incidents: within an incident the weight may change.
            line += [Level(start, left), Level(end, left - segment.weight * Fraction(end - start, SECOND))]
    return [*line, Level(micros(measurement.until), line[-1].left)]


def parted(line: Sequence[Level], at_level: Fraction | int) -> tuple[Sequence[Level], Sequence[Level]]:
    """The line down to a level, and the rest below it; both hold the point where it passes."""
    first = next((number for number, corner in enumerate(line) if corner.left < at_level), None)
    if first is None:
        return line, []
    before, after = line[first - 1], line[first]
    share = (before.left - at_level) / (before.left - after.left)
    passing = Level(round(before.at + share * (after.at - before.at)), Fraction(at_level))
    return [*line[:first], passing], [passing, *line[first:]]
