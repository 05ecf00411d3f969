"""Another priority, or the hours now in force: what runs is counted anew, what stopped keeps its verdict."""

from datetime import datetime

import pytest

from incidents.actions import tickets
from incidents.models import Ticket
from incidents.queries.moves import MovedDeadline, preview_move
from slas.errors import Refused
from slas.models import CalendarRevision
from tests.factories import CalendarRevisionFactory, House
from tests.incidents.acting import (
    HOUR,
    MINUTE,
    MONDAY_8,
    MONDAY_9,
    MONDAY_10,
    MONDAY_11,
    MONDAY_12,
    Row,
    clock,
    clocks,
    last_event,
    opened,
)

NINE_TO_FIVE = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def test_reprioritise_counts_the_new_allowance_from_opening(house: House) -> None:
    ticket = tickets.reprioritise(opened(house), by=house.jana, now=MONDAY_9, priority="P2", reason="A way round.")

    assert ticket.priority == "P2"
    assert clocks(ticket) == [
        Row("resolution", 2, MONDAY_8 + 30 * HOUR),
        Row("response", 2, MONDAY_12),
    ]
    assert (last_event(ticket).text, last_event(ticket).facts) == ("A way round.", {"before": "P1", "after": "P2"})


def test_reprioritise_takes_the_calendar_of_the_new_target(house: House) -> None:
    ticket = tickets.reprioritise(opened(house), by=house.jana, now=MONDAY_9, priority="P2", reason="Less.")

    assert clock(ticket, "resolution").calendar == CalendarRevision.objects.get(calendar=house.office)


def test_reprioritise_keeps_pauses(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_9, reason="supplier")
    ticket = tickets.resume(ticket, by=house.jana, now=MONDAY_11)

    ticket = tickets.reprioritise(ticket, by=house.jana, now=MONDAY_11, priority="P2", reason="Less.")

    assert clock(ticket, "resolution").due_at == MONDAY_8 + 32 * HOUR


def test_reprioritise_while_waiting_leaves_the_deadline_open(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_9, reason="supplier")

    ticket = tickets.reprioritise(ticket, by=house.jana, now=MONDAY_10, priority="P2", reason="Less.")

    assert (ticket.status, clock(ticket, "resolution").due_at) == ("waiting", None)


def test_reprioritise_leaves_a_stopped_timer_its_verdict(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_9, text="Yes.")

    ticket = tickets.reprioritise(ticket, by=house.jana, now=MONDAY_9, priority="P2", reason="Less.")

    assert clocks(ticket) == [
        Row("resolution", 2, MONDAY_8 + 30 * HOUR),
        Row("response", 1, MONDAY_9, stopped_at=MONDAY_9),
        Row("update", 1, MONDAY_11, stopped_at=MONDAY_9, is_withdrawn=True),
    ]


def test_reprioritise_to_more_brings_the_update_back(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_8, text="Yes.")
    ticket = tickets.reprioritise(ticket, by=house.jana, now=MONDAY_8 + MINUTE, priority="P2", reason="Less.")

    ticket = tickets.reprioritise(ticket, by=house.jana, now=MONDAY_9, priority="P1", reason="More.")

    assert clocks(ticket)[-1] == Row("update", 2, MONDAY_10)


def test_reprioritise_to_more_starts_an_update_for_who_was_answered(house: House) -> None:
    ticket = tickets.respond(opened(house, priority="P2"), by=house.jana, now=MONDAY_8, text="Yes.")

    ticket = tickets.reprioritise(ticket, by=house.jana, now=MONDAY_9, priority="P1", reason="More.")

    assert clocks(ticket)[-1] == Row("update", 1, MONDAY_11)


def test_reprioritise_to_more_starts_no_update_before_the_first_answer(house: House) -> None:
    ticket = opened(house, priority="P2")

    ticket = tickets.reprioritise(ticket, by=house.jana, now=MONDAY_9, priority="P1", reason="More.")

    assert [row.kind for row in clocks(ticket)] == ["resolution", "response"]


def test_reprioritise_keeps_the_breach_of_the_old_deadline(house: House) -> None:
    ticket = tickets.reprioritise(opened(house), by=house.jana, now=MONDAY_10, priority="P2", reason="Less.")

    assert list(ticket.breaches.values_list("kind", "cycle", "due_at", "stopped_at")) == [
        ("response", 1, MONDAY_9, None)
    ]
    assert clock(ticket, "response").due_at == MONDAY_12


def test_a_kept_breach_is_settled_when_the_timer_stops(house: House) -> None:
    ticket = tickets.reprioritise(opened(house), by=house.jana, now=MONDAY_10, priority="P2", reason="Less.")

    ticket = tickets.respond(ticket, by=house.jana, now=MONDAY_11, text="Yes.")

    assert list(ticket.breaches.values_list("due_at", "stopped_at", "over_seconds")) == [(MONDAY_9, MONDAY_11, 7200)]


