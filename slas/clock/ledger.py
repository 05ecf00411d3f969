"""Why is this due then? Every stretch of time with its reason, in order and without a gap."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from slas.clock.spans import Line, Stretch, What, instant


def lines(
    begin: int, end: int, *, opened: Sequence[Stretch], holidays: Sequence[Stretch], paused: Sequence[Stretch]
) -> list[Line]:
    """The ledger of `[begin, end)`; all stretches lie within it, each list is in order. Shut beats paused."""
    found: list[tuple[int, int, What]] = []
    # Between two cuts nothing changes, so one look at the start of a stretch decides all of it.
    cuts = sorted({begin, end, *(cut for stretch in (*opened, *holidays, *paused) for cut in stretch)})
    for start, stop in pairwise(cuts):
        what = _what(start, opened=opened, holidays=holidays, paused=paused)
        if found and found[-1][2] == what:
            found[-1] = (found[-1][0], stop, what)
        else:
            found.append((start, stop, what))
    return [_line(*entry) for entry in found]


def _what(at: int, *, opened: Sequence[Stretch], holidays: Sequence[Stretch], paused: Sequence[Stretch]) -> What:
    # Shut beats paused: a pause that runs through the night takes no time that would have counted.
    if _covers(opened, at):
        return "paused" if _covers(paused, at) else "counted"
    # A closed date shuts the night as well, so it is named before the ordinary closing (contracts.md, Timers).
    return "holiday" if _covers(holidays, at) else "closed"


def _covers(stretches: Sequence[Stretch], at: int) -> bool:
    i = bisect_right(stretches, at, key=lambda stretch: stretch[0]) - 1
    return i >= 0 and at < stretches[i][1]


def _line(start: int, stop: int, what: What) -> Line:
    counted = timedelta(microseconds=stop - start if what == "counted" else 0)
    return Line(start=instant(start), end=instant(stop), what=what, counted=counted)
