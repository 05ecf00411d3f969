"""Where timers stand on their ladders: the facts that `incidents.ladder` decides by, read for many timers at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from incidents.cycle import skipped_in_new_cycle
from incidents.ladder import Course, Due, History, Rung, due, levels, next_moment, next_step
from incidents.ladder import Step as LadderStep
from incidents.models import Breach, Escalation, Pause, PauseReason, Timer
from slas.clock import Span
from slas.models import Kind, Revision, Step
from slas.queries import calendars


@dataclass(frozen=True, slots=True)
class Rules:
    """What a published revision says about escalating: its steps by position, and which timers a pause stops."""

    steps: Mapping[int, Step]
    ladders: Mapping[str, tuple[Rung, ...]]
    paused_kinds: frozenset[str]
    agreement: str
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Climb:
    """One timer on its ladder, with everything that has happened on it in this cycle."""

    timer: Timer
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
        return due(self.ladder, on=self.course, history=self.history, now=now)

    def next_fire_at(self, now: datetime) -> datetime | None:
        """When the sweep has to look again; None when the timer has ended, waits, or is history."""
        if self.has_ended:
            return None
        return next_moment(self.ladder, on=self.course, history=self.history, now=now)

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


def climbs(timers: Sequence[Timer]) -> list[Climb]:
    """Timers on their ladders, in the order given; load them with their tickets."""
    pauses = _pauses(timers)
    fired, acknowledged, earlier = _fired(timers)
    # A cycle of its own, but the same deadline as before: it was missed once.
    breached = set(Breach.objects.filter(timer__in=timers).values_list("timer_id", "cycle", "due_at"))
    known = {(timer, cycle) for timer, cycle, _ in breached} | {(timer, due_at) for timer, _, due_at in breached}
    found = []
    for timer in timers:
        rules = rules_of(timer.ticket.revision_id)
        course = Course(
            started_at=timer.started_at,
            allowance=timer.allowance,
            hours=calendars.hours_by_id(timer.calendar_id),
            pauses=[
                Span(pause.started_at, pause.ended_at)
                for pause in pauses.get(timer.ticket_id, ())
                if pause.reason == PauseReason.RESOLVED or timer.kind in rules.paused_kinds
            ],
        )
        history = History(
            fired=fired[timer.pk],
            silent=_silent(timer, rules, course, earlier[timer.ticket_id, timer.kind]),
            acknowledged=acknowledged[timer.pk],
            is_breach_recorded=not known.isdisjoint({(timer.pk, timer.cycle), (timer.pk, timer.due_at)}),
        )
        found.append(Climb(timer, rules, course, history))
    return found


def _breached(timers: Sequence[Timer]) -> set[tuple[int, object]]:
    """Timers with the cycles and with the deadlines that they missed: neither is missed twice."""
    rows = Breach.objects.filter(timer__in=[timer.pk for timer in timers]).values_list("timer_id", "cycle", "due_at")
    return {pair for timer_id, cycle, due_at in rows for pair in ((timer_id, cycle), (timer_id, due_at))}


def _silent(timer: Timer, rules: Rules, course: Course, reached: Iterable[int]) -> frozenset[tuple[int, int]]:
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


def _pauses(timers: Sequence[Timer]) -> dict[int, list[Pause]]:
    found: dict[int, list[Pause]] = defaultdict(list)
    for pause in Pause.objects.filter(ticket__in={timer.ticket_id for timer in timers}).order_by("started_at", "pk"):
        found[pause.ticket_id].append(pause)
    return found


def _fired(
    timers: Sequence[Timer],
) -> tuple[dict[int, set[tuple[int, int]]], dict[int, set[int]], dict[tuple[int, str], set[int]]]:
    """Per timer steps fired and rungs acknowledged in its cycle; per ticket and kind the rungs of earlier cycles."""
    fired: dict[int, set[tuple[int, int]]] = defaultdict(set)
    acknowledged: dict[int, set[int]] = defaultdict(set)
    earlier: dict[tuple[int, str], set[int]] = defaultdict(set)
    current = {timer.pk: timer for timer in timers}
    # Update timers of earlier cycles are rows of their own, so this looks by ticket.
    rows = Escalation.objects.filter(ticket__in={timer.ticket_id for timer in timers}).values_list(
        "timer_id", "ticket_id", "timer__kind", "cycle", "position", "repeat", "acknowledged_at"
    )
    for timer_id, ticket_id, kind, cycle, position, repeat, acknowledged_at in rows:
        timer = current.get(timer_id)
        if timer is None or timer.cycle != cycle:
            earlier[ticket_id, kind].add(position)
            continue
        fired[timer_id].add((position, repeat))
        if acknowledged_at:
            acknowledged[timer_id].add(position)
    return fired, acknowledged, earlier
