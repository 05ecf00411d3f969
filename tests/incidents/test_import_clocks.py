"""The timers of a ticket of the past, move by move: what starts, stops, goes on, is late, and by how much."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from incidents.importers.clocks import Clock, Clocks
from incidents.lifecycle import MOVES, Effect, Move
from slas.clock import ServiceHours, Span
from slas.models import CalendarRevision
from slas.queries.agreements import TargetTerms
from tests.slas.hours import every_day, local, office

HOUR = timedelta(hours=1)
MONDAY = local("2026-03-02 08:00")
ANSWER, TALK, SOLVE, REJECT = (MOVES[name][0] for name in ("begin", "respond", "resolve", "reject"))
REOPEN = MOVES["reopen"][0]
NOTHING = Move(frozenset({"open"}))


def at(hours: float) -> datetime:
    """So many hours after Monday 2 March 2026, 08:00, when the office has just opened."""
    return MONDAY + timedelta(hours=hours)


def target(kind: str, hours: float, clock: ServiceHours) -> TargetTerms:
    """A promise of so many hours on this clock."""
    return TargetTerms("P1", kind, timedelta(hours=hours), CalendarRevision(), clock, "commitment", None)


def clocks(*, paused: Sequence[str] = ("update", "resolution"), without: Sequence[str] = ()) -> Clocks:
    """A P1 of the example, opened on Monday at eight: 1 office hour, 2 office hours, 4 hours round the clock."""
    targets = {
        "response": target("response", 1, office()),
        "update": target("update", 2, office()),
        "resolution": target("resolution", 4, every_day("Europe/Berlin")),
    }
    found = Clocks({kind: one for kind, one in targets.items() if kind not in without}, frozenset(paused))
    found.open(MONDAY)
    return found


def rows(found: Clocks) -> list[tuple[str, int, bool, float, float | None]]:
    """Kind, cycle, whether it is current, and the hours after the opening at which it started and stopped."""
    return [
        (
            clock.target.kind,
            clock.cycle,
            clock.is_current,
            (clock.started_at - MONDAY) / HOUR,
            None if clock.stopped_at is None else (clock.stopped_at - MONDAY) / HOUR,
        )
        for clock in found.rows
    ]


def late(found: Clocks) -> list[tuple[str, int, float, float]]:
    """Kind, cycle, and the hours after the opening of the deadline and of its discovery."""
    return [
        (one.clock.target.kind, one.cycle, (one.due_at - MONDAY) / HOUR, (one.seen_at - MONDAY) / HOUR)
        for one in found.late
    ]


def tell(found: Clocks, *moves: tuple[Move, float]) -> Clocks:
    """Make moves as the replay makes them: what is late is noted before anything changes."""
    for move, hours in moves:
        found.note_late(at(hours))
        found.apply(move, at(hours))
    return found


def test_response_and_resolution_run_from_the_opening() -> None:
    assert rows(clocks()) == [("response", 1, True, 0, None), ("resolution", 1, True, 0, None)]


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        (["response"], [("resolution", 1, True, 0, None)]),
        (["resolution"], [("response", 1, True, 0, None)]),
        (["response", "resolution"], []),
    ],
)
def test_what_nobody_promised_does_not_run(without: list[str], expected: list[object]) -> None:
    assert rows(clocks(without=without)) == expected


@pytest.mark.parametrize("move", [ANSWER, TALK], ids=["begin", "respond"])
def test_the_first_answer_stops_the_response_and_starts_the_update(move: Move) -> None:
    found = tell(clocks(), (move, 0.5))

    assert rows(found) == [
        ("response", 1, True, 0, 0.5), ("resolution", 1, True, 0, None), ("update", 1, True, 0.5, None),
    ]  # fmt: skip


def test_a_second_begin_starts_no_second_update() -> None:
    found = tell(clocks(), (ANSWER, 0.5), (ANSWER, 0.75))

    assert rows(found)[2:] == [("update", 1, True, 0.5, None)]


def test_a_second_answer_keeps_the_moment_of_the_first() -> None:
    found = tell(clocks(), (TALK, 0.5), (TALK, 1.5))

    assert rows(found) == [
        ("response", 1, True, 0, 0.5),
        ("resolution", 1, True, 0, None),
        ("update", 1, False, 0.5, 1.5),
        ("update", 2, True, 1.5, None),
    ]


def test_words_without_an_update_target_start_none() -> None:
    found = tell(clocks(without=["update"]), (TALK, 0.5), (TALK, 1.5))

    assert rows(found) == [("response", 1, True, 0, 0.5), ("resolution", 1, True, 0, None)]


def test_a_move_without_effect_changes_nothing() -> None:
    found = tell(clocks(), (NOTHING, 3))

    assert rows(found) == rows(clocks())


def test_a_resolution_stops_all_of_them() -> None:
    found = tell(clocks(), (TALK, 0.5), (SOLVE, 2))

    assert rows(found) == [
        ("response", 1, True, 0, 0.5), ("resolution", 1, True, 0, 2), ("update", 1, True, 0.5, 2),
    ]  # fmt: skip


def test_a_reopening_goes_on_with_the_same_row_and_a_new_update() -> None:
    found = tell(clocks(), (TALK, 0.5), (SOLVE, 2), (REOPEN, 5))

    assert rows(found) == [
        ("response", 1, True, 0, 0.5),
        ("resolution", 2, True, 0, None),
        ("update", 1, False, 0.5, 2),
        ("update", 2, True, 5, None),
    ]
    assert found.rows[1].cycle_started_at == at(5)


def test_a_reopening_that_finds_nothing_stopped_takes_nothing_back() -> None:
    found = clocks()

    found.apply(Move(frozenset({"open"}), resolution=Effect.GO_ON), at(1))

    assert rows(found) == rows(clocks())


def test_a_rejection_keeps_the_stops_that_were() -> None:
    found = tell(clocks(), (ANSWER, 0.5), (REJECT, 1))

    assert [(clock.target.kind, clock.is_withdrawn, clock.stopped_at) for clock in found.rows] == [
        ("response", True, at(0.5)), ("resolution", True, at(1)), ("update", True, at(1)),
    ]  # fmt: skip
    assert not any(clock.is_running for clock in found.rows)


def test_a_deadline_is_noted_once_however_often_one_looks() -> None:
    found = clocks()

    for hours in (0.5, 1, 1.5, 2, 3):
        found.note_late(at(hours))

    assert late(found) == [("response", 1, 1, 1.5)]


def test_on_the_dot_is_not_late_and_an_instant_later_is() -> None:
    found = clocks()

    found.note_late(at(1))
    assert late(found) == []
    found.note_late(at(1) + timedelta(microseconds=1))

    assert [(one.clock.target.kind, one.due_at) for one in found.late] == [("response", at(1))]


def test_each_missed_update_is_late_on_its_own() -> None:
    found = tell(clocks(without=["response", "resolution"]), (TALK, 0), (TALK, 2.5), (TALK, 4), (TALK, 7))

    assert late(found) == [("update", 1, 2, 2.5), ("update", 3, 6, 7)]
    assert [found.over_seconds(one) for one in found.late] == [1800, 3600]


def test_a_deadline_of_two_cycles_is_late_once_until_it_moves() -> None:
    # Five hours: four were promised. Resolved for an hour, which does not count, and over from then on.
    found = tell(clocks(without=["response", "update"]), (SOLVE, 5))
    found.resolved = [Span(at(5), at(6))]
    tell(found, (REOPEN, 6), (SOLVE, 8))

    assert late(found) == [("resolution", 1, 4, 5)]
    assert found.over_seconds(found.late[0]) == 3 * 3600


def test_over_is_open_while_it_runs_and_counts_the_hours_of_its_own_clock() -> None:
    found = clocks(without=["update", "resolution"])
    found.note_late(at(9))
    assert found.over_seconds(found.late[0]) is None

    # Nine hours until the office closes, and one on Tuesday morning.
    found.apply(ANSWER, at(25))

    assert found.over_seconds(found.late[0]) == 10 * 3600


@pytest.mark.parametrize(
    ("paused", "due"),
    [((), {"response": 1.0, "resolution": 4.0}), (("response",), {"response": 1.5, "resolution": 4.0}),
     (("resolution",), {"response": 1.0, "resolution": 4.5}),
     (("response", "resolution"), {"response": 1.5, "resolution": 4.5})],
)  # fmt: skip
def test_the_flags_decide_which_deadlines_a_wait_moves(paused: Sequence[str], due: dict[str, float]) -> None:
    found = clocks(paused=paused)
    found.waits = [Span(at(0.25), at(0.75))]

    found.finish(at(0.75))

    assert {
        clock.target.kind: (clock.standing.due_at - MONDAY) / HOUR
        for clock in found.rows
        if clock.standing and clock.standing.due_at
    } == due


@pytest.mark.parametrize("paused", [(), ("response", "update", "resolution")])
def test_resolved_time_never_counts_whatever_the_flags_say(paused: Sequence[str]) -> None:
    found = tell(clocks(paused=paused, without=["response", "update"]), (SOLVE, 1))
    found.resolved = [Span(at(1), at(11))]
    tell(found, (REOPEN, 11))

    found.finish(at(12))

    (clock,) = found.rows
    assert clock.standing is not None
    assert (clock.standing.due_at, clock.standing.elapsed, clock.standing.state) == (at(14), 2 * HOUR, "running")


@pytest.mark.parametrize(
    ("as_of", "states", "missed"),
    [
        (0.5, ["running", "running"], []),
        (1, ["running", "running"], []),
        (1.01, ["breached", "running"], ["response"]),
        (4, ["breached", "running"], ["response"]),
        (4.01, ["breached", "breached"], ["response", "resolution"]),
    ],
)
def test_what_still_runs_is_judged_at_the_end_of_the_history(
    as_of: float, states: list[str], missed: list[str]
) -> None:
    found = clocks()

    found.finish(at(as_of))

    assert [clock.standing.state for clock in found.rows if clock.standing] == states
    assert [one.clock.target.kind for one in found.late] == missed


def test_while_it_waits_the_end_of_the_history_leaves_the_deadline_open() -> None:
    found = clocks(without=["response"])
    found.waits = [Span(at(1), None)]

    found.finish(at(30))

    assert [(clock.standing.due_at, clock.standing.state) for clock in found.rows if clock.standing] == [
        (None, "paused")
    ]
    assert found.late == []


def test_two_clocks_that_look_alike_are_two() -> None:
    twins = [Clock(target("update", 2, office()), MONDAY, MONDAY) for _ in range(2)]
    found = Clocks({}, frozenset(), rows=twins)

    found.note_late(at(3))

    assert [one.clock is twin for one, twin in zip(found.late, twins, strict=True)] == [True, True]


def test_over_the_night_in_which_clocks_go_forward_four_hours_are_four_hours() -> None:
    # Berlin, 29 March 2026: 02:00 does not exist.
    opened = local("2026-03-28 23:00")
    found = Clocks({"resolution": target("resolution", 4, every_day("Europe/Berlin"))}, frozenset())
    found.open(opened)

    found.finish(opened)

    assert [clock.standing.due_at for clock in found.rows if clock.standing] == [local("2026-03-29 04:00")]
