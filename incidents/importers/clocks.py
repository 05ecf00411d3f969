"""The timers of a ticket of the past: each move works on them as incidents.lifecycle says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from incidents.lifecycle import Effect, Move
from incidents.timers import Standing, evaluate
from slas.clock import Span
from slas.models import Kind
from slas.queries.agreements import TargetTerms


@dataclass(slots=True)
class Clock:
    """One row of the timer table in the making."""

    target: TargetTerms
    started_at: datetime
    cycle_started_at: datetime
    cycle: int = 1
    stopped_at: datetime | None = None
    is_current: bool = True
    is_withdrawn: bool = False
    standing: Standing | None = None  # as of the end of the history

    @property
    def is_running(self) -> bool:
        """Whether it can still be stopped."""
        return self.stopped_at is None and not self.is_withdrawn


@dataclass(frozen=True, slots=True)
class Late:
    """A deadline that a timer missed, in the cycle and at the moment in which that was first seen."""

    clock: Clock
    cycle: int
    due_at: datetime
    seen_at: datetime


@dataclass(slots=True)
class Clocks:
    """All timers of one ticket. `pauses` grows while the history is told; what stops a kind is decided by its flag."""

    targets: Mapping[str, TargetTerms]
    paused_kinds: frozenset[str]
    rows: list[Clock] = field(default_factory=list)  # also those whose place a new cycle took
    late: list[Late] = field(default_factory=list)
    waits: list[Span] = field(default_factory=list)
    resolved: list[Span] = field(default_factory=list)

    def open(self, at: datetime) -> None:
        """Start what runs from the opening on."""
        for kind in (Kind.RESPONSE, Kind.RESOLUTION):
            self._start(kind, at)

    def apply(self, move: Move, at: datetime) -> None:
        """Do to every timer what the move does to it; pauses work by their spans alone."""
        for kind, effect in move.effects.items():
            if effect in _EFFECTS:
                _EFFECTS[effect](self, kind, at)

    def note_late(self, at: datetime) -> None:
        """Remember what is late before a change moves or stops it; one deadline is missed once."""
        for clock in self.rows:
            due_at = self._standing(clock, at).breached_at if clock.is_running else None
            # Identity, not equality: two update timers may look alike.
            if due_at is not None and not any(late.clock is clock and late.due_at == due_at for late in self.late):
                self.late.append(Late(clock, clock.cycle, due_at, at))

    def finish(self, as_of: datetime) -> None:
        """Judge every timer as it stands at `as_of`."""
        self.note_late(as_of)
        for clock in self.rows:
            clock.standing = self._standing(clock, as_of)

    def over_seconds(self, late: Late) -> int | None:
        """Support time between the missed deadline and the stop; None while the timer runs over."""
        clock = late.clock
        if clock.stopped_at is None:
            return None
        over = clock.target.hours.elapsed(late.due_at, clock.stopped_at, self._pauses(clock.target.kind))
        return int(over.total_seconds())

    def _current(self, kind: str) -> Clock | None:
        return next((clock for clock in self.rows if clock.target.kind == kind and clock.is_current), None)

    def _start(self, kind: str, at: datetime) -> None:
        if kind in self.targets and self._current(kind) is None:
            self.rows.append(Clock(self.targets[kind], started_at=at, cycle_started_at=at))

    def _stop(self, kind: str, at: datetime) -> None:
        clock = self._current(kind)
        if clock is not None and clock.is_running:
            clock.stopped_at = at

    def _restart(self, kind: str, at: datetime) -> None:
        self._stop(kind, at)
        before = self._current(kind)
        if before is None:
            self._start(kind, at)
            return
        # An update keeps a row per cycle; each missed one is a breach of its own.
        before.is_current = False
        self.rows.append(Clock(before.target, started_at=at, cycle_started_at=at, cycle=before.cycle + 1))

    def _go_on(self, kind: str, at: datetime) -> None:
        clock = self._current(kind)
        if clock is not None and clock.stopped_at is not None:
            # The same row goes on: the resolved time is a pause, so its deadline moves by itself.
            clock.stopped_at, clock.cycle, clock.cycle_started_at = None, clock.cycle + 1, at

    def _withdraw(self, kind: str, at: datetime) -> None:
        clock = self._current(kind)
        if clock is not None:
            clock.is_withdrawn, clock.stopped_at = True, clock.stopped_at or at

    def _standing(self, clock: Clock, now: datetime) -> Standing:
        return evaluate(
            allowance=clock.target.allowance,
            started_at=clock.started_at,
            hours=clock.target.hours,
            pauses=self._pauses(clock.target.kind),
            stopped_at=clock.stopped_at,
            now=now,
        )

    def _pauses(self, kind: str) -> Sequence[Span]:
        # Whatever the flags say, the time between a resolution and its reopening never counts.
        return [*self.waits, *self.resolved] if kind in self.paused_kinds else self.resolved


# What is missing here (none, by flag) changes no row: pauses work through their spans.
_EFFECTS = {
    Effect.START: Clocks._start,
    Effect.STOP: Clocks._stop,
    Effect.RESTART: Clocks._restart,
    Effect.GO_ON: Clocks._go_on,
    Effect.WITHDRAW: Clocks._withdraw,
}
