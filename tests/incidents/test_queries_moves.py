"""What newer hours would change for a ticket that runs, timer by timer."""

import pytest

from incidents.actions import tickets
from incidents.models import Ticket
from incidents.queries.moves import MovedDeadline, preview_move
from slas.models import CalendarRevision
from tests.factories import CalendarRevisionFactory, House
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, MONDAY_9, MONDAY_10, MONDAY_12, clock, opened

LATER = {day: ["10:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def revise(house: House, *calendars: str, week: dict[str, list[str]] = LATER) -> None:
    """Other hours from a minute after eight on."""
    for name in calendars:
        CalendarRevisionFactory(calendar=getattr(house, name), in_force_from=MONDAY_8 + MINUTE, week=week)


def moves(ticket: Ticket) -> list[MovedDeadline]:
    """The preview at nine, read anew."""
    return preview_move(Ticket.objects.get(pk=ticket.pk), MONDAY_9)


def test_same_hours_move_nothing(house: House) -> None:
    assert moves(opened(house)) == []


@pytest.mark.parametrize(
    ("calendars", "expected"),
    [
        (("office",), [MovedDeadline("response", MONDAY_9, MONDAY_8 + 3 * HOUR)]),
        (("clock",), [MovedDeadline("resolution", MONDAY_12, MONDAY_8 + 6 * HOUR)]),
        (
            ("office", "clock"),
            [
                MovedDeadline("response", MONDAY_9, MONDAY_8 + 3 * HOUR),
                MovedDeadline("resolution", MONDAY_12, MONDAY_8 + 6 * HOUR),
            ],
        ),
    ],
)
def test_each_timer_moves_with_its_own_calendar(
    house: House, calendars: tuple[str, ...], expected: list[MovedDeadline]
) -> None:
    ticket = opened(house)

    revise(house, *calendars)

    assert moves(ticket) == expected


def test_hours_that_begin_later_move_nothing_yet(house: House) -> None:
    ticket = opened(house)
    CalendarRevisionFactory(calendar=house.office, in_force_from=MONDAY_10, week=LATER)

    assert moves(ticket) == []
    assert [one.kind for one in preview_move(ticket, MONDAY_10)] == ["response"]


def test_what_stopped_keeps_its_verdict(house: House) -> None:
    ticket = tickets.begin(opened(house), by=house.jana, now=MONDAY_8 + MINUTE)
    revise(house, "office")

    assert [one.kind for one in moves(ticket)] == ["update"]


def test_while_it_waits_neither_moment_is_known(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_8 + MINUTE, reason="supplier")
    revise(house, "clock")

    assert moves(ticket) == [MovedDeadline("resolution", None, None)]


def test_pauses_count_in_the_newer_hours(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_8 + MINUTE, reason="supplier")
    tickets.resume(ticket, by=house.jana, now=MONDAY_8 + 31 * MINUTE)
    revise(house, "clock")

    # Half an hour of waiting before ten o'clock: it no longer is support time, so nothing is added for it.
    assert moves(ticket) == [MovedDeadline("resolution", MONDAY_12 + 30 * MINUTE, MONDAY_8 + 6 * HOUR)]


@pytest.mark.parametrize("priority", ["P1", "P2", "P3"])
def test_the_action_does_what_the_preview_said(house: House, priority: str) -> None:
    ticket = opened(house, priority=priority)
    revise(house, "office", "clock")
    said = moves(ticket)

    tickets.move(ticket, by=house.vera, now=MONDAY_9, reason="Other hours")

    assert {one.kind: one.would_be_due_at for one in said} == {
        kind: clock(ticket, kind).due_at for kind in ("response", "resolution")
    }
    assert moves(ticket) == []
    assert {clock(ticket, kind).calendar_id for kind in ("response", "resolution")} <= set(
        CalendarRevision.objects.filter(number=2).values_list("pk", flat=True)
    )
