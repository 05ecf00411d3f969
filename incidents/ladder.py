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
# What the clock and PostgreSQL can tell apart: a breach comes so much after its deadline.
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
        # The table has the same constraint; this one guards ladders that come from tests, files and what-if questions.
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
        # The clock refuses an allowance of nothing; a rung at 0 % means the opening itself.
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


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is still to come on a ladder: steps with the support time at which they stand, by level and repeat.

    Timers with the same ladder, allowance and history share one; in a storm thousands do.
    """

    allowance: timedelta
    waiting: tuple[tuple[timedelta, Rung, int], ...]
    is_breach_recorded: bool

    def due(self, *, on: Course, now: datetime) -> Due:
        """What must fire at `now`, see `due`."""
        now = in_utc(now)
        if now < on.started_at or is_paused(on.pauses, at=now):
            return Due()
        used = on.hours.elapsed(on.started_at, now, on.pauses)
        steps = [
            Step(rung, repeat, moment)
            for stands, rung, repeat in self.waiting
            if stands <= used and (moment := on.moment_after(stands)) is not None
        ]
        is_over = not self.is_breach_recorded and used >= self.allowance
        deadline = on.moment_after(self.allowance) if is_over else None
        return Due(steps=tuple(steps), is_breach_due=deadline is not None and now > deadline)

    def after(self, due: Due) -> "Outlook":
        """What is left once all of that has fired."""
        fired = {(step.rung.position, step.repeat) for step in due.steps}
        left = tuple(waiting for waiting in self.waiting if (waiting[1].position, waiting[2]) not in fired)
        return Outlook(self.allowance, left, self.is_breach_recorded or due.is_breach_due)

    def next_moment(self, *, on: Course, now: datetime) -> datetime | None:
        """When the sweep has to look again, see `next_moment`."""
        ends = _ends_of_pauses(on, in_utc(now))
        if None in ends:
            return None
        earliest = min((stands for stands, _, _ in self.waiting), default=None)
        if not self.is_breach_recorded and (earliest is None or earliest > self.allowance):
            deadline = on.moment_after(self.allowance)
            found = None if deadline is None else deadline + INSTANT
        else:
            found = None if earliest is None else on.moment_after(earliest)
        return None if found is None else max([found, *(end for end in ends if end is not None)])


def outlook(ladder: Sequence[Rung], *, allowance: timedelta, history: History) -> Outlook:
    """What is still to come for timers of this allowance that have seen this history."""
    return Outlook(allowance, tuple(_waiting(ladder, allowance, history)), history.is_breach_recorded)


def moment(rung: Rung, *, on: Course, repeat: int = 0) -> datetime | None:
    """The instant from which a rung, or one of its repeats, is due.

    None while a pause keeps it from coming. An offset further ahead than the allowance is long means the start.
    """
    return on.moment_after(_stands_at(rung, on.allowance) + repeat * (rung.repeat or NOTHING))


def due(ladder: Sequence[Rung], *, on: Course, history: History, now: datetime) -> Due:
    """What must fire at `now`; nothing while the timer is paused. `ladder` holds the rungs of this timer's kind.

    The breach is due strictly after the deadline, a rung from its moment on.
    """
    return outlook(ladder, allowance=on.allowance, history=history).due(on=on, now=now)


def next_moment(ladder: Sequence[Rung], *, on: Course, history: History, now: datetime) -> datetime | None:
    """When the sweep has to look again: the earliest step or breach that has not fired, in the past when overdue.

    None while an open pause stops the timer, and when nothing is left to fire.
    """
    return outlook(ladder, allowance=on.allowance, history=history).next_moment(on=on, now=now)


def next_step(ladder: Sequence[Rung], *, on: Course, history: History) -> Step | None:
    """The step that fires next; None while an open pause keeps it from coming, and when nothing is left."""
    following = min(_waiting(ladder, on.allowance, history), key=lambda waiting: waiting[0], default=None)
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
    # By height, not by position: a ladder may be written down in any order.
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


def _ends_of_pauses(on: Course, now: datetime) -> list[datetime | None]:
    """When the pauses end that stop the timer at `now`; None for one that nobody has ended."""
    covering = [pause.end for pause in on.pauses if pause.start <= now and (pause.end is None or now < pause.end)]
    return [end and in_utc(end) for end in covering]


def _waiting(ladder: Sequence[Rung], allowance: timedelta, history: History) -> Iterator[tuple[timedelta, Rung, int]]:
    """Steps that may still fire, by level and repeat, with the support time at which they stand."""
    fired, silent, acknowledged = history.fired, history.silent, history.acknowledged
    climbed = levels(ladder, allowance)
    quiet = max((level for level, (_, position, _) in enumerate(climbed) if position in acknowledged), default=-1)
    for level, (stands, position, rung) in enumerate(climbed):
        for repeat in range(1 if level <= quiet else rung.repeats + 1):
            if (position, repeat) not in fired and (position, repeat) not in silent:
                yield stands + repeat * (rung.repeat or NOTHING), rung, repeat
