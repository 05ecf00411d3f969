"""Telling a history once more: states, waits and timers, without writing anything."""

from collections.abc import Sequence
from dataclasses import replace as changed
from datetime import UTC, datetime, timedelta

import pytest

from incidents.importers.history import History, Move
from incidents.importers.replay import OutOfOrder, Replay, Wait, replay
from incidents.importers.report import Report
from slas.clock import NeverOpen, ServiceHours
from slas.errors import Refused
from slas.queries.agreements import Terms, terms_for
from tests.factories import House


def at(day: int, hour: float) -> datetime:
    """A moment of March 2026 in UTC; the office opens at 7 and closes at 17 UTC, on Monday the 2nd first."""
    return datetime(2026, 3, day, tzinfo=UTC) + timedelta(hours=hour)


AS_OF = at(31, 12)
PAUSE = Move(at(2, 9), "pause", "supplier", "Part ordered")


@pytest.fixture
def terms(house: House) -> Terms:
    """What the till is promised in March 2026."""
    found = terms_for(house.product, at(2, 8))
    assert found is not None
    return found


def tell(terms: Terms, *moves: Move, priority: str = "P2", as_of: datetime = AS_OF) -> Replay:
    return replay(History("Till down", priority, at(2, 8), moves, reference="INC1"), terms=terms, as_of=as_of)


def timers(told: Replay) -> list[tuple[str, int, bool, datetime | None, datetime | None, str]]:
    """Kind, cycle, whether it is current, stop, deadline and state of every timer."""
    return [
        (
            clock.target.kind,
            clock.cycle,
            clock.is_current,
            clock.stopped_at,
            clock.standing.due_at if clock.standing else None,
            clock.standing.state if clock.standing else "",
        )
        for clock in told.clocks.rows
    ]


def test_a_ticket_that_nobody_touched_is_new_and_late(terms: Terms) -> None:
    told = tell(terms)

    assert (told.status, told.updated_at, told.waiting) == ("new", at(2, 8), None)
    assert timers(told) == [
        ("response", 1, True, None, at(2, 12), "breached"),
        ("resolution", 1, True, None, at(3, 14), "breached"),
    ]
    assert [(late.due_at, late.seen_at) for late in told.clocks.late] == [(at(2, 12), AS_OF), (at(3, 14), AS_OF)]
    assert [told.clocks.over_seconds(late) for late in told.clocks.late] == [None, None]


@pytest.mark.parametrize(
    ("moves", "status"),
    [
        ([Move(at(2, 9), "begin")], "open"),
        ([Move(at(2, 9), "respond", text="Yes")], "open"),
        ([PAUSE], "waiting"),
        ([PAUSE, Move(at(2, 10), "resume")], "new"),
        ([Move(at(2, 8.5), "begin"), PAUSE, Move(at(2, 10), "resume")], "open"),
        ([Move(at(2, 9), "comment_internal", text="Who?")], "new"),
        ([Move(at(2, 9), "resolve", text="Done")], "resolved"),
        ([Move(at(2, 9), "resolve", text="Done"), Move(at(2, 10), "close")], "closed"),
        ([Move(at(2, 9), "resolve", text="Done"), Move(at(2, 10), "reopen", text="No")], "open"),
        ([Move(at(2, 9), "reject", "duplicate", "Known")], "rejected"),
        ([PAUSE, Move(at(2, 10), "resolve", text="Done")], "resolved"),
    ],
    ids=lambda value: "-".join(move.action for move in value) if isinstance(value, list) else value,
)
def test_moves_lead_to_states(terms: Terms, moves: Sequence[Move], status: str) -> None:
    assert tell(terms, *moves).status == status


@pytest.mark.parametrize("action", ["resume", "reopen", "close"])
def test_what_is_not_possible_is_out_of_order(terms: Terms, action: str) -> None:
    with pytest.raises(OutOfOrder) as refusal:
        tell(terms, Move(at(2, 9), action))

    assert str(refusal.value) == f"{action} is not possible while a ticket is new."


def test_a_wait_moves_the_resolution_and_not_the_response(terms: Terms) -> None:
    told = tell(terms, PAUSE, Move(at(2, 11), "resume"), as_of=at(2, 11.5))

    assert timers(told) == [
        ("response", 1, True, None, at(2, 12), "running"),
        ("resolution", 1, True, None, at(3, 16), "running"),
    ]


def test_while_it_waits_the_deadline_is_open(terms: Terms) -> None:
    told = tell(terms, Move(at(2, 8.5), "begin"), PAUSE)

    assert timers(told) == [
        ("response", 1, True, at(2, 8.5), at(2, 12), "met"),
        ("resolution", 1, True, None, None, "paused"),
    ]
    assert told.waiting == Wait("supplier", "Part ordered", at(2, 9))
    assert told.clocks.late == []


def test_the_end_of_a_ticket_ends_its_wait(terms: Terms) -> None:
    told = tell(terms, PAUSE, Move(at(2, 11), "resolve", text="Done"))

    assert told.waits == [Wait("supplier", "Part ordered", at(2, 9), at(2, 11))]
    assert (told.waiting, told.resumes_as, told.resolved_at) == (None, "", at(2, 11))


