"""Actions in orders that nobody planned: what people do on a long day, with every deadline worked out by hand."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from incidents.actions import tickets
from incidents.models import Breach, Pause, Ticket
from slas.errors import Refused
from slas.models import User
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
    opened,
    story,
)

TUESDAY_8 = MONDAY_8 + 24 * HOUR
HALF_PAST_8 = MONDAY_8 + 30 * MINUTE
WINDOW = timedelta(hours=120)


def begun(house: House, **facts: object) -> Ticket:
    """Opened at eight, begun at half past."""
    return tickets.begin(opened(house, **facts), by=house.jana, now=HALF_PAST_8)


def breaches(ticket: Ticket) -> list[tuple[str, int, object, int | None]]:
    """Kind, cycle, deadline and seconds over of every broken promise."""
    found = Breach.objects.filter(ticket=ticket).order_by("due_at", "kind")
    return list(found.values_list("kind", "cycle", "due_at", "over_seconds"))


def test_another_priority_while_it_waits_counts_once_the_wait_is_over(house: House) -> None:
    ticket = tickets.pause(begun(house), by=house.jana, now=MONDAY_9, reason="supplier")
    tickets.reprioritise(ticket, by=house.jana, now=MONDAY_10, priority="P2", reason="A way round")
    assert clock(ticket, "resolution").due_at is None

    tickets.resume(ticket, by=house.jana, now=MONDAY_12)

    assert clocks(ticket) == [
        # 16 office hours: one before the wait, six after it, nine on Tuesday.
        Row("resolution", 2, TUESDAY_8 + 9 * HOUR),
        Row("response", 1, MONDAY_9, HALF_PAST_8),
        # A P2 promises no updates; two hours from half past eight, with one hour waited up to its end.
        Row("update", 1, MONDAY_11 + 30 * MINUTE, MONDAY_10, is_withdrawn=True),
    ]


def test_there_and_back_while_it_waits_is_the_old_promise_in_a_new_cycle(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_9, reason="supplier")
    for minutes, priority in ((5, "P3"), (10, "P1")):
        tickets.reprioritise(ticket, by=house.jana, now=MONDAY_9 + minutes * MINUTE, priority=priority, reason="Hm")

    tickets.resume(ticket, by=house.jana, now=MONDAY_10)

    assert clocks(ticket) == [Row("resolution", 3, MONDAY_12 + HOUR), Row("response", 3, MONDAY_9)]


@pytest.mark.parametrize("status", ["new", "open"])
def test_a_wait_leads_back_to_where_it_came_from_also_after_an_answer(house: House, status: str) -> None:
    ticket = opened(house) if status == "new" else begun(house)
    tickets.pause(ticket, by=house.jana, now=MONDAY_9, reason="change")
    tickets.respond(ticket, by=house.jana, now=MONDAY_9 + MINUTE, text="Waiting for the change.")

    after = tickets.resume(ticket, by=house.jana, now=MONDAY_10)

    assert (after.status, after.resumes_as, after.waiting_reason, after.waiting_since) == (status, "", "", None)


def test_updates_restart_also_while_it_waits_and_each_missed_one_is_a_breach(house: House) -> None:
    ticket = begun(house)
    tickets.pause(ticket, by=house.jana, now=MONDAY_9, reason="supplier")
    tickets.resume(ticket, by=house.jana, now=MONDAY_11)
    # An hour and a half of two: the wait does not count.
    tickets.respond(ticket, by=house.jana, now=MONDAY_12, text="Part is here.")
    # Three hours of two.
    tickets.comment(ticket, by=house.timo, now=MONDAY_12 + 3 * HOUR, text="Built in.", is_public=True)
    tickets.pause(ticket, by=house.jana, now=MONDAY_12 + 4 * HOUR, reason="reporter")
    tickets.respond(ticket, by=house.jana, now=MONDAY_12 + 4 * HOUR + 30 * MINUTE, text="Please try.")
    assert clock(ticket, "update").due_at is None

    tickets.comment(ticket, by=house.rita, now=MONDAY_12 + 5 * HOUR, text="It works.", is_public=True)

    assert [row for row in clocks(ticket, current_only=False) if row.kind == "update"] == [
        Row("update", 1, MONDAY_12 + 30 * MINUTE, MONDAY_12),
        Row("update", 2, MONDAY_12 + 2 * HOUR, MONDAY_12 + 3 * HOUR),
        # Stopped while it waited: an hour used, half an hour stood still, so the deadline lies half an hour later.
        Row("update", 3, MONDAY_12 + 5 * HOUR + 30 * MINUTE, MONDAY_12 + 4 * HOUR + 30 * MINUTE),
        # Going on at five: one hour until the office closes, one on Tuesday.
        Row("update", 4, TUESDAY_8 + HOUR),
    ]
    # The resolution: four hours and the two that it had waited by then; it runs over, so nobody knows yet how long.
    assert breaches(ticket) == [
        ("resolution", 1, MONDAY_12 + 2 * HOUR, None),
        ("update", 2, MONDAY_12 + 2 * HOUR, 3600),
    ]


def test_a_long_wait_makes_no_late_resolution(house: House) -> None:
    ticket = tickets.pause(begun(house), by=house.jana, now=MONDAY_9, reason="supplier")

    tickets.resolve(ticket, by=house.jana, now=MONDAY_9 + 11 * HOUR, text="Supplier fixed it.")

    assert clocks(ticket)[0] == Row("resolution", 1, MONDAY_9 + 14 * HOUR, MONDAY_9 + 11 * HOUR)
    assert breaches(ticket) == []
    assert list(Pause.objects.filter(ticket=ticket).values_list("reason", "started_at", "ended_at")) == [
        ("supplier", MONDAY_9, MONDAY_9 + 11 * HOUR)
    ]


def test_reopening_what_nobody_answered_starts_its_first_update(house: House) -> None:
    ticket = tickets.resolve(opened(house), by=house.jana, now=MONDAY_9, text="Restarted.")

    tickets.reopen(ticket, by=house.rita, now=MONDAY_11, reason="Down again.")

    assert clocks(ticket) == [
        Row("resolution", 2, MONDAY_12 + 2 * HOUR), Row("response", 1, MONDAY_9, MONDAY_9),
        Row("update", 1, MONDAY_11 + 2 * HOUR),
    ]  # fmt: skip


def test_the_window_counts_from_the_last_resolution(house: House) -> None:
    ticket = tickets.resolve(opened(house), by=house.jana, now=MONDAY_9, text="Restarted.")
    tickets.reopen(ticket, by=house.rita, now=MONDAY_9 + WINDOW, reason="Down again.")
    tickets.resolve(ticket, by=house.jana, now=MONDAY_10 + WINDOW, text="New router.")
    tickets.close(ticket, by=house.rita, now=MONDAY_11 + WINDOW)

    with pytest.raises(Refused):
        tickets.reopen(ticket, by=house.rita, now=MONDAY_10 + 2 * WINDOW + MINUTE, reason="Again?")
    after = tickets.reopen(ticket, by=house.rita, now=MONDAY_10 + 2 * WINDOW, reason="Again.")

    assert (after.status, after.resolved_at, after.closed_at) == ("open", None, None)


def test_three_ends_and_two_returns_leave_one_resolution_timer_without_the_time_between(house: House) -> None:
    ticket = opened(house)
    for hours in (1, 3, 5):
        tickets.resolve(ticket, by=house.jana, now=MONDAY_8 + hours * HOUR, text="Done.")
        if hours < 5:
            tickets.reopen(ticket, by=house.mira, now=MONDAY_8 + (hours + 1) * HOUR, reason="No.")

    # Used: 8 to 9, 10 to 11, 12 to 13.
    assert clocks(ticket)[0] == Row("resolution", 3, MONDAY_8 + 6 * HOUR, MONDAY_8 + 5 * HOUR)
    assert [row.reason for row in Pause.objects.filter(ticket=ticket)] == ["resolved", "resolved"]
    assert breaches(ticket) == []


def test_a_rejection_ends_the_wait_and_every_promise(house: House) -> None:
    ticket = in_state(house, "waiting")

    after = tickets.reject(ticket, by=house.jana, now=MONDAY_12, reason="wrong_desk", text="Ask facilities.")

    assert (after.status, after.closed_at, after.waiting_since, after.queue_due_at) == (
        "rejected", MONDAY_12, None, None,
    )  # fmt: skip
    assert {row.kind: row.is_withdrawn for row in clocks(after)} == dict.fromkeys(
        ("resolution", "response", "update"), True
    )
    tickets.log_time(after, by=house.jana, now=MONDAY_12 + MINUTE, minutes=5)
    tickets.comment(after, by=house.rita, now=MONDAY_12 + 2 * MINUTE, text="A pity.", is_public=True)
    assert [kind for kind, *_ in story(after)][-3:] == ["rejected", "time_logged", "commented"]


def test_handing_over_while_it_waits_leaves_it_waiting(house: House) -> None:
    ticket = in_state(house, "waiting")
    before = clocks(ticket)

    after = tickets.assign(ticket, by=house.doris, now=MONDAY_9, assignee=house.timo)

    assert (after.status, after.assignee, clocks(after)) == ("waiting", house.timo, before)


def test_waits_that_touch_are_two_waits_and_one_span(house: House) -> None:
    ticket = opened(house)
    for minute in range(3):
        tickets.pause(ticket, by=house.jana, now=MONDAY_9 + minute * MINUTE, reason="other", text="Hm")
        tickets.resume(ticket, by=house.jana, now=MONDAY_9 + (minute + 1) * MINUTE)

    assert clock(ticket, "resolution").due_at == MONDAY_12 + 3 * MINUTE
    assert Pause.objects.filter(ticket=ticket).count() == 3


def test_a_wait_of_no_length_moves_nothing(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_9, reason="supplier")

    tickets.resume(ticket, by=house.jana, now=MONDAY_9)

    assert clock(ticket, "resolution").due_at == MONDAY_12


@pytest.mark.parametrize(
    ("reason", "who", "status"),
    [
        ("reporter", "rita", "open"),
        ("reporter", "mira", "open"),
        ("reporter", "stella", "open"),
        ("reporter", "jana", "waiting"),
        ("supplier", "rita", "waiting"),
        ("change", "rita", "waiting"),
        ("other", "rita", "waiting"),
    ],
)
def test_only_the_others_word_ends_only_the_wait_for_the_reporter(
    house: House, reason: str, who: str, status: str
) -> None:
    ticket = tickets.pause(begun(house), by=house.jana, now=MONDAY_9, reason=reason, text="Why")
    by: User = getattr(house, who)

    after = tickets.comment(ticket, by=by, now=MONDAY_10, text="Here it is.", is_public=True)

    assert after.status == status
    assert Pause.objects.filter(ticket=ticket, ended_at=None).count() == (status == "waiting")


def test_who_left_the_team_meanwhile_is_refused(house: House) -> None:
    ticket = tickets.assign(opened(house), by=house.holger, now=MONDAY_9, assignee=house.jana)
    house.team.members.remove(house.jana)

    for deed in (tickets.begin, tickets.resume):
        with pytest.raises(PermissionDenied):
            deed(ticket, by=house.jana, now=MONDAY_10)

    assert [kind for kind, *_ in story(ticket)] == ["opened", "assigned"]
