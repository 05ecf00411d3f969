"""Random walks through the life of a ticket: whatever people do, the rows agree with the clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from incidents.actions import tickets
from incidents.models import Breach, Event, Pause, Ticket, Timer
from incidents.queries.ladders import climbs
from incidents.queries.tickets import standing_with
from slas.errors import Refused
from slas.models import User
from slas.queries import calendars
from tests.factories import House
from tests.incidents.acting import MINUTE, MONDAY_8, do, opened

DEEDS = (
    "begin", "respond", "comment_by_team", "comment_by_others", "comment_internal", "assign", "pause", "resume",
    "reprioritise", "resolve", "reopen", "close", "reject", "log-time",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(
        # Twice as often what keeps a ticket moving, else most walks end in a rejection.
        st.sampled_from([*DEEDS, "respond", "pause", "resume", "resolve", "reopen", "resume", "reopen"]),
        st.sampled_from(["P1", "P2", "P3"]),
        st.integers(min_value=0, max_value=60 * 36),
    ),
    min_size=1,
    max_size=14,
)


@dataclass
class Walk:
    """One ticket, its time, and everything that was refused."""

    house: House
    ticket: Ticket
    now: datetime

    def step(self, action: str, priority: str, minutes: int) -> None:
        """Let time pass and do something; a refusal must leave nothing behind."""
        self.now += minutes * MINUTE
        by: User = self.house.stella if action == "comment_by_others" else self.house.jana
        before = snapshot(self.ticket)
        try:
            with transaction.atomic():
                if action == "reprioritise":
                    tickets.reprioritise(self.ticket, by=by, now=self.now, priority=priority, reason="Changed.")
                else:
                    do(action, self.ticket, by=by, now=self.now, house=self.house)
        except Refused:
            assert snapshot(self.ticket) == before


def snapshot(ticket: Ticket) -> list[object]:
    """Every row of this ticket."""
    around = [table.objects.filter(ticket=ticket) for table in (Timer, Pause, Event, Breach)]
    return [list(found.order_by("pk").values()) for found in (Ticket.objects.filter(pk=ticket.pk), *around)]


def check(ticket: Ticket, now: datetime) -> None:
    """All that must hold after every single step."""
    stored = Ticket.objects.select_related("revision").get(pk=ticket.pk)
    timers = list(Timer.objects.filter(ticket=stored).select_related("ticket__revision"))
    pauses = list(Pause.objects.filter(ticket=stored).order_by("started_at", "pk"))
    check_timers(timers, pauses, now)
    check_breaches(stored, timers)
    check_pauses(stored, pauses)
    check_queue(stored, timers, pauses, now)


def check_timers(timers: list[Timer], pauses: list[Pause], now: datetime) -> None:
    """Deadlines are their recomputation; one current timer of a kind; nothing fires that does not run."""
    current = [timer.kind for timer in timers if timer.is_current]
    assert sorted(current) == sorted(set(current))
    for timer in timers:
        assert timer.due_at == standing_with(timer, pauses=pauses, now=now).due_at
        if timer.stopped_at is not None or timer.is_withdrawn or not timer.is_current:
            assert timer.next_fire_at is None
        assert timer.is_current or timer.stopped_at is not None
    running = [timer for timer in timers if timer.is_current and timer.stopped_at is None]
    for climb in climbs(running):
        moment = climb.next_fire_at(now)
        # Never in the past: below its watermark the sweep looks only once a minute.
        assert climb.timer.next_fire_at == (moment and max(moment, climb.timer.reckoned_at))


def check_breaches(ticket: Ticket, timers: list[Timer]) -> None:
    """Whoever stopped late has one breach of that deadline, settled; nobody in time has any of it."""
    found = list(Breach.objects.filter(ticket=ticket).values_list("timer_id", "due_at", "stopped_at"))
    assert len({(timer, due_at) for timer, due_at, _ in found}) == len(found)
    missed = {(timer, due_at): stopped_at for timer, due_at, stopped_at in found}
    for timer in timers:
        if timer.stopped_at is None or timer.due_at is None or timer.is_withdrawn:
            continue
        key = (timer.pk, timer.due_at)
        assert (key in missed) == (timer.stopped_at > timer.due_at)
        assert missed.get(key, timer.stopped_at) == timer.stopped_at


def check_pauses(ticket: Ticket, pauses: list[Pause]) -> None:
    """One open pause exactly while it waits; pauses follow each other."""
    assert [pause.ended_at for pause in pauses if pause.ended_at is None] == [None] * (ticket.status == "waiting")
    ends = [pause.ended_at for pause in pauses[:-1]]
    assert all(end is not None and end <= after.started_at for end, after in zip(ends, pauses[1:], strict=True))
    assert (ticket.resolved_at is not None) == (ticket.status in ("resolved", "closed"))


def check_queue(ticket: Ticket, timers: list[Timer], pauses: list[Pause], now: datetime) -> None:
    """The place in the queue is that of the earliest deadline that moves."""
    moving = []
    for timer in timers:
        is_paused = ticket.status == "waiting" and timer.kind != "response"
        if timer.is_current and timer.stopped_at is None and timer.due_at is not None and not is_paused:
            moving.append((timer.due_at, timer.calendar_id))
    due_at, calendar = min(moving, default=(None, None))
    position = None if due_at is None or calendar is None else calendars.hours_by_id(calendar).position(due_at)
    assert (ticket.queue_due_at, ticket.queue_calendar_id, ticket.queue_position) == (
        due_at,
        calendar,
        None if position is None else position // 1_000_000,
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, priority=st.sampled_from(["P1", "P2", "P3"]))
def test_whatever_people_do_the_rows_agree(house: House, steps: list[tuple[str, str, int]], priority: str) -> None:
    with transaction.atomic():
        walk = Walk(house, opened(house, MONDAY_8, priority=priority), MONDAY_8)
        check(walk.ticket, walk.now)
        for action, wanted, minutes in steps:
            walk.step(action, wanted, minutes)
            check(walk.ticket, walk.now)
        transaction.set_rollback(True)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(waits=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), max_size=6))
def test_a_deadline_moves_by_exactly_the_support_time_waited(house: House, waits: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        ticket, now = opened(house, MONDAY_8, priority="P3"), MONDAY_8
        waited = timedelta()
        hours = calendars.hours_by_id(Timer.objects.get(ticket=ticket, kind="resolution").calendar_id)
        first = Timer.objects.get(ticket=ticket, kind="resolution").due_at
        assert first is not None
        for before, during in waits:
            start = now + before * MINUTE
            if start >= hours.deadline(MONDAY_8, timedelta(hours=50) + waited):
                break
            now = start + during * MINUTE
            waited += hours.elapsed(start, now)
            ticket = tickets.pause(ticket, by=house.jana, now=start, reason="supplier")
            ticket = tickets.resume(ticket, by=house.jana, now=now)

        due_at = Timer.objects.get(ticket=ticket, kind="resolution").due_at
        assert due_at is not None
        assert hours.elapsed(MONDAY_8, due_at) == timedelta(hours=50) + waited
        transaction.set_rollback(True)


def test_forbidden_people_change_nothing_on_the_way(house: House) -> None:
    ticket = opened(house)
    before = snapshot(ticket)

    for action in DEEDS:
        with pytest.raises(PermissionDenied):
            do(action, ticket, by=house.anton, now=MONDAY_8 + MINUTE, house=house)

    assert snapshot(ticket) == before
