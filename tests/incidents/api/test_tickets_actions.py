"""Every action through the API: who may, when it is possible, and what it asks for."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from time_machine import Traveller

from incidents.models import Event, Ticket, TimeEntry
from tests.callers import Caller
from tests.factories import House
from tests.incidents.acting import in_state, opened

BODIES: dict[str, dict[str, Any]] = {
    "begin": {},
    "respond": {"text": "On it."},
    "comment": {"text": "A note.", "public": False},
    "assign": {"assignee": "timo"},
    "pause": {"reason": "supplier", "text": "Waits for a router."},
    "resume": {},
    "reprioritise": {"priority": "P2", "reason": "One till of ten"},
    "resolve": {"text": "Restarted."},
    "reopen": {"reason": "It is back."},
    "close": {},
    "reject": {"reason": "duplicate", "text": "See T-1."},
    "log-time": {"minutes": 25, "text": "On the phone"},
}
# From where each is possible, and where the ticket stands afterwards (contracts.md, Ticket states).
ARRIVALS = {
    "begin": ("new", "open"),
    "respond": ("new", "open"),
    "comment": ("new", "new"),
    "assign": ("new", "new"),
    "pause": ("open", "waiting"),
    "resume": ("waiting", "open"),
    "reprioritise": ("open", "open"),
    "resolve": ("waiting", "resolved"),
    "reopen": ("closed", "open"),
    "close": ("resolved", "closed"),
    "reject": ("new", "rejected"),
    "log-time": ("closed", "closed"),
}
IMPOSSIBLE = {
    "begin": "closed",
    "respond": "rejected",
    "assign": "closed",
    "pause": "waiting",
    "resume": "open",
    "reprioritise": "resolved",
    "resolve": "closed",
    "reopen": "rejected",
    "close": "open",
    "reject": "resolved",
}
NOW = datetime.fromisoformat("2026-11-20T22:00:00+01:00")


def path(ticket: Ticket, action: str) -> str:
    """Where the action is."""
    return f"/tickets/{ticket.number}/{action}/"


@pytest.mark.parametrize("action", BODIES)
def test_action_answers_the_ticket_as_it_now_stands(house: House, jana: Caller, clock: Traveller, action: str) -> None:
    before, after = ARRIVALS[action]
    ticket = in_state(house, before, now=NOW - timedelta(hours=1))

    status, answer = jana.post(path(ticket, action), BODIES[action])

    assert (status, answer["number"], answer["status"]) == (200, ticket.number, after)
    assert jana.get(f"/tickets/{ticket.number}/") == (200, answer)


@pytest.mark.parametrize("action", IMPOSSIBLE)
def test_impossible_action_is_a_409_with_a_sentence(house: House, jana: Caller, clock: Traveller, action: str) -> None:
    ticket = in_state(house, IMPOSSIBLE[action], now=NOW - timedelta(hours=1))
    events = Event.objects.count()

    status, answer = jana.post(path(ticket, action), BODIES[action])

    assert (status, list(answer)) == (409, ["detail"])
    assert ticket.number in answer["detail"]
    assert Event.objects.count() == events


@pytest.mark.parametrize("action", sorted(set(BODIES) - {"reopen", "close", "comment"}))
def test_work_of_the_team_is_a_403_for_the_reporter_and_a_404_for_strangers(
    house: House, rita: Caller, action: str
) -> None:
    ticket = in_state(house, ARRIVALS[action][0], now=NOW - timedelta(hours=1))

    assert rita.post(path(ticket, action), BODIES[action]) == (
        403,
        {"detail": f"You may not do this with {ticket.number}."},
    )
    assert Caller(house.outsider).post(path(ticket, action), BODIES[action])[0] == 404


@pytest.mark.parametrize("action", BODIES)
def test_auditor_changes_nothing(house: House, clock: Traveller, action: str) -> None:
    ticket = in_state(house, ARRIVALS[action][0], now=NOW - timedelta(hours=1))
    body = {**BODIES[action], **({"public": True} if action == "comment" else {})}

    assert Caller(house.anton).post(path(ticket, action), body)[0] == 403


@pytest.mark.parametrize("action", BODIES)
def test_whoever_may_not_is_told_so_before_their_words_are_judged(house: House, clock: Traveller, action: str) -> None:
    ticket = in_state(house, ARRIVALS[action][0], now=NOW - timedelta(hours=1))

    assert Caller(house.anton).post(path(ticket, action), {"at": "nonsense"})[0] == 403


@pytest.mark.parametrize(
    ("action", "body", "beside"),
    [
        ("respond", {}, "text"),
        ("respond", {"text": "  "}, "text"),
        ("respond", {"text": "x" * 20_001}, "text"),
        ("comment", {"text": "x"}, "public"),
        ("comment", {"text": "x", "public": "maybe"}, "public"),
        ("assign", {"assignee": "nobody"}, "assignee"),
        ("assign", {"team": "nowhere"}, "team"),
        ("assign", {}, "assignee"),
        ("pause", {}, "reason"),
        ("pause", {"reason": "resolved"}, "reason"),
        ("reprioritise", {"priority": "P2"}, "reason"),
        ("reprioritise", {"priority": "P9", "reason": "x"}, "priority"),
        ("resolve", {}, "text"),
        ("reopen", {}, "reason"),
        ("reject", {"reason": "duplicate"}, "text"),
        ("reject", {"reason": "because", "text": "x"}, "reason"),
        ("log-time", {}, "minutes"),
        ("log-time", {"minutes": 1441}, "minutes"),
        ("begin", {"at": "2026-11-20T21:30:00"}, "at"),
        ("begin", {"at": "2026-11-20T22:00:01+01:00"}, "at"),
    ],
)
def test_malformed_body_is_a_400_beside_the_field(
    house: House, jana: Caller, action: str, body: dict[str, Any], beside: str
) -> None:
    ticket = opened(house, NOW)

    status, answer = jana.post(path(ticket, action), body)

    assert (status, list(answer)) == (400, [beside])
    assert all(isinstance(sentence, str) and len(sentence) > 3 for sentence in answer[beside])


def test_assign_names_a_person_and_hands_over_to_a_team(house: House, jana: Caller) -> None:
    ticket = opened(house, NOW)

    _, held = jana.post(path(ticket, "assign"), {"assignee": "timo"})
    _, handed = jana.post(path(ticket, "assign"), {"team": "lagerteam", "reason": "Their router"})

    assert (held["assignee"], held["team"]) == ("timo", "kassenteam")
    assert (handed["assignee"], handed["team"]) == (None, "lagerteam")
    # Whoever holds it sees it.
    assert Caller(house.outsider).get(f"/tickets/{ticket.number}/")[0] == 200


def test_logged_time_is_kept_with_its_words(house: House, jana: Caller) -> None:
    ticket = opened(house, NOW)

    jana.post(path(ticket, "log-time"), BODIES["log-time"])

    assert list(TimeEntry.objects.values_list("person__username", "minutes", "text")) == [("jana", 25, "On the phone")]


def test_reopening_too_late_is_a_409(house: House, rita: Caller, clock: Traveller) -> None:
    ticket = in_state(house, "resolved", now=NOW)
    clock.shift(timedelta(hours=121))

    status, answer = rita.post(path(ticket, "reopen"), {"reason": "It is back."})

    assert (status, answer) == (409, {"detail": f"{ticket.number} was resolved too long ago; open a new ticket."})


class TestHistory:
    """`at` is for importers, on tickets of the past, in order."""

    @pytest.fixture
    def ida(self, house: House, clock: Traveller) -> Caller:
        """The importer."""
        return Caller(house.ida)

    @pytest.fixture
    def past(self, ida: Caller) -> str:
        """The number of a ticket that was opened on Monday at nine."""
        facts = {"product": "kasse", "priority": "P2", "title": "Old", "opened_at": "2026-11-16T09:00:00+01:00"}
        number: str = ida.post("/tickets/", facts)[1]["number"]
        return number

    def test_history_moves_at_its_own_moments(self, ida: Caller, past: str) -> None:
        ida.post(f"/tickets/{past}/respond/", {"text": "On it.", "at": "2026-11-16T10:00:00+01:00"})
        status, ticket = ida.post(f"/tickets/{past}/resolve/", {"text": "Done.", "at": "2026-11-17T09:00:00+01:00"})

        assert (status, ticket["is_history"], ticket["resolved_at"]) == (200, True, "2026-11-17T09:00:00+01:00")
        assert [(timer["kind"], timer["state"], timer["elapsed_seconds"]) for timer in ticket["timers"]] == [
            ("response", "met", 3600),
            ("resolution", "met", 10 * 3600),
        ]

    def test_moments_run_forward(self, ida: Caller, past: str) -> None:
        ida.post(f"/tickets/{past}/begin/", {"at": "2026-11-16T10:00:00+01:00"})

        status, answer = ida.post(f"/tickets/{past}/resolve/", {"text": "x", "at": "2026-11-16T09:59:59+01:00"})

        assert (status, answer) == (409, {"detail": f"Something happened to {past} after that moment."})

    def test_others_give_no_moment(self, jana: Caller, past: str) -> None:
        status, answer = jana.post(f"/tickets/{past}/begin/", {"at": "2026-11-16T10:00:00+01:00"})

        assert (status, answer) == (403, {"detail": "Only importers give a moment of their own."})

    def test_live_tickets_take_no_moment(self, house: House, past: str) -> None:
        ticket = opened(house, NOW)

        status, answer = Caller(house.adam).post(path(ticket, "begin"), {"at": "2026-11-20T21:59:00+01:00"})

        assert (status, answer) == (409, {"detail": "Only tickets of the past take a moment of their own."})
