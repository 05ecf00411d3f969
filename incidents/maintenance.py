"""Where planned work stands, what may be done with it, which windows a series has, and what windows do to a month.

Values in, values out; whether a window shields is decided by `slas.availability` alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from incidents import figures
from slas.availability import AvailabilityTerms, Maintenance, measure
from slas.clock import ServiceHours, Span, in_utc
from slas.clock.spans import DAY

NOTHING = timedelta(0)
# A week with a gap has no longer window, also when a clock change swallows the gap and joins two weeks.
LONGEST = timedelta(days=15)
AHEAD = timedelta(days=35)  # how long before its start a window of a series is written
WEEK = 7 * DAY


class State(StrEnum):
    """Where a window stands; over is also what nobody used."""

    PLANNED = "planned"
    ANNOUNCED = "announced"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


# What may be done in which states. What runs is not moved: that would restart the notice of work that kept it.
MOVES: Mapping[str, frozenset[State]] = {
    "announce": frozenset({State.PLANNED}),
    "move": frozenset({State.PLANNED, State.ANNOUNCED}),
    "begin": frozenset({State.ANNOUNCED}),
    "end": frozenset({State.RUNNING}),
    "cancel": frozenset({State.PLANNED, State.ANNOUNCED}),
    "correct": frozenset({State.RUNNING, State.ENDED}),
}


def state_at(
    now: datetime,
    *,
    announced_at: datetime | None,
    planned_to: datetime,
    used_from: datetime | None,
    used_to: datetime | None,
    cancelled_at: datetime | None,
) -> State:
    """The state that follows from these moments; a window that passes unused is over without anybody saying so."""
    if cancelled_at is not None:
        return State.CANCELLED
    # Before the window itself is asked: work that goes on after its window still runs.
    if used_from is not None:
        return State.RUNNING if used_to is None else State.ENDED
    if planned_to <= now:
        return State.ENDED
    return State.PLANNED if announced_at is None else State.ANNOUNCED


def permitted(state: State) -> list[str]:
    """What may be done in this state, in the order of the table."""
    return [action for action, states in MOVES.items() if state in states]


def is_noticed_anew(old: Span, new: Span) -> bool:
    """Whether a window that was announced must be announced again: it is longer, or lies elsewhere."""
    assert old.end is not None
    assert new.end is not None
    # What lies inside the old window was announced with it.
    return new.start < old.start or new.end > old.end


def window(start: datetime, end: datetime) -> Span:
    """A window in UTC: Python counts between two times of one zone by the clock on the wall."""
    return Span(in_utc(start), in_utc(end))


def windows(
    hours: ServiceHours, *, begins: datetime, ends: datetime | None, since: datetime, until: datetime
) -> list[Span]:
    """The whole windows of a series from `begins` to `ends` that start in `[since, until)`."""
    first, last = max(begins, since - LONGEST), until + LONGEST
    found = hours.open_spans(first, last if ends is None else min(ends, last))
    return [span for span in found if since <= span.start < until]


def is_endless(hours: ServiceHours) -> bool:
    """Whether the week leaves no gap, so that no window would ever end."""
    return sum(stop - start for day in hours.windows.week for start, stop in day) == WEEK


def as_written(windows: Sequence[Span], now: datetime) -> list[Maintenance]:
    """The windows of a series as they are announced: when they are written, which is not all at once."""
    return [Maintenance(window, max(now, window.start - AHEAD)) for window in windows]


class Meaning(StrEnum):
    """What a window means for one promise, the weightiest first."""

    NOT_PROMISED = "not_promised"
    NEVER = "never"  # the agreement lets no maintenance shield
    EMERGENCY = "emergency"
    LATE = "late"
    IN_TIME = "in_time"


@dataclass(frozen=True, slots=True)
class Month:
    """What windows do to one month of a promise: how much of them is agreed time, and how much of that shields.

    `cap` and what is left of it are None where the agreement sets none.
    """

    first_on: date
    agreed: timedelta
    shielded: timedelta
    cap: timedelta | None
    left_before: timedelta | None
    left_after: timedelta | None


def meaning(works: Sequence[Maintenance], terms: AvailabilityTerms | None) -> Meaning:
    """What these windows mean; of several it is in time when one of them is."""
    if terms is None:
        return Meaning.NOT_PROMISED
    # Said first: whoever could keep the notice must not believe that it helps.
    if terms.maintenance == "count_as_down" or terms.monthly_cap == NOTHING:
        return Meaning.NEVER
    if all(work.emergency for work in works):
        return Meaning.EMERGENCY
    return Meaning.LATE if late(works, terms) == len(works) else Meaning.IN_TIME


def late(works: Sequence[Maintenance], terms: AvailabilityTerms) -> int:
    """How many of these windows were announced too late."""
    return sum(work.planned.start - work.announced_at < terms.notice for work in works)


def is_over(work: Maintenance, now: datetime) -> bool:
    """Whether no more of the window will be used: it was ended, or has passed without anybody beginning."""
    assert work.planned.end is not None
    return work.planned.end <= now if work.used is None else work.used.end is not None


def assumed(work: Maintenance, now: datetime) -> Maintenance:
    """The window as it is reckoned with before it is over: used as a whole."""
    return replace(work, used=work.planned) if work.used is None and not is_over(work, now) else work


def months(works: Sequence[Maintenance], others: Sequence[Maintenance], terms: AvailabilityTerms) -> list[Month]:
    """Every month of the agreement that these windows touch, with and without them."""
    return [_month(first_on, works, others, terms) for first_on in months_of([work.planned for work in works], terms)]


def months_of(windows: Sequence[Span], terms: AvailabilityTerms) -> list[date]:
    """The first days of the months that these windows touch, in the agreement's zone."""
    found = set()
    for window in windows:
        assert window.end is not None
        # By the agreement's wall: at its midnight another month begins, whatever the date is elsewhere.
        day = figures.local_day(window.start, terms.zone).replace(day=1)
        while figures.midnight(day, terms.zone) < window.end:
            found.add(day)
            day = figures.month_of(day, terms.zone).to_on
    return sorted(found)


def _month(
    first_on: date, works: Sequence[Maintenance], others: Sequence[Maintenance], terms: AvailabilityTerms
) -> Month:
    # As if all of it shielded: what is left is the agreed time in it.
    freely = replace(terms, maintenance="exclude", notice=NOTHING, monthly_cap=None)
    whole = [Maintenance(work.planned, work.planned.start, work.planned) for work in works]
    before, after = _shielded(first_on, others, terms), _shielded(first_on, [*others, *works], terms)
    # What the others use comes first, whatever the order of time: people ask what this window costs them.
    cap = terms.monthly_cap
    return Month(
        first_on=first_on,
        agreed=_shielded(first_on, whole, freely),
        shielded=after - before,
        cap=cap,
        left_before=None if cap is None else cap - before,
        left_after=None if cap is None else cap - after,
    )


def _shielded(first_on: date, works: Sequence[Maintenance], terms: AvailabilityTerms) -> timedelta:
    measured = measure(month=first_on, terms=terms, outages=[], maintenance=works)
    return timedelta(microseconds=int(measured.excluded * 1_000_000))
