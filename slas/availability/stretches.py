"""Sets of time as sorted, disjoint stretches of microseconds, some of them with a weight."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from slas.clock.spans import Stretch


class Weighted(NamedTuple):
    """A stretch, and how much of it counts, in units of some common denominator."""

    start: int
    stop: int
    weight: int


def micros_in(span: timedelta) -> int:
    """How many microseconds a duration has."""
    return span // timedelta(microseconds=1)


def length(stretches: Iterable[Stretch]) -> int:
    """How long they are together."""
    return sum(stop - start for start, stop in stretches)


def within(some: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """What lies in both."""
    return [(start, stop) for start, stop, _ in cut([Weighted(*stretch, 1) for stretch in some], others)]


def without(some: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """What lies in the first and not in the second."""
    if not some or not others:
        return list(some)
    end = some[-1][1]
    stops = [some[0][0], *(stop for _, stop in others)]
    starts = [*(start for start, _ in others), end]
    gaps = [(stop, start) for stop, start in zip(stops, starts, strict=True) if stop < start]
    return within(some, gaps)


def cut(pieces: Sequence[Weighted], kept: Sequence[Stretch]) -> list[Weighted]:
    """The pieces as far as they lie in the kept stretches, with their weights."""
    found, place = [], 0
    for piece in pieces:
        while place < len(kept) and kept[place][1] <= piece.start:
            place += 1
        here = place
        while here < len(kept) and kept[here][0] < piece.stop:
            start, stop = max(piece.start, kept[here][0]), min(piece.stop, kept[here][1])
            found.append(Weighted(start, stop, piece.weight))
            here += 1
    return found


def first(stretches: Iterable[Stretch], limit: int) -> list[Stretch]:
    """The earliest of them, as long as they fit into the limit; the last one may be cut."""
    found = []
    for start, stop in stretches:
        if limit <= 0:
            break
        found.append((start, min(stop, start + limit)))
        limit -= stop - start
    return found


def highest(pieces: Iterable[Weighted]) -> list[Weighted]:
    """Overlapping pieces laid over each other: at every instant the highest weight, never the sum."""
    waiting = sorted(pieces)
    bounds = sorted({bound for piece in waiting for bound in (piece.start, piece.stop)})
    found: list[Weighted] = []
    heap: list[tuple[int, int]] = []
    place = 0
    for start, stop in pairwise(bounds):
        while place < len(waiting) and waiting[place].start <= start:
            heappush(heap, (-waiting[place].weight, waiting[place].stop))
            place += 1
        while heap and heap[0][1] <= start:
            heappop(heap)
        if heap:
            found.append(Weighted(start, stop, -heap[0][0]))
    return found
