"""Invariants that no SQL can ask: deadlines and steps worked out anew from revision, calendar and pauses."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Now

from incidents.ladder import moment
from incidents.models import Escalation, Timer
from incidents.queries import ladders
from incidents.queries.ladders import Climb
from slas.queries.notices import database_now

FRESH, SAMPLE = 500, 200
SLACK = timedelta(seconds=10)  # a step that was due already when it was worked out is looked for from then on
RUNNING = Q(
    is_current=True, stopped_at__isnull=True, is_withdrawn=False, parked_at__isnull=True, ticket__is_history=False
)


def violations() -> dict[str, list[str]]:
    """Violations by invariant, among the timers that changed last and a sample that comes round over time.

    Somebody may change a ticket between two of our queries, so what looks wrong is looked at a second time.
    """
    suspects = {pk for labels in _check(_sample()).values() for pk in labels}
    again = Timer.objects.filter(RUNNING, pk__in=suspects).select_related("ticket").order_by("pk")
    return {name: [str(pk) for pk in keys] for name, keys in _check(list(again)).items()} if suspects else {}


def _check(timers: Sequence[Timer]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    now = database_now()
    fired = _fired_lately(timers)
    for climb in ladders.climbs(timers):
        pk = climb.timer.pk
        if climb.course.moment_after(climb.timer.allowance) != climb.timer.due_at:
            found["I12"].append(pk)
        if _has_missed_a_step(climb, now):
            found["I2"].append(pk)
        if any(_was_early(climb, escalation) for escalation in fired[pk]):
            found["I8"].append(pk)
    return found


def _sample() -> list[Timer]:
    """Running timers: those reckoned last, and some whose key ends like this minute, so that all get their turn."""
    running = Timer.objects.filter(RUNNING).select_related("ticket")
    fresh = running.filter(reckoned_at__gte=Now() - timedelta(minutes=5)).order_by("-reckoned_at", "pk")[:FRESH]
    start = Timer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    minute = int(database_now().timestamp()) // 60
    pivot = (minute * SAMPLE) % (start + 1)
    others = running.filter(pk__gte=pivot).order_by("pk")[:SAMPLE]
    return list({timer.pk: timer for timer in (*fresh, *others)}.values())


def _fired_lately(timers: Sequence[Timer]) -> dict[int, list[Escalation]]:
    found: dict[int, list[Escalation]] = defaultdict(list)
    cycles = {timer.pk: timer.cycle for timer in timers}
    rows = Escalation.objects.filter(Q(timer__in=cycles), fired_at__gte=Now() - timedelta(minutes=10)).order_by("pk")
    for row in rows:
        if row.cycle == cycles[row.timer_id]:
            found[row.timer_id].append(row)
    return found


def _has_missed_a_step(climb: Climb[Timer], now: datetime) -> bool:
    """Whether something is due that the sweep does not mean to look for any more, or means to look for too late."""
    moment = climb.next_fire_at(now)
    planned = climb.timer.next_fire_at
    if moment is None or climb.timer.attempts:
        return False
    return planned is None or planned > max(moment, climb.timer.reckoned_at + SLACK)


def _was_early(climb: Climb[Timer], escalation: Escalation) -> bool:
    rung = next((rung for rung in climb.ladder if rung.position == escalation.position), None)
    at = None if rung is None else moment(rung, on=climb.course, repeat=escalation.repeat)
    return at is None or escalation.fired_at < at
