"""Moments of one's own: every action on a ticket of the past, who may give them, and in which order."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from incidents.actions import tickets
from incidents.models import Breach, Event, Ticket, Timer
from slas.errors import Refused
from slas.models import Notice, Role, User
from tests.factories import House
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, MONDAY_9, MONDAY_10, Row, clocks, opened, story

NOW = MONDAY_8 + timedelta(days=30)
Deed = Callable[..., Ticket]
DEEDS: dict[str, Deed] = {
    "begin": tickets.begin,
    "respond": lambda ticket, **rest: tickets.respond(ticket, text="Soon.", **rest),
    "comment": lambda ticket, **rest: tickets.comment(ticket, text="Note.", is_public=False, **rest),
    "assign": lambda ticket, **rest: tickets.assign(ticket, assignee=User.objects.get(username="timo"), **rest),
    "pause": lambda ticket, **rest: tickets.pause(ticket, reason="supplier", **rest),
    "reprioritise": lambda ticket, **rest: tickets.reprioritise(ticket, priority="P2", reason="Less", **rest),
    "resolve": lambda ticket, **rest: tickets.resolve(ticket, text="Done.", **rest),
    "reject": lambda ticket, **rest: tickets.reject(ticket, reason="duplicate", text="Known.", **rest),
    "log_time": lambda ticket, **rest: tickets.log_time(ticket, minutes=5, **rest),
}
NEXT: dict[str, Deed] = {
    "resume": tickets.resume,
    "reopen": lambda ticket, **rest: tickets.reopen(ticket, reason="No.", **rest),
    "close": tickets.close,
}
BEFORE = {"resume": "pause", "reopen": "resolve", "close": "resolve"}


@pytest.fixture
def past(house: House) -> Ticket:
    """Opened a month ago, as somebody enters it today."""
    return opened(house, NOW, by=house.ida, opened_at=MONDAY_8)


def test_a_late_entry_is_history_from_its_own_opening(house: House, past: Ticket) -> None:
    assert (past.is_history, past.opened_at, past.updated_at) == (True, MONDAY_8, NOW)
    assert (past.queue_due_at, past.queue_position) == (None, None)
    assert clocks(past) == [Row("resolution", 1, MONDAY_8 + 4 * HOUR), Row("response", 1, MONDAY_9)]
    assert story(past) == [("opened", MONDAY_8, "ida")]


@pytest.mark.parametrize("name", DEEDS)
def test_every_action_happens_at_the_moment_that_was_given(house: House, past: Ticket, name: str) -> None:
    after = DEEDS[name](past, by=house.ida, now=NOW, at=MONDAY_9)

    assert story(past)[-1][1:] == (MONDAY_9, "ida")
    assert after.updated_at == NOW
    assert not Timer.objects.filter(next_fire_at__isnull=False).exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("name", NEXT)
def test_and_so_does_every_action_that_follows_another(house: House, past: Ticket, name: str) -> None:
    DEEDS[BEFORE[name]](past, by=house.ida, now=NOW, at=MONDAY_9)

    NEXT[name](past, by=house.ida, now=NOW, at=MONDAY_10)

    assert story(past)[-1][1:] == (MONDAY_10, "ida")


@pytest.mark.parametrize("name", DEEDS)
def test_nothing_happens_before_what_happened(house: House, past: Ticket, name: str) -> None:
    tickets.log_time(past, by=house.ida, now=NOW, minutes=5, at=MONDAY_10)

    with pytest.raises(Refused) as refusal:
        DEEDS[name](past, by=house.ida, now=NOW, at=MONDAY_10 - timedelta(microseconds=1))

    assert str(refusal.value) == f"Something happened to {past.number} after that moment."
    assert story(past) == [("opened", MONDAY_8, "ida"), ("time_logged", MONDAY_10, "ida")]


@pytest.mark.parametrize("name", DEEDS)
def test_nothing_happens_tomorrow(house: House, past: Ticket, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        DEEDS[name](past, by=house.ida, now=NOW, at=NOW + timedelta(microseconds=1))

    assert str(refusal.value) == "That moment lies in the future."


@pytest.mark.parametrize("name", DEEDS)
def test_a_living_ticket_takes_no_moment(house: House, name: str) -> None:
    house.jana.roles = [Role.IMPORTER]
    house.jana.save()
    ticket = opened(house)

    with pytest.raises(Refused) as refusal:
        DEEDS[name](ticket, by=house.jana, now=MONDAY_10, at=MONDAY_9)

    assert str(refusal.value) == "Only tickets of the past take a moment of their own."


@pytest.mark.parametrize("name", DEEDS)
@pytest.mark.parametrize("who", ["jana", "holger"])
def test_the_team_acts_on_history_but_only_now(house: House, past: Ticket, who: str, name: str) -> None:
    by = getattr(house, who)

    with pytest.raises(PermissionDenied):
        DEEDS[name](past, by=by, now=NOW, at=MONDAY_9)
    DEEDS[name](past, by=by, now=NOW)

    assert story(past)[-1][1:] == (NOW, who)


@pytest.mark.parametrize("who", ["rita", "mira", "doris", "outsider", "anton"])
def test_others_begin_nothing_in_the_past(house: House, past: Ticket, who: str) -> None:
    with pytest.raises(PermissionDenied):
        tickets.begin(past, by=getattr(house, who), now=NOW, at=MONDAY_9)

    assert Event.objects.filter(ticket=past).count() == 1


def test_an_auditor_with_the_right_to_import_changes_nothing(house: House, past: Ticket) -> None:
    house.ida.roles = [Role.IMPORTER, Role.AUDITOR]
    house.ida.save()

    with pytest.raises(PermissionDenied):
        tickets.begin(past, by=house.ida, now=NOW, at=MONDAY_9)


@pytest.mark.parametrize(
    ("hours", "is_possible"), [(0, True), (119.99, True), (120, True), (120.01, False), (600, False)]
)
def test_the_window_of_a_reopening_is_asked_of_its_own_moment(
    house: House, past: Ticket, hours: float, is_possible: bool
) -> None:
    tickets.resolve(past, by=house.ida, now=NOW, text="Done.", at=MONDAY_9)
    at = MONDAY_9 + timedelta(hours=hours)

    if is_possible:
        assert tickets.reopen(past, by=house.ida, now=NOW, reason="No.", at=at).status == "open"
    else:
        with pytest.raises(Refused, match="too long ago"):
            tickets.reopen(past, by=house.ida, now=NOW, reason="No.", at=at)


@pytest.mark.parametrize(
    ("answered", "solved", "expected"),
    [
        (59, 239, []),
        (60, 240, []),
        (61, 240, [("response", 1, 60)]),
        (60, 241, [("resolution", 1, 60)]),
        (90, 300, [("response", 1, 1800), ("resolution", 1, 3600)]),
    ],
)
def test_history_breaks_promises_like_anything_else(
    house: House, past: Ticket, answered: int, solved: int, expected: list[tuple[str, int, int]]
) -> None:
    tickets.begin(past, by=house.ida, now=NOW, at=MONDAY_8 + answered * MINUTE)
    tickets.resolve(past, by=house.ida, now=NOW, text="Done.", at=MONDAY_8 + solved * MINUTE)

    found = Breach.objects.filter(ticket=past).exclude(kind="update").order_by("due_at")
    assert list(found.values_list("kind", "cycle", "over_seconds")) == expected


@pytest.mark.parametrize("at", [MONDAY_9, NOW])
def test_two_moves_of_one_moment_are_in_order(house: House, past: Ticket, at: datetime) -> None:
    tickets.begin(past, by=house.ida, now=NOW, at=at)
    tickets.resolve(past, by=house.ida, now=NOW, text="Done.", at=at)

    assert [(kind, moment) for kind, moment, _ in story(past)] == [
        ("opened", MONDAY_8),
        ("begun", at),
        ("resolved", at),
    ]
