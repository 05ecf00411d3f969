"""Pause and resume: which timers stand still, and how deadlines move by exactly the support time waited."""

from datetime import datetime, timedelta

import pytest

from incidents.actions import tickets
from incidents.models import Pause, Ticket
from incidents.queries.tickets import standing_with
from slas.actions import notices
from slas.actions.notices import Letter
from slas.models import Notice, Revision
from tests.factories import House, RevisionFactory, fill, publish
from tests.incidents.acting import (
    HOUR,
    MINUTE,
    MONDAY_8,
    MONDAY_9,
    MONDAY_10,
    MONDAY_12,
    Row,
    clock,
    clocks,
    last_event,
    opened,
)

OVERNIGHT = timedelta(hours=24)


def test_pause_stops_update_and_resolution_but_not_response(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_8, reason="reporter", text="Which till?")

    assert clocks(ticket) == [Row("resolution", 1, None), Row("response", 1, MONDAY_9)]
    assert clock(ticket, "resolution").next_fire_at is None
    assert clock(ticket, "response").next_fire_at == MONDAY_8 + 30 * MINUTE


def test_pause_remembers_why_since_when_and_where_it_came_from(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_9, reason="supplier", text="Ordered.")

    assert (ticket.status, ticket.resumes_as) == ("waiting", "new")
    assert (ticket.waiting_reason, ticket.waiting_since) == ("supplier", MONDAY_9)
    assert list(Pause.objects.values_list("reason", "text", "started_at", "ended_at")) == [
        ("supplier", "Ordered.", MONDAY_9, None)
    ]
    assert (last_event(ticket).kind, last_event(ticket).text, last_event(ticket).facts) == (
        "paused",
        "Ordered.",
        {"reason": "supplier"},
    )


@pytest.mark.parametrize("begun", [False, True])
def test_resume_goes_back_to_where_it_came_from(house: House, begun: bool) -> None:
    ticket = opened(house)
    if begun:
        ticket = tickets.begin(ticket, by=house.jana, now=MONDAY_8)
    ticket = tickets.pause(ticket, by=house.jana, now=MONDAY_8, reason="other", text="Power cut")

    ticket = tickets.resume(ticket, by=house.timo, now=MONDAY_9)

    assert ticket.status == ("open" if begun else "new")
    assert (ticket.waiting_reason, ticket.waiting_since, ticket.resumes_as) == ("", None, "")


@pytest.mark.parametrize(
    ("since", "until", "due_at"),
    [
        pytest.param(MONDAY_9, MONDAY_10, MONDAY_12 + HOUR, id="an hour within"),
        pytest.param(MONDAY_9, MONDAY_9, MONDAY_12, id="no time at all"),
        pytest.param(MONDAY_9, MONDAY_9 + OVERNIGHT, MONDAY_12 + OVERNIGHT, id="round the clock, so the night counts"),
        pytest.param(MONDAY_12 + HOUR, MONDAY_12 + 2 * HOUR, MONDAY_12, id="after the deadline it moves nothing"),
    ],
)
def test_resume_moves_the_deadline_by_the_support_time_waited(
    house: House, since: datetime, until: datetime, due_at: datetime
) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=since, reason="supplier")

    ticket = tickets.resume(ticket, by=house.jana, now=until)

    assert clock(ticket, "resolution").due_at == due_at


def test_waiting_over_night_costs_office_hours_nothing(house: House) -> None:
    evening = MONDAY_8 + 10 * HOUR
    ticket = tickets.pause(opened(house, priority="P2"), by=house.jana, now=evening, reason="supplier")

    ticket = tickets.resume(ticket, by=house.jana, now=evening + 14 * HOUR)

    assert clock(ticket, "resolution").due_at == MONDAY_8 + 30 * HOUR


def test_a_timer_that_stands_still_tells_what_is_left(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_9, reason="supplier")
    timer = clock(ticket, "resolution")

    standing = standing_with(timer, pauses=list(ticket.pauses.all()), now=MONDAY_12 + 5 * HOUR)

    assert (standing.state, standing.due_at, standing.remaining, standing.paused) == (
        "paused",
        None,
        3 * HOUR,
        8 * HOUR,
    )


