"""A ticket as JSON, field by field (contracts.md, API shapes)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from time_machine import Traveller

from incidents.actions import tickets
from incidents.models import Ticket
from tests.callers import Caller
from tests.factories import House

REPORT = {"product": "kasse", "priority": "P1", "title": "Till stands still"}
FRIDAY = "2026-11-20T22:00:00+01:00"
MONDAY_9 = "2026-11-23T09:00:00+01:00"


def running(kind: str, allowance: int, due_at: str) -> dict[str, Any]:
    """A timer of which nothing is used yet."""
    return {
        "kind": kind,
        "cycle": 1,
        "state": "running",
        "allowance_seconds": allowance,
        "started_at": FRIDAY,
        "due_at": due_at,
        "elapsed_seconds": 0,
        "remaining_seconds": allowance,
        "paused_seconds": 0,
        "stopped_at": None,
        "breached_at": None,
    }


def timers(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The timers of a ticket by their kind."""
    return {timer["kind"]: timer for timer in answer["timers"]}


def test_new_ticket_is_answered_with_everything_it_is(rita: Caller) -> None:
    status, ticket = rita.post("/tickets/", {**REPORT, "description": "Since noon.", "external_reference": "INC-1"})

    assert status == 201
    assert ticket == {
        "number": Ticket.objects.get().number,
        "external_reference": "INC-1",
        "product": "kasse",
        "title": "Till stands still",
        "description": "Since noon.",
        "priority": "P1",
        "status": "new",
        "reporter": "rita",
        "assignee": None,
        "team": "kassenteam",
        "opened_at": FRIDAY,
        "resolved_at": None,
        "closed_at": None,
        "updated_at": FRIDAY,
        "is_history": False,
        "revision": {"agreement": "kasse-2026", "number": 1},
        "waiting": None,
        "timers": [running("response", 3600, MONDAY_9), running("resolution", 14400, "2026-11-21T02:00:00+01:00")],
        "breaches": [],
        "actions": ["comment"],
    }


def test_detail_and_list_show_the_same_ticket(rita: Caller) -> None:
    _, opened = rita.post("/tickets/", REPORT)

    assert rita.get(f"/tickets/{opened['number']}/") == (200, opened)
    assert rita.get("/tickets/") == (200, {"count": 1, "next": None, "previous": None, "results": [opened]})


def test_waiting_ticket_says_for_whom_and_has_no_deadline(rita: Caller, jana: Caller, clock: Traveller) -> None:
    _, opened = rita.post("/tickets/", REPORT)
    clock.move_to("2026-11-20T23:00:00+01:00")
    jana.post(f"/tickets/{opened['number']}/pause/", {"reason": "supplier"})
    clock.move_to("2026-11-21T00:30:00+01:00")

    _, ticket = jana.get(f"/tickets/{opened['number']}/")

    assert (ticket["status"], ticket["waiting"]) == (
        "waiting",
        {"reason": "supplier", "since": "2026-11-20T23:00:00+01:00"},
    )
    assert timers(ticket)["resolution"] == {
        **running("resolution", 14400, ""),
        "state": "paused",
        "due_at": None,
        "elapsed_seconds": 3600,
        "remaining_seconds": 10800,
        "paused_seconds": 5400,
    }
    assert timers(ticket)["response"]["due_at"] == MONDAY_9


def test_late_timer_is_breached_while_it_runs_and_its_breach_is_told_once_it_stops(
    rita: Caller, jana: Caller, clock: Traveller
) -> None:
    _, opened = rita.post("/tickets/", REPORT)
    clock.move_to("2026-11-23T10:30:00+01:00")

    _, late = jana.get(f"/tickets/{opened['number']}/")
    _, answered = jana.post(f"/tickets/{opened['number']}/respond/", {"text": "On it."})

    over = {"elapsed_seconds": 9000, "remaining_seconds": -5400, "state": "breached", "breached_at": MONDAY_9}
    assert timers(late)["response"] == {**running("response", 3600, MONDAY_9), **over}
    assert timers(answered)["response"] == {
        **running("response", 3600, MONDAY_9),
        **over,
        "stopped_at": "2026-11-23T10:30:00+01:00",
    }
    breach = Ticket.objects.get().breaches.get(kind="response")
    assert [told for told in answered["breaches"] if told["kind"] == "response"] == [
        {
            "id": breach.pk,
            "kind": "response",
            "cycle": 1,
            "due_at": MONDAY_9,
            "over_seconds": 5400,
            "cause": "",
            "responsible_team": None,
            "corrective_action": "",
        }
    ]


