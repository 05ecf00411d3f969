"""Resolve, reopen, close, reject: how timers end, go on, or are withdrawn."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from incidents.actions import tickets
from incidents.models import Event, Pause, Ticket
from incidents.queries.tickets import standing_with
from slas.actions import notices
from slas.actions.notices import Letter
from slas.errors import Refused
from slas.models import Notice
from tests.factories import House
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
    letters,
    opened,
    story,
)

WINDOW = timedelta(hours=120)


def test_resolve_stops_everything(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_8, text="Yes.")

    ticket = tickets.resolve(ticket, by=house.jana, now=MONDAY_9, text="Restarted.")

    assert clocks(ticket) == [
        Row("resolution", 1, MONDAY_12, stopped_at=MONDAY_9),
        Row("response", 1, MONDAY_9, stopped_at=MONDAY_8),
        Row("update", 1, MONDAY_10, stopped_at=MONDAY_9),
    ]
    assert (ticket.status, ticket.resolved_at, ticket.closed_at) == ("resolved", MONDAY_9, None)
    assert (last_event(ticket).kind, last_event(ticket).text) == ("resolved", "Restarted.")
    assert letters()[-1] == ("resolved", "rita")


def test_resolve_is_the_answer_when_nobody_answered_before(house: House) -> None:
    ticket = tickets.resolve(opened(house), by=house.jana, now=MONDAY_8 + MINUTE, text="Done.")

    assert clock(ticket, "response").stopped_at == MONDAY_8 + MINUTE


def test_resolve_ends_a_pause(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_9, reason="supplier")

    ticket = tickets.resolve(ticket, by=house.jana, now=MONDAY_11, text="Delivered.")

    assert list(ticket.pauses.values_list("reason", "started_at", "ended_at")) == [("supplier", MONDAY_9, MONDAY_11)]
    assert (ticket.waiting_reason, ticket.waiting_since, ticket.resumes_as) == ("", None, "")
    assert clock(ticket, "resolution").due_at == MONDAY_12 + 2 * HOUR


def test_a_late_resolution_is_a_settled_breach(house: House) -> None:
    ticket = tickets.resolve(opened(house), by=house.jana, now=MONDAY_12 + HOUR, text="At last.")

    assert sorted(ticket.breaches.values_list("kind", "due_at", "stopped_at", "over_seconds")) == [
        ("resolution", MONDAY_12, MONDAY_12 + HOUR, 3600),
        ("response", MONDAY_9, MONDAY_12 + HOUR, 14400),
    ]


def test_being_over_is_counted_in_support_time(house: House, friday_night: datetime) -> None:
    # Due Monday 09:00; answered Tuesday 08:30, after nine hours of Monday and half an hour of Tuesday.
    ticket = opened(house, friday_night)

    tickets.respond(ticket, by=house.jana, now=MONDAY_8 + 24 * HOUR + 30 * MINUTE, text="Sorry.")

    assert ticket.breaches.get(kind="response").over_seconds == int((9 * HOUR + 30 * MINUTE).total_seconds())


def test_reopen_goes_on_without_the_time_it_was_resolved(house: House) -> None:
    ticket = tickets.resolve(opened(house), by=house.jana, now=MONDAY_9, text="Done.")

    ticket = tickets.reopen(ticket, by=house.rita, now=MONDAY_11, reason="It is back.")

    assert clocks(ticket) == [
        Row("resolution", 2, MONDAY_12 + 2 * HOUR),
        Row("response", 1, MONDAY_9, stopped_at=MONDAY_9),
        Row("update", 1, MONDAY_11 + 2 * HOUR),
    ]
    assert (ticket.status, ticket.resolved_at, ticket.closed_at) == ("open", None, None)
    assert list(ticket.pauses.values_list("reason", "started_at", "ended_at")) == [("resolved", MONDAY_9, MONDAY_11)]
    assert (last_event(ticket).kind, last_event(ticket).text) == ("reopened", "It is back.")


def test_reopen_restarts_the_update_in_a_new_cycle(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_8, text="Yes.")
    ticket = tickets.resolve(ticket, by=house.jana, now=MONDAY_9, text="Done.")

    ticket = tickets.reopen(ticket, by=house.rita, now=MONDAY_11, reason="It is back.")

    updates = [row for row in clocks(ticket, current_only=False) if row.kind == "update"]
    assert updates == [
        Row("update", 1, MONDAY_10, stopped_at=MONDAY_9),
        Row("update", 2, MONDAY_11 + 2 * HOUR),
    ]


def test_reopening_a_late_ticket_runs_the_same_breach_over_again(house: House) -> None:
    ticket = tickets.begin(opened(house), by=house.jana, now=MONDAY_8)
    ticket = tickets.resolve(ticket, by=house.jana, now=MONDAY_12 + HOUR, text="Done.")

    ticket = tickets.reopen(ticket, by=house.rita, now=MONDAY_12 + 2 * HOUR, reason="It is back.")
    running = list(ticket.breaches.filter(kind="resolution").values_list("due_at", "stopped_at", "over_seconds"))
    ticket = tickets.resolve(ticket, by=house.jana, now=MONDAY_12 + 4 * HOUR, text="Really.")

    assert running == [(MONDAY_12, None, None)]
    # One hour before and two after; the hour between does not count.
    assert list(ticket.breaches.filter(kind="resolution").values_list("due_at", "cycle", "over_seconds")) == [
        (MONDAY_12, 1, 3 * 3600)
    ]


def test_reopening_twice_leaves_out_both_times(house: House) -> None:
    ticket = opened(house)
    for start in (MONDAY_9, MONDAY_11):
        ticket = tickets.resolve(ticket, by=house.jana, now=start, text="Done.")
        ticket = tickets.reopen(ticket, by=house.rita, now=start + HOUR, reason="No.")

    assert clock(ticket, "resolution").due_at == MONDAY_12 + 2 * HOUR
    assert clock(ticket, "resolution").cycle == 3


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1)])
def test_reopen_is_possible_within_the_window_in_calendar_time(house: House, late: timedelta) -> None:
    ticket = tickets.resolve(opened(house), by=house.jana, now=MONDAY_9, text="Done.")

    if late:
        with pytest.raises(Refused, match=r"was resolved too long ago; open a new ticket\."):
            tickets.reopen(ticket, by=house.rita, now=MONDAY_9 + WINDOW + late, reason="Again.")
        assert not Pause.objects.exists()
    else:
        assert tickets.reopen(ticket, by=house.rita, now=MONDAY_9 + WINDOW, reason="Again.").status == "open"


def test_a_closed_ticket_reopens_by_the_time_of_its_resolution(house: House) -> None:
    ticket = tickets.resolve(opened(house), by=house.jana, now=MONDAY_9, text="Done.")
    ticket = tickets.close(ticket, by=house.rita, now=MONDAY_10)

    ticket = tickets.reopen(ticket, by=house.mira, now=MONDAY_11, reason="No.")

    assert (ticket.status, ticket.closed_at) == ("open", None)
    assert clock(ticket, "resolution").due_at == MONDAY_12 + 2 * HOUR


def test_close_leaves_the_timers_alone(house: House) -> None:
    ticket = tickets.resolve(opened(house), by=house.jana, now=MONDAY_9, text="Done.")
    before = clocks(ticket)

    ticket = tickets.close(ticket, by=house.rita, now=MONDAY_10)

    assert clocks(ticket) == before
    assert (ticket.status, ticket.closed_at) == ("closed", MONDAY_10)


def test_reject_withdraws_every_timer(house: House) -> None:
    ticket = tickets.begin(opened(house), by=house.jana, now=MONDAY_8)

    ticket = tickets.reject(ticket, by=house.jana, now=MONDAY_9, reason="wrong_desk", text="Please ask Facilities.")

    assert clocks(ticket) == [
        Row("resolution", 1, MONDAY_12, stopped_at=MONDAY_9, is_withdrawn=True),
        Row("response", 1, MONDAY_9, stopped_at=MONDAY_8, is_withdrawn=True),
        Row("update", 1, MONDAY_10, stopped_at=MONDAY_9, is_withdrawn=True),
    ]
    assert (last_event(ticket).facts, last_event(ticket).text) == ({"reason": "wrong_desk"}, "Please ask Facilities.")
    assert letters()[-1] == ("rejected", "rita")
    states = [standing_with(timer, pauses=[], now=MONDAY_12).state for timer in ticket.timers.all()]
    assert states == ["withdrawn"] * 3


def test_reject_keeps_the_breach_that_happened(house: House) -> None:
    ticket = tickets.reject(opened(house), by=house.jana, now=MONDAY_10, reason="duplicate", text="Known.")

    assert list(ticket.breaches.values_list("kind", "due_at")) == [("response", MONDAY_9)]


@pytest.mark.parametrize("reason", ["", "no_time"])
def test_reject_needs_a_structured_reason(house: House, reason: str) -> None:
    with pytest.raises(ValueError, match=r"Choose one of the reasons for a rejection\."):
        tickets.reject(opened(house), by=house.jana, now=MONDAY_9, reason=reason, text="No.")


def test_settling_withdraws_the_letters_that_wait(house: House) -> None:
    ticket = opened(house)
    letter = Letter(key="k", kind="step", recipient_id=house.jana.pk, context={}, topic=f"{ticket.number}:resolution:1")
    notices.put([letter], now=MONDAY_8)

    tickets.resolve(ticket, by=house.jana, now=MONDAY_9, text="Done.")

    assert Notice.objects.get(key="k").state == "withdrawn"


def test_close_settled_closes_what_nobody_can_reopen(house: House) -> None:
    over, still = (tickets.resolve(opened(house), by=house.jana, now=at, text="Done.") for at in (MONDAY_9, MONDAY_10))
    now = MONDAY_9 + WINDOW + MINUTE

    closed = tickets.close_settled(now)

    assert closed == 1
    assert dict(Ticket.objects.values_list("pk", "status")) == {over.pk: "closed", still.pk: "resolved"}
    assert story(over)[-1] == ("closed", now, "")
    assert Event.objects.filter(ticket=still, kind="closed").count() == 0


def test_close_settled_twice_closes_once(house: House) -> None:
    ticket = tickets.resolve(opened(house), by=house.jana, now=MONDAY_9, text="Done.")
    now = MONDAY_9 + WINDOW + MINUTE

    assert (tickets.close_settled(now), tickets.close_settled(now)) == (1, 0)
    assert [kind for kind, _, _ in story(ticket)].count("closed") == 1


def test_close_settled_leaves_history_alone(house: House) -> None:
    start = datetime(2026, 2, 2, 8, tzinfo=UTC)
    ticket = opened(house, by=house.ida, opened_at=start)
    tickets.resolve(ticket, by=house.ida, now=MONDAY_8, text="Done.", at=start + HOUR)

    assert tickets.close_settled(MONDAY_8) == 0


def test_history_is_moved_at_its_own_moments(house: House) -> None:
    start = datetime(2026, 2, 2, 8, tzinfo=UTC)
    ticket = opened(house, by=house.ida, opened_at=start)

    ticket = tickets.begin(ticket, by=house.ida, now=MONDAY_8, at=start + 30 * MINUTE)
    ticket = tickets.resolve(ticket, by=house.ida, now=MONDAY_8, text="Done.", at=start + 5 * HOUR)

    assert [row for row in clocks(ticket) if row.kind != "update"] == [
        Row("resolution", 1, start + 4 * HOUR, stopped_at=start + 5 * HOUR),
        Row("response", 1, start + HOUR, stopped_at=start + 30 * MINUTE),
    ]
    assert ticket.resolved_at == start + 5 * HOUR
    assert list(ticket.breaches.filter(kind="resolution").values_list("due_at", "over_seconds")) == [
        (start + 4 * HOUR, 3600)
    ]
    assert letters() == []
    assert [timer.next_fire_at for timer in ticket.timers.all()] == [None, None, None]


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (datetime(2026, 2, 2, 8, 29, tzinfo=UTC), "Something happened to .* after that moment"),
        (MONDAY_8 + HOUR, "That moment lies in the future"),
    ],
)
def test_history_refuses_moments_out_of_order(house: House, at: datetime, sentence: str) -> None:
    start = datetime(2026, 2, 2, 8, tzinfo=UTC)
    ticket = opened(house, by=house.ida, opened_at=start)
    ticket = tickets.begin(ticket, by=house.ida, now=MONDAY_8, at=start + 30 * MINUTE)

    with pytest.raises(Refused, match=sentence):
        tickets.resolve(ticket, by=house.ida, now=MONDAY_8, text="Done.", at=at)


def test_a_moment_of_its_own_is_for_history_alone(house: House) -> None:
    house.team.members.add(house.ida)

    with pytest.raises(Refused, match=r"Only tickets of the past take a moment of their own\."):
        tickets.begin(opened(house), by=house.ida, now=MONDAY_9, at=MONDAY_8)


def test_a_moment_of_its_own_is_for_importers_alone(house: House) -> None:
    ticket = opened(house, by=house.ida, opened_at=MONDAY_8 - 24 * HOUR)

    with pytest.raises(PermissionDenied, match=r"Only importers give a moment of their own\."):
        tickets.begin(ticket, by=house.jana, now=MONDAY_9, at=MONDAY_8)


def test_requests_that_overtake_each_other_keep_their_order(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_9, reason="supplier")

    ticket = tickets.resume(ticket, by=house.timo, now=MONDAY_9 - timedelta(milliseconds=5))

    assert list(ticket.pauses.values_list("started_at", "ended_at")) == [(MONDAY_9, MONDAY_9)]
