"""Fires what is due on many timers at once: escalations, breaches, letters and the next moments, each as one set."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from incidents.actions import breaches
from incidents.actions.escalations.telling import Teller
from incidents.ladder import Due, Step
from incidents.queries import audiences, ladders
from incidents.queries.due import DueTimer
from incidents.queries.ladders import Climb
from slas.actions import notices
from slas.actions.notices import Letter
from slas.queries.cursors import in_a_row, straight

INSERT = """
INSERT INTO incidents_escalation
  (fired_at, ticket_id, timer_id, cycle, step_id, "position", "repeat", due_at, told_with_id)
SELECT %s::timestamptz, fired.* FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::bigint[], %s::int[], %s::int[],
  %s::timestamptz[], %s::bigint[]) AS fired
ON CONFLICT (timer_id, cycle, step_id, "repeat") DO NOTHING
RETURNING id, timer_id, "position", "repeat"
"""
ADVANCE = """
UPDATE incidents_timer AS timer SET next_fire_at = later.at, attempts = 0, reckoned_at = %s
FROM unnest(%s::bigint[], %s::timestamptz[]) AS later(id, at) WHERE timer.id = later.id
"""
Fire = tuple[int, int, int]  # timer, position, repeat


class NothingToFire(RuntimeError):  # noqa: N818 - it reads as a fact, not as a fault
    """A timer asks to be fired although nothing on its ladder is due, and would ask again at once, for ever."""


@dataclass(frozen=True)
class Fired:
    """How many escalations and breaches were recorded."""

    escalations: int
    breaches: int


@dataclass(frozen=True, slots=True)
class Firing:
    """A timer on its ladder and what is due on it."""

    climb: Climb[DueTimer]
    due: Due


# The highest step of a timer, with the key of its escalation.
Told = tuple[Firing, Step, int]


def fire(timers: Sequence[DueTimer], *, now: datetime) -> Fired:
    """Record every step that is due, tell about the highest of each timer, and write down when to look again.

    Call it with the rows locked: what was acknowledged, stopped or paused in the meantime is seen here.
    """
    firings = [Firing(climb, climb.due(now)) for climb in ladders.climbs(timers)]
    late = [firing.climb.timer for firing in firings if firing.due.is_breach_due]
    recorded = breaches.record(late, now=now)
    tellers = [(firing, firing.due.steps[-1]) for firing in firings if firing.due.steps]
    told = _record([(firing, step, None) for firing, step in tellers], now)
    spoken_for = [
        (firing, step, told.get(_key(firing, teller))) for firing, teller in tellers for step in firing.due.steps[:-1]
    ]
    others = _record(spoken_for, now)
    fresh = [(firing, step, pk) for firing, step in tellers if (pk := told.get(_key(firing, step))) is not None]
    letters = _letters(fresh, now)
    with in_a_row():
        # PostgreSQL moves the timers on while the letters are composed.
        _advance(firings, now)
        notices.put(letters, now=now)
    return Fired(escalations=len(told) + len(others), breaches=recorded)


def _key(firing: Firing, step: Step) -> Fire:
    return firing.climb.timer.pk, step.rung.position, step.repeat


def _record(rows: Sequence[tuple[Firing, Step, int | None]], now: datetime) -> dict[Fire, int]:
    """Write escalations; the keys of those that were not there yet."""
    if not rows:
        return {}
    fired = [_row(firing.climb, step, told_with) for firing, step, told_with in rows]
    with straight() as cursor:
        cursor.execute(INSERT, [now, *_columns(fired)], binary=True)
        return {(timer_id, position, repeat): pk for pk, timer_id, position, repeat in cursor}


def _row(climb: Climb[DueTimer], step: Step, told_with: int | None) -> tuple[object, ...]:
    timer, position = climb.timer, step.rung.position
    step_id = climb.rules.steps[position].pk
    return timer.ticket_id, timer.pk, timer.cycle, step_id, position, step.repeat, step.moment, told_with


def _advance(firings: Sequence[Firing], now: datetime) -> None:
    """Write down when to look again, as if everything due had fired."""
    rows = []
    for firing in firings:
        climb = firing.climb
        moment = climb.next_fire_at(now, fired=firing.due)
        if moment is not None and moment <= now:
            raise NothingToFire(f"Timer {climb.timer.pk} is due at {moment.isoformat()} and has nothing to fire.")
        rows.append((climb.timer.pk, moment))
    with straight() as cursor:
        cursor.execute(ADVANCE, [now, *_columns(rows)])


def _columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    """One parameter a column, so that a set of any size is one statement."""
    return [list(column) for column in zip(*rows, strict=True)]


def _letters(fresh: Sequence[Told], now: datetime) -> Iterator[Letter]:
    """The letters of the highest steps; the people are read at once, the letters composed when they are asked for."""
    if not fresh:
        return iter(())
    tickets = list({firing.climb.timer.ticket_id: firing.climb.timer.ticket for firing, _, _ in fresh}.values())
    roles = {role for _, step, _ in fresh for role in step.rung.audience}
    teller = Teller(audiences.people_around(tickets, roles), now)
    return (
        letter
        for firing, step, pk in fresh
        for letter in teller.letters(firing.climb, step, firing.due.steps[:-1], escalation_id=pk)
    )
