"""Begin, respond, comment: the response ends once, the update starts over with every public word of the team."""

from datetime import timedelta

import pytest

from incidents.actions import tickets
from incidents.models import Timer
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
    in_state,
    last_event,
    letters,
    opened,
    story,
)

RESOLUTION = Row("resolution", 1, MONDAY_12)


def test_respond_stops_the_response_and_starts_the_update(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_9, text="We are on it.")

    assert clocks(ticket) == [
        RESOLUTION,
        Row("response", 1, MONDAY_9, stopped_at=MONDAY_9),
        Row("update", 1, MONDAY_11),
    ]
    assert story(ticket) == [("opened", MONDAY_8, "rita"), ("responded", MONDAY_9, "jana")]
    assert (last_event(ticket).text, last_event(ticket).is_public) == ("We are on it.", True)


def test_begin_does_the_same_without_a_word(house: House) -> None:
    ticket = tickets.begin(opened(house), by=house.jana, now=MONDAY_9)

    assert clocks(ticket) == [
        RESOLUTION,
        Row("response", 1, MONDAY_9, stopped_at=MONDAY_9),
        Row("update", 1, MONDAY_11),
    ]
    assert ("answered", "rita") not in letters()


def test_every_answer_starts_a_new_cycle_of_the_update(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_9, text="First.")

    tickets.respond(ticket, by=house.jana, now=MONDAY_10, text="Second.")

    assert clocks(ticket, current_only=False)[2:] == [
        Row("update", 1, MONDAY_11, stopped_at=MONDAY_10),
        Row("update", 2, MONDAY_12),
    ]
    assert [timer.is_current for timer in Timer.objects.filter(ticket=ticket, kind="update").order_by("cycle")] == [
        False,
        True,
    ]


def test_a_public_comment_of_the_team_is_an_answer(house: House) -> None:
    ticket = tickets.comment(opened(house), by=house.jana, now=MONDAY_9, text="Hello.", is_public=True)

    assert ticket.status == "open"
    assert clock(ticket, "response").stopped_at == MONDAY_9
    assert clock(ticket, "update").started_at == MONDAY_9
    assert ("answered", "rita") in letters()


@pytest.mark.parametrize("who", ["rita", "mira", "stella", "doris", "vera"])
def test_a_public_comment_of_others_is_no_answer(house: House, who: str) -> None:
    ticket = tickets.comment(opened(house), by=getattr(house, who), now=MONDAY_9, text="Well?", is_public=True)

    assert ticket.status == "new"
    assert clocks(ticket) == [RESOLUTION, Row("response", 1, MONDAY_9)]
    assert "answered" not in {kind for kind, _ in letters()}


def test_an_internal_comment_is_no_answer(house: House) -> None:
    ticket = tickets.comment(opened(house), by=house.jana, now=MONDAY_9, text="Odd.", is_public=False)

    assert ticket.status == "new"
    assert clocks(ticket) == [RESOLUTION, Row("response", 1, MONDAY_9)]
    assert (last_event(ticket).text, last_event(ticket).is_public) == ("Odd.", False)


def test_a_word_of_the_reporter_ends_the_waiting_for_them(house: House) -> None:
    ticket = in_state(house, "waiting")

    ticket = tickets.comment(ticket, by=house.rita, now=MONDAY_9, text="Here it is.", is_public=True)

    assert (ticket.status, ticket.waiting_reason, ticket.waiting_since, ticket.resumes_as) == ("open", "", None, "")
    assert [(pause.started_at, pause.ended_at) for pause in ticket.pauses.all()] == [(MONDAY_8 + 2 * MINUTE, MONDAY_9)]
    assert clock(ticket, "resolution").due_at == MONDAY_12 + 58 * MINUTE
    assert [kind for kind, _, _ in story(ticket)][-2:] == ["commented", "resumed"]


def test_a_word_of_the_reporter_does_not_end_the_waiting_for_a_supplier(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_8, reason="supplier")

    ticket = tickets.comment(ticket, by=house.rita, now=MONDAY_9, text="And?", is_public=True)

    assert (ticket.status, ticket.waiting_reason) == ("waiting", "supplier")


def test_answering_while_waiting_goes_on_waiting(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_8, reason="reporter")

    ticket = tickets.respond(ticket, by=house.jana, now=MONDAY_9, text="Please send the log.")

    assert (ticket.status, ticket.resumes_as) == ("waiting", "new")
    assert clocks(ticket) == [
        Row("resolution", 1, None),
        Row("response", 1, MONDAY_9, stopped_at=MONDAY_9),
        Row("update", 1, None),
    ]


def test_beginning_while_waiting_stops_the_response(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_8, reason="supplier")

    ticket = tickets.begin(ticket, by=house.jana, now=MONDAY_8 + MINUTE)

    assert ticket.status == "waiting"
    assert clock(ticket, "response").stopped_at == MONDAY_8 + MINUTE


def test_a_priority_without_update_target_has_no_update_timer(house: House) -> None:
    ticket = tickets.respond(opened(house, priority="P2"), by=house.jana, now=MONDAY_9, text="Yes.")

    assert [row.kind for row in clocks(ticket)] == ["resolution", "response"]


def test_an_answer_tells_the_reporter_and_nobody_else(house: House) -> None:
    ticket = opened(house)
    before = len(letters())

    tickets.respond(ticket, by=house.jana, now=MONDAY_9, text="Yes.")

    assert letters()[before:] == [("answered", "rita")]


def test_nobody_is_told_of_their_own_words(house: House) -> None:
    ticket = opened(house, by=house.jana)
    before = len(letters())

    tickets.respond(ticket, by=house.jana, now=MONDAY_9, text="Noted down for a caller.")

    assert letters()[before:] == []


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_saying_nothing_is_no_answer(house: House, text: str) -> None:
    ticket = opened(house)

    with pytest.raises(ValueError, match=r"Please write something\."):
        tickets.respond(ticket, by=house.jana, now=MONDAY_9, text=text)

    assert clock(ticket, "response").stopped_at is None


def test_a_late_answer_leaves_a_settled_breach(house: House) -> None:
    ticket = opened(house)

    tickets.respond(ticket, by=house.jana, now=MONDAY_9 + 90 * MINUTE, text="Sorry.")

    breach = ticket.breaches.get()
    assert (breach.kind, breach.cycle, breach.due_at, breach.recorded_at, breach.stopped_at, breach.over_seconds) == (
        "response",
        1,
        MONDAY_9,
        MONDAY_9 + 90 * MINUTE,
        MONDAY_9 + 90 * MINUTE,
        5400,
    )


def test_an_answer_on_the_dot_is_in_time(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_9, text="Now.")

    assert not ticket.breaches.exists()


def test_an_answer_a_microsecond_late_is_late(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_9 + timedelta(microseconds=1), text="Now.")

    assert [(breach.kind, breach.over_seconds) for breach in ticket.breaches.all()] == [("response", 0)]


def test_each_missed_update_is_a_breach_of_its_own(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_8, text="First.")

    ticket = tickets.respond(ticket, by=house.jana, now=MONDAY_11, text="An hour late.")
    tickets.respond(ticket, by=house.jana, now=MONDAY_11 + 3 * HOUR, text="Again.")

    found = ticket.breaches.filter(kind="update").order_by("cycle")
    assert [(breach.cycle, breach.due_at, breach.over_seconds) for breach in found] == [
        (1, MONDAY_10, 3600),
        (2, MONDAY_11 + 2 * HOUR, 3600),
    ]