def test_reprioritise_to_more_may_be_late_at_once(house: House) -> None:
    ticket = opened(house, priority="P2")

    ticket = tickets.reprioritise(ticket, by=house.jana, now=MONDAY_11, priority="P1", reason="More.")

    assert list(ticket.breaches.values_list("kind", "cycle", "due_at", "recorded_at")) == [
        ("response", 2, MONDAY_9, MONDAY_11)
    ]


def test_reprioritise_there_and_back_misses_the_same_deadline_once(house: House) -> None:
    ticket = tickets.reprioritise(opened(house), by=house.jana, now=MONDAY_10, priority="P2", reason="Less.")

    ticket = tickets.reprioritise(ticket, by=house.jana, now=MONDAY_11, priority="P1", reason="More.")

    assert list(ticket.breaches.filter(kind="response").values_list("due_at", flat=True)) == [MONDAY_9]


def test_reprioritise_starts_the_ladder_over(house: House) -> None:
    ticket = tickets.reprioritise(opened(house), by=house.jana, now=MONDAY_9, priority="P2", reason="Less.")

    response = clock(ticket, "response")
    assert response.cycle_started_at == MONDAY_9
    # Half of four hours.
    assert response.next_fire_at == MONDAY_10


@pytest.mark.parametrize(("asked", "sentence"), [("P1", "is P1 already"), ("P2", "")])
def test_reprioritise_refuses_what_it_is_already(house: House, asked: str, sentence: str) -> None:
    ticket = opened(house)

    if sentence:
        with pytest.raises(Refused, match=sentence):
            tickets.reprioritise(ticket, by=house.jana, now=MONDAY_9, priority=asked, reason="Why not")
    else:
        assert tickets.reprioritise(ticket, by=house.jana, now=MONDAY_9, priority=asked, reason="x").priority == asked


def test_a_p3_that_becomes_a_p4_stays_what_it_is(house: House) -> None:
    with pytest.raises(Refused, match="is P3 already"):
        tickets.reprioritise(opened(house, priority="P3"), by=house.jana, now=MONDAY_9, priority="P4", reason="Less.")


@pytest.mark.parametrize(
    ("priority", "reason", "sentence"),
    [("P9", "x", r"Choose one of the priorities\."), ("P2", " ", r"Please write something\.")],
)
def test_reprioritise_needs_a_priority_and_a_reason(house: House, priority: str, reason: str, sentence: str) -> None:
    ticket = opened(house)

    with pytest.raises(ValueError, match=sentence):
        tickets.reprioritise(ticket, by=house.jana, now=MONDAY_9, priority=priority, reason=reason)

    assert Ticket.objects.get(pk=ticket.pk).priority == "P1"


def test_an_edited_calendar_moves_no_running_deadline(house: House) -> None:
    ticket = opened(house, priority="P2")
    CalendarRevisionFactory(calendar=house.office, in_force_from=MONDAY_8 + 30 * MINUTE, week=NINE_TO_FIVE)

    ticket = tickets.respond(ticket, by=house.jana, now=MONDAY_9, text="Yes.")

    assert clock(ticket, "resolution").due_at == MONDAY_8 + 30 * HOUR


def test_preview_move_tells_which_deadlines_would_move(house: House) -> None:
    ticket = opened(house, priority="P2")
    CalendarRevisionFactory(calendar=house.office, in_force_from=MONDAY_8 + 30 * MINUTE, week=NINE_TO_FIVE)

    moved = preview_move(ticket, MONDAY_9)

    assert moved == [
        MovedDeadline("response", MONDAY_12, MONDAY_12 + HOUR),
        MovedDeadline("resolution", MONDAY_8 + 30 * HOUR, MONDAY_8 + 33 * HOUR),
    ]


def test_preview_move_is_empty_when_nothing_moves(house: House) -> None:
    assert preview_move(opened(house), MONDAY_9) == []


def test_move_does_what_its_preview_said(house: House) -> None:
    ticket = opened(house, priority="P2")
    CalendarRevisionFactory(calendar=house.office, in_force_from=MONDAY_8 + 30 * MINUTE, week=NINE_TO_FIVE)
    told = {row.kind: row.would_be_due_at for row in preview_move(ticket, MONDAY_9)}

    ticket = tickets.move(ticket, by=house.vera, now=MONDAY_9, reason="Works council agreement")

    assert {row.kind: row.due_at for row in clocks(ticket)} == told
    assert (last_event(ticket).kind, last_event(ticket).text) == ("moved", "Works council agreement")
    assert preview_move(Ticket.objects.get(pk=ticket.pk), MONDAY_9) == []


def test_a_moved_ticket_counts_later_targets_in_the_hours_it_moved_to(house: House) -> None:
    ticket = opened(house, priority="P2")
    CalendarRevisionFactory(calendar=house.office, in_force_from=MONDAY_8 + 30 * MINUTE, week=NINE_TO_FIVE)
    ticket = tickets.move(ticket, by=house.vera, now=MONDAY_9, reason="New hours")

    ticket = tickets.reprioritise(ticket, by=house.jana, now=MONDAY_9, priority="P3", reason="Less.")

    due: datetime | None = clock(ticket, "response").due_at
    # Eight hours on Monday from nine, two on Tuesday.
    assert due == MONDAY_8 + 27 * HOUR
