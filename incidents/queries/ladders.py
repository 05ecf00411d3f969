"""Where timers stand on their ladders: the facts that `incidents.ladder` decides by, read for many timers at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Generic, TypeVar

from incidents.cycle import skipped_in_new_cycle
from incidents.ladder import Course, Due, History, Outlook, Rung, levels, next_step, outlook
from incidents.ladder import Step as LadderStep
from incidents.models import PauseReason, Timer
from incidents.queries.due import DueTimer
from slas.clock import Span
from slas.models import Kind, Revision, Step
from slas.queries import calendars
from slas.queries.cursors import straight

PAUSES = """
SELECT ticket_id, reason, started_at, ended_at FROM incidents_pause WHERE ticket_id = ANY(%s) ORDER BY started_at, id
"""
# Update timers of earlier cycles are rows of their own, so this looks by ticket.
FIRED = """
SELECT fired.timer_id, fired.ticket_id, timer.kind, fired.cycle, fired.position, fired.repeat,
  fired.acknowledged_at IS NOT NULL
FROM incidents_escalation AS fired JOIN incidents_timer AS timer ON timer.id = fired.timer_id
WHERE fired.ticket_id = ANY(%s)
"""
BREACHED = "SELECT timer_id, cycle, due_at FROM incidents_breach WHERE timer_id = ANY(%s)"


T = TypeVar("T", Timer, DueTimer)
NOTHING_DUE = Due()
NEW = History()  # shared, because most timers have seen nothing yet


@dataclass(frozen=True, slots=True)
class Rules:
    """What a published revision says about escalating: its steps by position, and which timers a pause stops."""

    steps: Mapping[int, Step]
    ladders: Mapping[str, tuple[Rung, ...]]
    paused_kinds: frozenset[str]
    agreement: str
    number: int
    title: str
    outlooks: dict[object, Outlook] = field(default_factory=dict, compare=False)  # worked out already

    def outlook(self, kind: str, allowance: timedelta, history: History) -> Outlook:
        """What is still to come for timers of this kind and allowance with this history."""
        key = kind, allowance, history
        found = self.outlooks.get(key)
        if found is None:
            ladder = self.ladders.get(kind, ())
            found = self.outlooks[key] = outlook(ladder, allowance=allowance, history=history)
        return found


@dataclass(frozen=True, slots=True)
class Climb(Generic[T]):
    """One timer on its ladder, with everything that has happened on it in this cycle."""

    timer: T
    rules: Rules
    course: Course
    history: History

    @property
    def ladder(self) -> tuple[Rung, ...]:
        """The rungs of this kind of timer."""
        return self.rules.ladders.get(self.timer.kind, ())

    def level(self, position: int) -> int:
        """The height of a rung on this ladder, 1 for the lowest: what acknowledging it withdraws."""
        climbed = [at for _, at, _ in levels(self.ladder, self.timer.allowance)]
        return climbed.index(position) + 1

    def due(self, now: datetime) -> Due:
        """What must fire at `now`."""
        return self.outlook.due(on=self.course, now=now)

    def next_fire_at(self, now: datetime, *, fired: Due = NOTHING_DUE) -> datetime | None:
        """When the sweep looks again, once that has fired; None when the timer has ended, waits, or is history."""
        if self.has_ended:
            return None
        return self.outlook.after(fired).next_moment(on=self.course, now=now)

    @property
    def outlook(self) -> Outlook:
        """What is still to come on the ladder."""
        return self.rules.outlook(self.timer.kind, self.timer.allowance, self.history)

    @property
    def next_step(self) -> LadderStep | None:
        """What people are told next; None when the timer has ended, waits, or has no rung left."""
        return None if self.has_ended else next_step(self.ladder, on=self.course, history=self.history)

    @property
    def has_ended(self) -> bool:
        """Whether nothing can fire on this timer any more."""
        timer = self.timer
        is_over = timer.stopped_at is not None or timer.is_withdrawn
        return is_over or not timer.is_current or timer.ticket.is_history


@lru_cache(maxsize=4096)
def rules_of(revision_id: int) -> Rules:
    """The ladder rules of a revision; kept, because tickets are only pinned to published ones, which never change."""
    revision = Revision.objects.select_related("agreement").get(pk=revision_id)
    steps = list(Step.objects.filter(revision=revision_id).order_by("position"))
    stops = {
        Kind.RESPONSE: revision.is_response_paused,
        Kind.UPDATE: revision.is_update_paused,
        Kind.RESOLUTION: revision.is_resolution_paused,
    }
    return Rules(
        steps={step.position: step for step in steps},
        ladders={kind.value: tuple(_rung(step) for step in steps if step.kind == kind) for kind in Kind},
        paused_kinds=frozenset(kind.value for kind, is_stopped in stops.items() if is_stopped),
        agreement=revision.agreement.slug,
        number=revision.number,
        title=revision.title,
    )


def climbs(timers: Sequence[T]) -> list[Climb[T]]:
    """Timers on their ladders, in the order given; load them with their tickets."""
    if not timers:
        return []
    pauses, seen = _pauses(timers), _histories(timers)
    found = []
    for timer in timers:
        rules = rules_of(timer.ticket.revision_id)
        course = Course(
            started_at=timer.started_at,
            allowance=timer.allowance,
            hours=calendars.hours_by_id(timer.calendar_id),
            pauses=[
                span
                for reason, span in pauses.get(timer.ticket_id, ())
                if reason == PauseReason.RESOLVED or timer.kind in rules.paused_kinds
            ],
        )
        found.append(Climb(timer, rules, course, seen.of(timer, rules, course)))
    return found


@dataclass(frozen=True)
class _Histories:
    """Per timer steps fired and rungs acknowledged in its cycle; per ticket and kind the rungs of earlier cycles."""

    fired: Mapping[int, Collection[tuple[int, int]]]
    acknowledged: Mapping[int, Collection[int]]
    earlier: Mapping[tuple[int, str], Collection[int]]
    missed: Collection[tuple[int, object]]  # timers with the cycles and with the deadlines that they missed

    def of(self, timer: T, rules: Rules, course: Course) -> History:
        """What this timer has seen in its cycle."""
        # A cycle of its own, but the same deadline as before: it was missed once.
        is_breached = (timer.pk, timer.cycle) in self.missed or (timer.pk, timer.due_at) in self.missed
        if timer.cycle == 1 and not is_breached and timer.pk not in self.fired:
            return NEW
        return History(
            fired=frozenset(self.fired.get(timer.pk, ())),
            silent=_silent(timer, rules, course, self.earlier.get((timer.ticket_id, timer.kind), ())),
            acknowledged=frozenset(self.acknowledged.get(timer.pk, ())),
            is_breach_recorded=is_breached,
        )


def _silent(timer: T, rules: Rules, course: Course, reached: Iterable[int]) -> frozenset[tuple[int, int]]:
    if timer.cycle == 1:
        return frozenset()
    ladder = rules.ladders.get(timer.kind, ())
    return skipped_in_new_cycle(ladder, on=course, fired_before=set(reached), now=timer.cycle_started_at)


def _rung(step: Step) -> Rung:
    return Rung(
        position=step.position,
        kind=step.kind,
        percent=step.at_percent,
        offset=step.at_offset,
        repeat=step.repeat,
        max_repeats=step.max_repeats,
        audience=tuple(step.audience),
    )


def _pauses(timers: Sequence[T]) -> dict[int, list[tuple[str, Span]]]:
    found: dict[int, list[tuple[str, Span]]] = defaultdict(list)
    with straight() as cursor:
        cursor.execute(PAUSES, [[timer.ticket_id for timer in timers]], binary=True)
        for ticket_id, reason, started_at, ended_at in cursor:
            found[ticket_id].append((reason, Span(started_at, ended_at)))
    return found


def _histories(timers: Sequence[T]) -> _Histories:
    fired: dict[int, set[tuple[int, int]]] = defaultdict(set)
    acknowledged: dict[int, set[int]] = defaultdict(set)
    earlier: dict[tuple[int, str], set[int]] = defaultdict(set)
    cycles = {timer.pk: timer.cycle for timer in timers}
    with straight() as cursor:
        cursor.execute(FIRED, [[timer.ticket_id for timer in timers]], binary=True)
        for timer_id, ticket_id, kind, cycle, position, repeat, is_acknowledged in cursor:
            if cycles.get(timer_id) != cycle:
                earlier[ticket_id, kind].add(position)
                continue
            fired[timer_id].add((position, repeat))
            if is_acknowledged:
                acknowledged[timer_id].add(position)
        cursor.execute(BREACHED, [list(cycles)], binary=True)
        missed = {pair for timer_id, cycle, due_at in cursor for pair in ((timer_id, cycle), (timer_id, due_at))}
    return _Histories(fired, acknowledged, earlier, missed)
