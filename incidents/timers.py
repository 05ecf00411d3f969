"""How one running target of one ticket stands: used, left, due, met or breached."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from slas.clock import ServiceHours, Span, in_utc

State = Literal["running", "paused", "met", "breached", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A timer as it stands at one instant; lengths are support time, `remaining` is negative when over.

    `due_at` is None only while a pause is open and something is left. `breached_at` is the deadline that was missed.
    """

    due_at: datetime | None
    elapsed: timedelta
    remaining: timedelta
    paused: timedelta
    breached_at: datetime | None
    state: State


def evaluate(
    *,
    allowance: timedelta,
    started_at: datetime,
    hours: ServiceHours,
    pauses: Sequence[Span],
    stopped_at: datetime | None,
    now: datetime,
) -> Standing:
    """The standing of a timer at `now`; NeverOpen when its hours never use up the allowance."""
    until = in_utc(now if stopped_at is None else stopped_at)
    # A pause that began after the stop belongs to a later life of the ticket: it must not move this verdict.
    known = known_pauses(pauses, until=until, stopped=stopped_at is not None)
    elapsed = hours.elapsed(started_at, until, known)
    due_at = _due(allowance, started_at=started_at, hours=hours, pauses=known)
    # Instants, not durations: due at closing time means closing time (product.md, Timers).
    is_late = due_at is not None and until > due_at
    return Standing(
        due_at=due_at,
        elapsed=elapsed,
        remaining=allowance - elapsed,
        paused=hours.elapsed(started_at, until) - elapsed,
        breached_at=due_at if is_late else None,
        state=_state(is_late, stopped_at=stopped_at, is_paused=is_paused(known, at=now)),
    )


def known_pauses(pauses: Iterable[Span], *, until: datetime, stopped: bool) -> list[Span]:
    """The pauses that had begun before `until`; a stop also ends those that were still going."""
    until = in_utc(until)
    begun = [pause for pause in pauses if pause.start <= until]
    if not stopped:
        return begun
    return [replace(pause, end=until) if pause.end is None or pause.end > until else pause for pause in begun]


def is_paused(pauses: Iterable[Span], *, at: datetime) -> bool:
    """Whether one of the pauses covers the instant."""
    at = in_utc(at)
    return any(pause.start <= at and (pause.end is None or at < pause.end) for pause in pauses)


def _due(allowance: timedelta, *, started_at: datetime, hours: ServiceHours, pauses: Sequence[Span]) -> datetime | None:
    open_from = min((in_utc(pause.start) for pause in pauses if pause.end is None), default=None)
    # What is left when the open pause begins waits for its end, which nobody knows yet.
    if open_from is not None and hours.elapsed(started_at, open_from, pauses) < allowance:
        return None
    # Used up before the pause began, or never paused at all: then the deadline is known for good.
    return hours.deadline(started_at, allowance, pauses)


def _state(is_late: bool, *, stopped_at: datetime | None, is_paused: bool) -> State:
    # Before met and paused: whoever stopped late, or waits after the deadline, has still missed it.
    if is_late:
        return "breached"
    if stopped_at is not None:
        return "met"
    return "paused" if is_paused else "running"
