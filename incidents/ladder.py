"""The escalation ladder of one timer: which rung fires when, and how often again.

A rung stands at an amount of support time after the timer's start. Everything is decided in that support time, and
only turned into an instant to tell when; that keeps the sweep cheap and makes early firing impossible.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from incidents.timers import is_paused
from slas.clock import NeverOpen, ServiceHours, Span, in_utc

NOTHING = timedelta(0)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: at a percentage of the allowance, or `offset` support time after (negative: before) the deadline.

    `max_repeats` counts the repeats beyond the first firing, each `repeat` support time after the one before.
    """

    position: int
    kind: str
    percent: Decimal | int | None = None
    offset: timedelta | None = None
    repeat: timedelta | None = None
    max_repeats: int = 0
    audience: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.percent is None) == (self.offset is None):
            raise ValueError("A step needs either a percentage or an offset.")
        if self.percent is not None and self.percent < 0:
            raise ValueError("The percentage of a step must not be negative.")
        if self.repeat is not None and self.repeat <= NOTHING:
            raise ValueError("The repeat of a step must be longer than nothing.")

    @property
    def repeats(self) -> int:
        """How often the rung may fire beyond the first time."""
        return 0 if self.repeat is None else self.max_repeats


@dataclass(frozen=True, slots=True)
class Course:
    """A timer in its current cycle, as the ladder sees it; `pauses` are only those that stop this timer."""

    started_at: datetime
    allowance: timedelta
    hours: ServiceHours
    pauses: Sequence[Span] = ()

    def moment_after(self, used: timedelta) -> datetime | None:
        """The earliest instant by which so much support time has been used.

        None while an open pause, or the end of all support hours, keeps it from coming.
        """
        if used <= NOTHING:
            return in_utc(self.started_at)
        try:
            return self.hours.deadline(self.started_at, used, self.pauses)
        except NeverOpen:
            return None


@dataclass(frozen=True, slots=True)
class History:
    """What this cycle has seen: steps are pairs of a rung's position and its repeat, 0 for the first firing.

    `silent` steps are those a new cycle leaves out (`incidents.cycle`), `acknowledged` the positions of rungs.
    """

    fired: Collection[tuple[int, int]] = frozenset()
    silent: Collection[tuple[int, int]] = frozenset()
    acknowledged: Collection[int] = frozenset()
    is_breach_recorded: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One firing of a rung and the instant from which it is due."""

    rung: Rung
    repeat: int
    moment: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """Everything due at one instant, lowest first: record all steps, tell about the last one."""

    steps: tuple[Step, ...] = ()
    is_breach_due: bool = False


def moment(rung: Rung, *, on: Course, repeat: int = 0) -> datetime | None:
    """The instant from which a rung, or one of its repeats, is due.

    None while a pause keeps it from coming. An offset further ahead than the allowance is long means the start.
    """
    return on.moment_after(_stands_at(rung, on.allowance) + repeat * (rung.repeat or NOTHING))


def due(ladder: Sequence[Rung], *, on: Course, history: History, now: datetime) -> Due:
    """What must fire at `now`; nothing while the timer is paused. `ladder` holds the rungs of this timer's kind.

    The breach is due strictly after the deadline, a rung from its moment on.
    """
    now = in_utc(now)
    if now < on.started_at or is_paused(on.pauses, at=now):
        return Due()
    used = on.hours.elapsed(on.started_at, now, on.pauses)
    waiting = ((stands, rung, repeat) for stands, rung, repeat in _waiting(ladder, on, history) if stands <= used)
    steps = [
        Step(rung, repeat, moment)
        for stands, rung, repeat in waiting
        if (moment := on.moment_after(stands)) is not None
    ]
    is_over = not history.is_breach_recorded and used >= on.allowance
    deadline = on.moment_after(on.allowance) if is_over else None
    return Due(steps=tuple(steps), is_breach_due=deadline is not None and now > deadline)


def next_moment(ladder: Sequence[Rung], *, on: Course, history: History, now: datetime) -> datetime | None:
    """When the sweep has to look again: the earliest step or breach that has not fired, in the past when overdue.

    None while an open pause stops the timer, and when nothing is left to fire.
    """
    now = in_utc(now)
    pauses = [pause.end for pause in on.pauses if pause.start <= now and (pause.end is None or now < pause.end)]
    ends = [in_utc(end) for end in pauses if end is not None]
    if len(ends) < len(pauses):
        return None
    earliest = min((stands for stands, _, _ in _waiting(ladder, on, history)), default=None)
    if not history.is_breach_recorded and (earliest is None or earliest > on.allowance):
        deadline = on.moment_after(on.allowance)
        found = None if deadline is None else deadline + INSTANT
    else:
        found = None if earliest is None else on.moment_after(earliest)
    return None if found is None else max([found, *ends])


def next_step(ladder: Sequence[Rung], *, on: Course, history: History) -> Step | None:
    """The step that fires next; None while an open pause keeps it from coming, and when nothing is left."""
    following = min(_waiting(ladder, on, history), key=lambda waiting: waiting[0], default=None)
    if following is None:
        return None
    stands, rung, repeat = following
    moment = on.moment_after(stands)
    return None if moment is None else Step(rung, repeat, moment)


def levels(ladder: Sequence[Rung], allowance: timedelta) -> list[tuple[timedelta, int, Rung]]:
    """The rungs from the lowest to the highest, each with the support time at which it stands and its position."""
    return sorted((_stands_at(rung, allowance), rung.position, rung) for rung in ladder)


def up_to(rung: Rung, ladder: Sequence[Rung], *, allowance: timedelta) -> frozenset[int]:
    """Positions of a rung and of all lower ones: what acknowledging it brings to rest."""
    positions = [position for _, position, _ in levels(ladder, allowance)]
    return frozenset(positions[: positions.index(rung.position) + 1])


def _stands_at(rung: Rung, allowance: timedelta) -> timedelta:
    if rung.offset is not None:
        return max(allowance + rung.offset, NOTHING)
    # Rounded up, because a part of a microsecond must not make it early.
    if isinstance(rung.percent, int):
        return -(-allowance * rung.percent // 100)
    share = Decimal(allowance // INSTANT) * (rung.percent or 0) / 100
    return timedelta(microseconds=int(share.to_integral_value(ROUND_CEILING)))


def _waiting(ladder: Sequence[Rung], on: Course, history: History) -> Iterator[tuple[timedelta, Rung, int]]:
    """Steps that may still fire, by level and repeat, with the support time at which they stand."""
    fired, silent, acknowledged = history.fired, history.silent, history.acknowledged
    climbed = levels(ladder, on.allowance)
    quiet = max((level for level, (_, position, _) in enumerate(climbed) if position in acknowledged), default=-1)
    for level, (stands, position, rung) in enumerate(climbed):
        for repeat in range(1 if level <= quiet else rung.repeats + 1):
            if (position, repeat) not in fired and (position, repeat) not in silent:
                yield stands + repeat * (rung.repeat or NOTHING), rung, repeat
