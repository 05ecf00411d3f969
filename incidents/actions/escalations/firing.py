"""Fires what is due on many timers at once: escalations, breaches, letters and the next moments, each as one set."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from incidents.actions import breaches
from incidents.actions.escalations import telling
from incidents.ladder import Due, Step
from incidents.models import Timer
from incidents.queries import audiences, ladders
from incidents.queries.ladders import Climb
from slas.actions import notices

INSERT = """
INSERT INTO incidents_escalation
  (ticket_id, timer_id, cycle, step_id, "position", "repeat", due_at, told_with_id, fired_at)
SELECT fired.*, %s FROM json_to_recordset(%s) AS fired(
  ticket_id bigint, timer_id bigint, cycle int, step_id bigint, "position" int, "repeat" int, due_at timestamptz,
  told_with_id bigint)
ON CONFLICT (timer_id, cycle, step_id, "repeat") DO NOTHING
RETURNING id, timer_id, "position", "repeat"
"""
ADVANCE = """
UPDATE incidents_timer AS timer SET next_fire_at = later.at, attempts = 0, reckoned_at = %s
FROM json_to_recordset(%s) AS later(id bigint, at timestamptz) WHERE timer.id = later.id
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

    climb: Climb
    due: Due


def fire(timers: Sequence[Timer], *, now: datetime) -> Fired:
    """Record every step that is due, tell about the highest of each timer, and write down when to look again.

    Call it with the rows locked: what was acknowledged, stopped or paused in the meantime is seen here.
    """
    firings = [Firing(climb, climb.due(now)) for climb in ladders.climbs(timers)]
    late = [firing.climb.timer for firing in firings if firing.due.is_breach_due]
    recorded = breaches.record(late, now=now)
    _advance(firings, now)
    tellers = [(firing, firing.due.steps[-1]) for firing in firings if firing.due.steps]
    told = _record([(firing, step, None) for firing, step in tellers], now)
    spoken_for = [
        (firing, step, told.get(_key(firing, teller))) for firing, teller in tellers for step in firing.due.steps[:-1]
    ]
    others = _record(spoken_for, now)
    _tell([(firing, step) for firing, step in tellers if _key(firing, step) in told], told, now)
    return Fired(escalations=len(told) + len(others), breaches=recorded)


def _key(firing: Firing, step: Step) -> Fire:
    return firing.climb.timer.pk, step.rung.position, step.repeat


def _record(rows: Sequence[tuple[Firing, Step, int | None]], now: datetime) -> dict[Fire, int]:
    """Write escalations; the keys of those that were not there yet."""
    if not rows:
        return {}
    fired = [_row(firing.climb, step, told_with) for firing, step, told_with in rows]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [now, json.dumps(fired)])
        return {(timer_id, position, repeat): pk for pk, timer_id, position, repeat in cursor.fetchall()}


def _row(climb: Climb, step: Step, told_with: int | None) -> dict[str, object]:
    timer, position = climb.timer, step.rung.position
    return {
        "ticket_id": timer.ticket_id,
        "timer_id": timer.pk,
        "cycle": timer.cycle,
        "step_id": climb.rules.steps[position].pk,
        "position": position,
        "repeat": step.repeat,
        "due_at": step.moment.isoformat(),
        "told_with_id": told_with,
    }


def _advance(firings: Sequence[Firing], now: datetime) -> None:
    """Write down when to look again, as if everything due had fired."""
    rows = []
    for firing in firings:
        climb = firing.climb
        history = replace(
            climb.history,
            fired={*climb.history.fired, *((step.rung.position, step.repeat) for step in firing.due.steps)},
            is_breach_recorded=climb.history.is_breach_recorded or firing.due.is_breach_due,
        )
        moment = replace(climb, history=history).next_fire_at(now)
        if moment is not None and moment <= now:
            raise NothingToFire(f"Timer {climb.timer.pk} is due at {moment.isoformat()} and has nothing to fire.")
        rows.append({"id": climb.timer.pk, "at": moment and moment.isoformat()})
    with connection.cursor() as cursor:
        cursor.execute(ADVANCE, [now, json.dumps(rows)])


def _tell(tellers: Sequence[tuple[Firing, Step]], told: Mapping[Fire, int], now: datetime) -> None:
    """Leave the letters of the highest steps in the outbox."""
    if not tellers:
        return
    tickets = list({firing.climb.timer.ticket_id: firing.climb.timer.ticket for firing, _ in tellers}.values())
    roles = {role for _, step in tellers for role in step.rung.audience}
    people = audiences.people_around(tickets, roles)
    letters = [
        letter
        for firing, step in tellers
        for letter in telling.letters(
            firing.climb, step, firing.due.steps[:-1], escalation_id=told[_key(firing, step)], people=people, now=now
        )
    ]
    notices.put(letters, now=now)
