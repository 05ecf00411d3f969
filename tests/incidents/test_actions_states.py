"""Every action in every state, on real rows: it leads where the table says, or is refused and leaves nothing behind."""

import pytest
from django.db import models

from incidents.lifecycle import MOVES, permitted
from incidents.models import Breach, Event, Pause, Ticket, TimeEntry, Timer
from slas.errors import Refused
from slas.models import Notice
from tests.factories import CalendarRevisionFactory, House
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, do, in_state

STATES = ["new", "open", "waiting", "resolved", "closed", "rejected"]
ACTIONS = sorted(set(MOVES) - {"comment_that_resumes"})
ACTOR = {"comment_by_others": "stella", "move": "vera"}
KINDS: dict[str, str] = {
    "begin": "begun",
    "respond": "responded",
    "comment_by_team": "commented",
    "comment_by_others": "commented",
    "comment_internal": "commented",
    "assign": "assigned",
    "pause": "paused",
    "resume": "resumed",
    "reprioritise": "reprioritised",
    "move": "moved",
    "resolve": "resolved",
    "reopen": "reopened",
    "close": "closed",
    "reject": "rejected",
    "log-time": "time_logged",
}
TABLES: list[type[models.Model]] = [Ticket, Timer, Pause, Event, TimeEntry, Breach, Notice]


def everything() -> list[list[dict[str, object]]]:
    """All rows of all tables that an action may write."""
    return [list(table._default_manager.order_by("pk").values()) for table in TABLES]


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("action", ACTIONS)
def test_action_in_state(house: House, action: str, status: str) -> None:
    ticket = in_state(house, status)
    CalendarRevisionFactory(calendar=house.office, in_force_from=MONDAY_8 + 30 * MINUTE)
    CalendarRevisionFactory(calendar=house.clock, in_force_from=MONDAY_8 + 30 * MINUTE)
    by = getattr(house, ACTOR.get(action, "jana"))
    before, count = everything(), Event.objects.count()

    if permitted(action, status) is None:
        with pytest.raises(Refused, match=ticket.number):
            do(action, ticket, by=by, now=MONDAY_8 + HOUR, house=house)
        assert everything() == before
        return
    after = do(action, ticket, by=by, now=MONDAY_8 + HOUR, house=house)

    stored = Ticket.objects.get(pk=ticket.pk)
    assert stored.status == after.status == expected_state(action, status)
    told = [event.kind for event in Event.objects.order_by("pk")[count:]]
    extra = ["resumed"] if action == "comment_by_others" and status == "waiting" else []
    unchanged = action == "begin" and status in ("open", "waiting")
    assert told == ([] if unchanged else [KINDS[action], *extra])
    assert_only_live_timers_fire(stored)


def expected_state(action: str, status: str) -> str:
    """Where contracts.md says it leads; a ticket of `in_state` waits for its reporter and came from open."""
    if action in ("begin", "respond", "comment_by_team") and status == "new":
        return "open"
    if action == "resume" or (action == "comment_by_others" and status == "waiting"):
        return "open"
    ends = {"pause": "waiting", "resolve": "resolved", "reopen": "open", "close": "closed", "reject": "rejected"}
    return ends.get(action, status)


def assert_only_live_timers_fire(ticket: Ticket) -> None:
    """A timer has a next moment exactly while it runs and does not stand still; the queue knows the same."""
    waiting = ticket.status == "waiting"
    moving = []
    for timer in Timer.objects.filter(ticket=ticket):
        is_moving = timer.stopped_at is None and not timer.is_withdrawn and not (waiting and timer.kind != "response")
        assert (timer.next_fire_at is not None, timer.kind) == (is_moving, timer.kind)
        moving += [timer.due_at] if is_moving else []
    assert ticket.queue_due_at == min(moving, default=None)
    assert (ticket.queue_position is None) == (ticket.queue_calendar_id is None) == (not moving)


@pytest.mark.parametrize(
    ("action", "status"),
    [("pause", "open"), ("resume", "waiting"), ("resolve", "open"), ("reopen", "resolved"), ("close", "resolved"),
     ("reject", "open"), ("assign", "open"), ("reprioritise", "open"), ("move", "open")],
)  # fmt: skip
def test_doing_it_twice_is_refused_and_changes_nothing(house: House, action: str, status: str) -> None:
    ticket = in_state(house, status)
    CalendarRevisionFactory(calendar=house.clock, in_force_from=MONDAY_8 + 30 * MINUTE)
    by = getattr(house, ACTOR.get(action, "jana"))
    do(action, ticket, by=by, now=MONDAY_8 + HOUR, house=house)
    once = everything()

    with pytest.raises(Refused):
        do(action, ticket, by=by, now=MONDAY_8 + HOUR, house=house)

    assert everything() == once


def test_beginning_twice_begins_once(house: House) -> None:
    ticket = in_state(house, "new")
    do("begin", ticket, by=house.jana, now=MONDAY_8 + HOUR, house=house)
    once = everything()

    do("begin", ticket, by=house.timo, now=MONDAY_8 + 2 * HOUR, house=house)

    assert everything() == once


def test_beginning_twice_leaves_a_missed_deadline_to_the_sweep(house: House) -> None:
    ticket = in_state(house, "open")
    before = everything()

    do("begin", ticket, by=house.jana, now=MONDAY_8 + 9 * HOUR, house=house)

    assert everything() == before
