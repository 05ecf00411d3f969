"""From the states of an incident to the actions that would have brought it there."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from incidents.importers import servicenow
from incidents.importers.history import History, Move
from incidents.importers.servicenow import Row
from incidents.importers.transitions import history
from tests.incidents.event_log import log, states


def at(hour: int) -> datetime:
    return datetime(2016, 3, 1, hour, tzinfo=UTC)


def told(*steps: tuple[int, str], **cells: str) -> History:
    """The history of an incident opened at 9 UTC that was seen in these states at these hours."""
    seen = [(f"2016-03-01 {hour:02}:00", state) for hour, state in steps]
    text = log(*states("INC1", *seen, opened_at="2016-03-01 09:00", **cells))
    rows = list(servicenow.rows(text.splitlines(keepends=True), zone=ZoneInfo("UTC")))
    return history([row for row in rows if isinstance(row, Row)])


def moves(*steps: tuple[int, str]) -> list[tuple[int, str]]:
    return [(move.at.hour, move.action) for move in told(*steps).moves]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(9, "New"), (10, "New")], []),
        ([(10, "Active")], [(10, "begin")]),
        ([(10, "Active"), (11, "Active"), (12, "Resolved")], [(10, "begin"), (12, "resolve")]),
        ([(10, "Resolved"), (12, "Closed")], [(10, "resolve"), (12, "close")]),
        ([(10, "Closed")], [(10, "resolve"), (10, "close")]),
        (
            [(10, "Awaiting Vendor"), (12, "Active"), (13, "Closed")],
            [(10, "begin"), (10, "pause"), (12, "resume"), (13, "resolve"), (13, "close")],
        ),
        ([(10, "Awaiting Vendor"), (12, "Resolved")], [(10, "begin"), (10, "pause"), (12, "resolve")]),
        (
            [(10, "Awaiting Vendor"), (12, "Awaiting Problem")],
            [(10, "begin"), (10, "pause"), (12, "resume"), (12, "pause")],
        ),
        ([(10, "Active"), (11, "New"), (12, "Active")], [(10, "begin")]),
        ([(10, "Awaiting Vendor"), (11, "New")], [(10, "begin"), (10, "pause"), (11, "resume")]),
        ([(10, "Resolved"), (11, "New"), (12, "Resolved")], [(10, "resolve"), (11, "reopen"), (12, "resolve")]),
        (
            [(10, "Closed"), (11, "Awaiting Vendor")],
            [(10, "resolve"), (10, "close"), (11, "reopen"), (11, "pause")],
        ),
        (
            [(10, "Closed"), (11, "Resolved"), (12, "Closed"), (13, "Active")],
            [(10, "resolve"), (10, "close"), (13, "reopen")],
        ),
    ],
    ids=[
        "stays new",
        "begun",
        "a repeated state is no transition",
        "resolved at once",
        "closed at once",
        "waits, goes on",
        "resolved while waiting",
        "waits for somebody else",
        "nothing begun becomes new again",
        "a wait ends in new",
        "reopened as new",
        "reopened into a wait",
        "closed stays closed",
    ],
)
def test_states_become_actions(steps: list[tuple[int, str]], expected: list[tuple[int, str]]) -> None:
    assert moves(*steps) == expected


def test_a_pause_keeps_its_reason_and_the_words_of_the_source() -> None:
    assert told((10, "Awaiting User Info")).moves == (
        Move(at(10), "begin"),
        Move(at(10), "pause", reason="reporter", text="Awaiting User Info"),
    )


def test_nothing_happens_before_the_opening() -> None:
    assert told((7, "Active"), (8, "Resolved")).moves == (Move(at(9), "begin"), Move(at(9), "resolve"))


def test_the_last_priority_and_the_last_holder_count() -> None:
    text = log(
        {"number": "INC1", "priority": "2 - High", "opened_at": "2016-03-01 09:00"},
        {
            "number": "INC1",
            "priority": "1 - Critical",
            "opened_at": "2016-03-01 09:00",
            "assignment_group": "Group 8",
            "assigned_to": "Resolver 1",
            "category": "?",
            "subcategory": "?",
        },
    )
    rows = list(servicenow.rows(text.splitlines(keepends=True), zone=ZoneInfo("UTC")))

    assert history([row for row in rows if isinstance(row, Row)]) == History(
        reference="INC1",
        title="INC1",
        priority="P1",
        opened_at=at(9),
        moves=(),
        team_label="Group 8",
        assignee_label="Resolver 1",
        state_changes=1,
    )


@pytest.mark.parametrize(
    ("steps", "changes", "reopened"),
    [
        ([(9, "New")], 1, 0),
        ([(10, "Active"), (11, "Active"), (12, "Closed")], 3, 0),
        ([(10, "Resolved"), (11, "Active"), (12, "Closed"), (13, "New")], 5, 2),
        ([(10, "Awaiting Vendor"), (12, "Awaiting Problem"), (13, "Resolved"), (14, "Closed")], 5, 0),
    ],
)
def test_changes_and_reopenings_are_counted(steps: list[tuple[int, str]], changes: int, reopened: int) -> None:
    found = told(*steps)

    assert (found.state_changes, found.reopened) == (changes, reopened)