def test_pausing_after_the_deadline_keeps_the_breach(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_8, text="Yes.")

    ticket = tickets.pause(ticket, by=house.jana, now=MONDAY_12 + HOUR, reason="supplier")

    assert clock(ticket, "resolution").due_at == MONDAY_12
    assert sorted(ticket.breaches.values_list("kind", "due_at")) == [
        ("resolution", MONDAY_12),
        ("update", MONDAY_10),
    ]


@pytest.mark.parametrize("stopped", ["response", "update", "resolution"])
def test_the_flags_of_the_revision_decide(house: House, stopped: str) -> None:
    succeed(house, stopped)
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_8, reason="supplier")

    ticket = tickets.respond(ticket, by=house.jana, now=MONDAY_8 + MINUTE, text="Yes.")

    waiting = {timer.kind for timer in ticket.timers.filter(is_current=True, due_at__isnull=True)}
    # What stopped is answered: its deadline no longer depends on when the waiting ends.
    assert waiting == {stopped} - {"response"}


def test_a_response_that_stands_still_goes_on_where_it_was(house: House) -> None:
    succeed(house, "response")
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_8 + 20 * MINUTE, reason="supplier")
    waiting = clock(ticket, "response")

    ticket = tickets.resume(ticket, by=house.jana, now=MONDAY_10)

    assert (waiting.due_at, waiting.next_fire_at) == (None, None)
    assert clock(ticket, "response").due_at == MONDAY_10 + 40 * MINUTE
    assert clock(ticket, "response").next_fire_at == MONDAY_10 + 10 * MINUTE


def succeed(house: House, stopped: str) -> None:
    """Put a successor in force in which a pause stops this timer alone."""
    Revision.objects.filter(pk=house.revision.pk).update(in_force_to=MONDAY_8)
    flags = {f"is_{kind}_paused": kind == stopped for kind in ("response", "update", "resolution")}
    revision = RevisionFactory(agreement=house.agreement, in_force_from=MONDAY_8, **flags)
    fill(revision, office=house.office, clock=house.clock)
    publish(revision, provider=house.holger, customer=house.mira)


def test_waiting_withdraws_the_letters_of_the_timers_it_stops(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_8, text="Yes.")
    pending = [put(ticket, kind, house) for kind in ("response", "update", "resolution")]

    tickets.pause(ticket, by=house.jana, now=MONDAY_9, reason="supplier")

    assert [Notice.objects.get(key=key).state for key in pending] == ["pending", "withdrawn", "withdrawn"]


def put(ticket: Ticket, kind: str, house: House) -> str:
    """A letter of the first cycle of this timer, not sent yet."""
    key = f"{ticket.number}:{kind}:1:test"
    letter = Letter(key=key, kind="step", recipient_id=house.jana.pk, context={}, topic=f"{ticket.number}:{kind}:1")
    notices.put([letter], now=MONDAY_8)
    return key


@pytest.mark.parametrize("reason", ["", "resolved", "weather"])
def test_pause_needs_a_reason_people_may_give(house: House, reason: str) -> None:
    with pytest.raises(ValueError, match="Say whom the ticket waits for"):
        tickets.pause(opened(house), by=house.jana, now=MONDAY_8, reason=reason)

    assert not Pause.objects.exists()


def test_a_ticket_that_waits_leaves_the_running_part_of_the_queue(house: House) -> None:
    ticket = tickets.respond(opened(house), by=house.jana, now=MONDAY_8, text="Yes.")
    ticket = tickets.pause(ticket, by=house.jana, now=MONDAY_8, reason="supplier")
    waiting = (ticket.queue_calendar_id, ticket.queue_position, ticket.queue_due_at)

    ticket = tickets.resume(ticket, by=house.jana, now=MONDAY_9)

    assert waiting == (None, None, None)
    assert ticket.queue_due_at == MONDAY_10 + HOUR


def test_something_else_has_to_be_named(house: House) -> None:
    ticket = opened(house)

    with pytest.raises(ValueError, match="Say what the ticket waits for"):
        tickets.pause(ticket, by=house.jana, now=MONDAY_8 + MINUTE, reason="other", text="  ")

    assert not ticket.pauses.exists()