def test_update_timer_shows_its_current_cycle(rita: Caller, jana: Caller, clock: Traveller) -> None:
    _, opened = rita.post("/tickets/", REPORT)
    clock.move_to("2026-11-23T08:10:00+01:00")
    jana.post(f"/tickets/{opened['number']}/respond/", {"text": "On it."})
    clock.move_to("2026-11-23T08:40:00+01:00")

    _, ticket = jana.post(f"/tickets/{opened['number']}/respond/", {"text": "Still on it."})

    assert [(timer["kind"], timer["cycle"]) for timer in ticket["timers"]] == [
        ("response", 1),
        ("update", 2),
        ("resolution", 1),
    ]
    assert timers(ticket)["update"] == {
        **running("update", 7200, "2026-11-23T10:40:00+01:00"),
        "cycle": 2,
        "started_at": "2026-11-23T08:40:00+01:00",
    }


def test_used_and_left_add_up_to_the_allowance(rita: Caller, jana: Caller, clock: Traveller) -> None:
    _, opened = rita.post("/tickets/", REPORT)
    clock.move_to(datetime(2026, 11, 20, 21, 0, 1, 700_000, tzinfo=UTC))

    timer = timers(jana.get(f"/tickets/{opened['number']}/")[1])["resolution"]

    assert (timer["elapsed_seconds"], timer["remaining_seconds"]) == (1, 14399)


def test_comments_are_what_the_reader_may_read(house: House, rita: Caller, jana: Caller, clock: Traveller) -> None:
    _, opened = rita.post("/tickets/", REPORT)
    path = f"/tickets/{opened['number']}"
    jana.post(f"{path}/comment/", {"text": "The router again.", "public": False})
    clock.shift(timedelta(minutes=1))
    jana.post(f"{path}/respond/", {"text": "We are on it."})
    clock.shift(timedelta(minutes=1))
    rita.post(f"{path}/comment/", {"text": "Thank you.", "public": True})

    internal = {"author": "jana", "at": FRIDAY, "public": False, "text": "The router again."}
    public = [
        {"author": "jana", "at": "2026-11-20T22:01:00+01:00", "public": True, "text": "We are on it."},
        {"author": "rita", "at": "2026-11-20T22:02:00+01:00", "public": True, "text": "Thank you."},
    ]
    assert rita.get(f"{path}/comments/") == (200, public)
    assert jana.get(f"{path}/comments/") == (200, [internal, *public])
    assert Caller(house.anton).get(f"{path}/comments/") == (200, [internal, *public])


def test_ledger_says_line_by_line_why(rita: Caller) -> None:
    _, opened = rita.post("/tickets/", REPORT)

    status, lines = rita.get(f"/tickets/{opened['number']}/ledger/")

    monday_8 = "2026-11-23T08:00:00+01:00"
    assert status == 200
    assert [{key: line[key] for key in line if key != "label"} for line in lines] == [
        {"timer": "response", "from": FRIDAY, "to": monday_8, "what": "closed", "seconds": 58 * 3600},
        {"timer": "response", "from": monday_8, "to": MONDAY_9, "what": "counted", "seconds": 3600},
        {
            "timer": "resolution",
            "from": FRIDAY,
            "to": "2026-11-21T02:00:00+01:00",
            "what": "counted",
            "seconds": 14400,
        },
    ]
    assert lines[0]["label"] == "reported Fri 22:00 · closed until Mon 08:00"


@pytest.mark.parametrize(
    ("language", "zone", "opened_at", "label"),
    [
        ("de", "Europe/Berlin", FRIDAY, "Fr 22:00 gemeldet"),
        ("en", "Asia/Kolkata", "2026-11-21T02:30:00+05:30", "reported Sat 02:30"),
    ],
)
def test_answers_are_in_the_language_and_zone_of_the_token(
    house: House, rita: Caller, language: str, zone: str, opened_at: str, label: str
) -> None:
    _, opened = rita.post("/tickets/", REPORT)
    house.rita.language, house.rita.zone = language, zone
    house.rita.save()

    response = rita.client.get(f"/api/v1/tickets/{opened['number']}/ledger/")

    first = response.json()[0]
    assert (first["from"], first["label"].split(" · ")[0]) == (opened_at, label)
    assert response.headers["Content-Language"] == language
    # The next person in this thread is not answered in the language of the last.
    assert Caller(house.stella).get(f"/tickets/{opened['number']}/")[1]["opened_at"] == FRIDAY


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("rita", ["comment"]),
        ("jana", ["begin", "respond", "comment", "assign", "pause", "reprioritise", "resolve", "reject", "log-time"]),
        ("doris", ["comment", "assign", "reprioritise"]),
        ("mira", ["comment"]),
        ("anton", []),
    ],
)
def test_actions_are_what_this_person_may_do_now(house: House, clock: Traveller, who: str, offered: list[str]) -> None:
    now = datetime.fromisoformat(FRIDAY)
    opened = tickets.open_ticket(house.product, by=house.rita, now=now, priority="P1", title="x")

    assert Caller(getattr(house, who)).get(f"/tickets/{opened.number}/")[1]["actions"] == offered