def test_the_time_between_resolution_and_reopening_is_a_pause_of_its_own(terms: Terms) -> None:
    told = tell(
        terms,
        Move(at(2, 10), "resolve", text="Done"),
        Move(at(3, 10), "close"),
        Move(at(4, 10), "reopen", text="No"),
        Move(at(4, 12), "resolve", text="Now"),
    )

    assert told.waits == [Wait("resolved", "", at(2, 10), at(4, 10))]
    assert (told.status, told.resolved_at, told.closed_at) == ("resolved", at(4, 12), None)
    assert timers(told) == [
        ("response", 1, True, at(2, 10), at(2, 12), "met"),
        ("resolution", 2, True, at(4, 12), at(5, 14), "met"),
    ]


def test_each_update_begins_a_new_cycle_and_each_missed_one_is_late(terms: Terms) -> None:
    told = tell(
        terms,
        Move(at(2, 8.5), "begin"),
        Move(at(2, 9), "comment_by_team", text="Soon"),
        Move(at(2, 12), "comment_by_team", text="Sorry"),
        Move(at(2, 12.5), "resolve", text="Done"),
        priority="P1",
    )

    assert [row for row in timers(told) if row[0] == "update"] == [
        ("update", 1, False, at(2, 9), at(2, 10.5), "met"),
        ("update", 2, False, at(2, 12), at(2, 11), "breached"),
        ("update", 3, True, at(2, 12.5), at(2, 14), "met"),
    ]
    assert [(late.clock.target.kind, late.cycle, told.clocks.over_seconds(late)) for late in told.clocks.late] == [
        ("update", 2, 3600),
        ("resolution", 1, 1800),
    ]


def test_one_deadline_is_missed_once_however_often_the_ticket_moves(terms: Terms) -> None:
    told = tell(
        terms,
        Move(at(4, 8), "begin"),
        Move(at(4, 9), "resolve", text="Done"),
        Move(at(5, 9), "reopen", text="No"),
        Move(at(5, 10), "resolve", text="Now"),
    )

    assert [(late.clock.target.kind, late.cycle, late.seen_at) for late in told.clocks.late] == [
        ("response", 1, at(4, 8)),
        ("resolution", 1, at(4, 8)),
    ]
    # Five hours over at the first resolution, one more after the reopening; the day between does not count.
    assert told.clocks.over_seconds(told.clocks.late[1]) == 6 * 3600


def test_a_rejected_ticket_has_no_promise_left(terms: Terms) -> None:
    told = tell(terms, Move(at(2, 8.5), "begin"), Move(at(2, 9), "reject", "duplicate", "Known"), priority="P1")

    assert {clock.target.kind: (clock.is_withdrawn, clock.stopped_at) for clock in told.clocks.rows} == {
        "response": (True, at(2, 8.5)),
        "update": (True, at(2, 9)),
        "resolution": (True, at(2, 9)),
    }
    assert (told.clocks.late, told.closed_at) == ([], at(2, 9))


@pytest.mark.parametrize(("priority", "judged"), [("P1", "P1"), ("P3", "P3"), ("P4", "P3")])
def test_the_lowest_priority_stands_in_for_p4(terms: Terms, priority: str, judged: str) -> None:
    assert tell(terms, priority=priority).priority == judged


def test_a_gap_in_the_agreement_is_refused(terms: Terms) -> None:
    without_p1 = {key: target for key, target in terms.targets.items() if key[0] != "P1"}

    with pytest.raises(Refused) as refusal:
        tell(changed(terms, targets=without_p1), priority="P1")

    assert str(refusal.value) == "The agreement promises nothing for P1."


def test_hours_that_end_for_good_are_noticed(terms: Terms) -> None:
    never = ServiceHours.parse(zone="Europe/Berlin", week={})
    targets = {key: changed(target, hours=never) for key, target in terms.targets.items()}

    with pytest.raises(NeverOpen):
        tell(changed(terms, targets=targets))


@pytest.mark.parametrize(
    ("as_of", "waiting"),
    [(at(2, 8), 0), (at(2, 9.5), 1800), (at(2, 11), 7200), (at(9, 9), 7200)],
    ids=["before it waits", "while it waits", "at its end", "later"],
)
def test_real_seconds_of_waiting_count_up_to_as_of(terms: Terms, as_of: datetime, waiting: int) -> None:
    told = tell(
        terms, PAUSE, Move(at(2, 11), "resolve", text="Done"), Move(at(2, 12), "reopen"), Move(at(2, 13), "resolve")
    )
    report = Report(as_of=as_of, skipped=())

    report.count(told)

    assert (report.by_priority["P2"].waiting_seconds, report.by_priority["P2"].reopened) == (waiting, 1)


def test_a_paused_timer_is_reported_as_running(terms: Terms) -> None:
    report = Report(as_of=AS_OF, skipped=())

    report.count(tell(terms, Move(at(2, 8.5), "begin"), PAUSE))

    figures = report.facts()["by_priority"]
    assert figures == {
        "P2": {
            "tickets": 1,
            "response": {"met": 1, "breached": 0, "running": 0},
            "resolution": {"met": 0, "breached": 0, "running": 1},
            "reopened": 0,
            "waiting_seconds": int((AS_OF - at(2, 9)).total_seconds()),
        }
    }
