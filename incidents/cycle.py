"""What the ladder leaves out when a timer starts over: after a reopening, a change of priority, an update."""

from collections.abc import Collection, Sequence
from datetime import datetime

from incidents.ladder import Course, Rung, levels, moment
from slas.clock import in_utc


def skipped_in_new_cycle(
    ladder: Sequence[Rung], *, on: Course, fired_before: Collection[int], now: datetime
) -> frozenset[tuple[int, int]]:
    """The steps that a cycle beginning at `now` leaves out, for `History.silent`.

    Rungs whose moment has passed stay silent with all their repeats, except the highest of them if it is higher than
    every rung in `fired_before` (positions, any earlier cycle of this ticket and kind); of that one only the repeats
    whose moment has passed too are left out.
    """
    # Of the same kind and ticket, but maybe with another allowance: heights are compared on the ladder of today.
    climbed = [rung for _, _, rung in levels(ladder, on.allowance)]
    passed = [rung for rung in climbed if _has_passed(rung, 0, on, now)]
    if not passed:
        return frozenset()
    highest = passed[-1]
    reached = [level for level, rung in enumerate(climbed) if rung.position in fired_before]
    left_out = {(rung.position, repeat) for rung in passed for repeat in range(rung.repeats + 1)}
    if climbed.index(highest) > max(reached, default=-1):
        # People must hear that the new promise is late already, yet only once (contracts.md, Ladder).
        left_out -= {
            (highest.position, repeat)
            for repeat in range(highest.repeats + 1)
            if repeat == 0 or not _has_passed(highest, repeat, on, now)
        }
    return frozenset(left_out)


def _has_passed(rung: Rung, repeat: int, on: Course, now: datetime) -> bool:
    at = moment(rung, on=on, repeat=repeat)
    # Strictly: a rung that stands exactly where the cycle begins belongs to it.
    return at is not None and at < in_utc(now)
