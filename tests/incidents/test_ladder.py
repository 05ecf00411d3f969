"""The ladder of one timer: moments, what is due, what an acknowledgement and a pause bring to rest."""

from datetime import timedelta
from decimal import Decimal

import pytest

from incidents.ladder import Course, Due, History, Rung, due, levels, moment, next_moment, up_to
from slas.clock import ServiceHours, Span
from tests.slas.hours import local, office, pause

HOUR, MINUTE, INSTANT = timedelta(hours=1), timedelta(minutes=1), timedelta(microseconds=1)
HALF = Rung(1, "response", percent=50, audience=("assignee",))
MOST = Rung(2, "response", percent=75, audience=("assignee", "team_lead"))
FULL = Rung(3, "response", percent=100, repeat=HOUR, max_repeats=2, audience=("manager",))
LATE = Rung(4, "response", offset=HOUR, audience=("managers_manager",))
LADDER = (HALF, MOST, FULL, LATE)
RECORDED = History(is_breach_recorded=True)


def course(*pauses: Span, started: str = "2026-06-15 10:00", allowance: timedelta = 4 * HOUR) -> Course:
    """A timer of four support hours, Monday to Friday 08:00 to 18:00 in Berlin, begun on a Monday at ten."""
    return Course(local(started), allowance, office(), pauses)


def told(found: Due) -> list[tuple[int, int, str]]:
    """Due steps as (position, repeat, local moment)."""
    return [
        (step.rung.position, step.repeat, f"{step.moment.astimezone(office().zone):%a %H:%M}") for step in found.steps
    ]


@pytest.mark.parametrize(
    ("rung", "expected"),
    [
        (HALF, "2026-06-15 12:00"),
        (MOST, "2026-06-15 13:00"),
        (FULL, "2026-06-15 14:00"),
        (LATE, "2026-06-15 15:00"),
        (Rung(1, "response", percent=0), "2026-06-15 10:00"),
        (Rung(1, "response", percent=200), "2026-06-15 18:00"),
        (Rung(1, "response", percent=201), "2026-06-16 08:02:24"),
        (Rung(1, "response", percent=Decimal("12.5")), "2026-06-15 10:30"),
        (Rung(1, "response", offset=timedelta(0)), "2026-06-15 14:00"),
        (Rung(1, "response", offset=-30 * MINUTE), "2026-06-15 13:30"),
        (Rung(1, "response", offset=-4 * HOUR), "2026-06-15 10:00"),
        (Rung(1, "response", offset=-40 * HOUR), "2026-06-15 10:00"),
        (Rung(1, "response", offset=4 * HOUR), "2026-06-15 18:00"),
        (Rung(1, "response", offset=5 * HOUR), "2026-06-16 09:00"),
    ],
)
def test_the_moment_of_a_rung_is_counted_in_support_time(rung: Rung, expected: str) -> None:
    assert moment(rung, on=course()) == local(expected)


@pytest.mark.parametrize(("percent", "micros"), [(33, 4), (34, 4), (Decimal("33.3"), 4), (Decimal(30), 3), (1, 1)])
def test_a_part_of_a_microsecond_is_rounded_up_so_that_nothing_is_early(percent: Decimal | int, micros: int) -> None:
    assert moment(Rung(1, "response", percent=percent), on=course(allowance=10 * INSTANT)) == local(
        "2026-06-15 10:00"
    ) + timedelta(microseconds=micros)


@pytest.mark.parametrize(
    ("repeat", "expected"), [(0, "2026-06-15 17:30"), (1, "2026-06-16 08:30"), (2, "2026-06-16 09:30")]
)
def test_repeats_are_counted_in_support_time_too(repeat: int, expected: str) -> None:
    assert moment(FULL, on=course(started="2026-06-15 13:30"), repeat=repeat) == local(expected)


def test_repeats_of_a_rung_ahead_of_the_start_are_counted_from_the_start() -> None:
    ahead = Rung(1, "response", offset=-9 * HOUR, repeat=HOUR, max_repeats=1)

    assert moment(ahead, on=course(), repeat=1) == local("2026-06-15 11:00")


def test_a_rung_at_the_start_is_not_due_before_it() -> None:
    at_start = (Rung(1, "response", percent=0),)

    assert due(at_start, on=course(), history=History(), now=local("2026-06-15 09:59")) == Due()
    assert told(due(at_start, on=course(), history=History(), now=local("2026-06-15 10:00"))) == [(1, 0, "Mon 10:00")]


def test_a_pause_moves_what_has_not_come_yet() -> None:
    paused = course(pause("2026-06-15 12:30", "2026-06-15 13:30"))

    assert [moment(rung, on=paused) for rung in LADDER] == [
        local("2026-06-15 12:00"),
        local("2026-06-15 14:00"),
        local("2026-06-15 15:00"),
        local("2026-06-15 16:00"),
    ]


def test_an_open_pause_hides_the_moments_behind_it() -> None:
    paused = course(pause("2026-06-15 13:00"))

    assert [moment(rung, on=paused) for rung in LADDER] == [
        local("2026-06-15 12:00"),
        local("2026-06-15 13:00"),
        None,
        None,
    ]


def test_support_hours_that_end_for_good_hide_the_moments_too() -> None:
    never = Course(local("2026-06-15 10:00"), HOUR, ServiceHours.parse(zone="UTC", week={}))

    assert moment(HALF, on=never) is None
    assert next_moment(LADDER, on=never, history=History(), now=never.started_at) is None
    assert due(LADDER, on=never, history=History(), now=local("2027-06-15 10:00")) == Due()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "A step needs either a percentage or an offset."),
        ({"percent": 50, "offset": HOUR}, "A step needs either a percentage or an offset."),
        ({"percent": -1}, "The percentage of a step must not be negative."),
        ({"percent": 50, "repeat": timedelta(0)}, "The repeat of a step must be longer than nothing."),
    ],
)
def test_a_rung_without_one_clear_place_is_refused(arguments: dict[str, int], sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        Rung(1, "response", **arguments)

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("now", "steps", "is_breach_due"),
    [
        ("2026-06-15 09:00", [], False),
        ("2026-06-15 11:59:59.999999", [], False),
        ("2026-06-15 12:00", [(1, 0, "Mon 12:00")], False),
        ("2026-06-15 13:30", [(1, 0, "Mon 12:00"), (2, 0, "Mon 13:00")], False),
        ("2026-06-15 14:00", [(1, 0, "Mon 12:00"), (2, 0, "Mon 13:00"), (3, 0, "Mon 14:00")], False),
        ("2026-06-15 14:00:00.000001", [(1, 0, "Mon 12:00"), (2, 0, "Mon 13:00"), (3, 0, "Mon 14:00")], True),
        (
            "2027-01-01 00:00",
            [
                (1, 0, "Mon 12:00"),
                (2, 0, "Mon 13:00"),
                (3, 0, "Mon 14:00"),
                (3, 1, "Mon 15:00"),
                (3, 2, "Mon 16:00"),
                (4, 0, "Mon 15:00"),
            ],
            True,
        ),
    ],
)
def test_steps_are_due_from_their_moment_and_the_breach_after_the_deadline(
    now: str, steps: list[tuple[int, int, str]], is_breach_due: bool
) -> None:
    found = due(LADDER, on=course(), history=History(), now=local(now))

    assert (told(found), found.is_breach_due) == (steps, is_breach_due)


def test_what_has_fired_is_not_due_again() -> None:
    history = History(fired={(1, 0), (2, 0), (3, 0), (3, 1)}, is_breach_recorded=True)

    found = due(LADDER, on=course(), history=history, now=local("2026-06-15 15:30"))

    assert (told(found), found.is_breach_due) == ([(4, 0, "Mon 15:00")], False)


def test_a_timer_due_at_closing_time_is_breached_while_the_office_is_shut() -> None:
    timer = course(started="2026-06-15 14:00")

    assert not due((), on=timer, history=History(), now=local("2026-06-15 18:00")).is_breach_due
    assert due((), on=timer, history=History(), now=local("2026-06-15 18:00:01")).is_breach_due


def test_the_breach_is_due_even_without_a_ladder() -> None:
    assert due((), on=course(), history=History(), now=local("2026-06-15 14:01")) == Due(is_breach_due=True)
    assert due((), on=course(), history=RECORDED, now=local("2026-06-15 14:01")) == Due()


@pytest.mark.parametrize(
    ("acknowledged", "expected"),
    [
        (set(), [(1, 1), (1, 2), (2, 0), (2, 1), (3, 0)]),
        ({1}, [(2, 0), (2, 1), (3, 0)]),
        ({2}, [(2, 0), (3, 0)]),
        ({1, 2}, [(2, 0), (3, 0)]),
        ({3}, [(2, 0), (3, 0)]),
        ({99}, [(1, 1), (1, 2), (2, 0), (2, 1), (3, 0)]),
    ],
    ids=["nothing", "first", "second", "both", "the highest alone", "a rung of another ladder"],
)
def test_an_acknowledgement_ends_the_repeats_of_its_rung_and_of_lower_ones(
    acknowledged: set[int], expected: list[tuple[int, int]]
) -> None:
    ladder = (
        Rung(1, "response", percent=25, repeat=HOUR, max_repeats=2),
        Rung(2, "response", percent=50, repeat=HOUR, max_repeats=1),
        Rung(3, "response", percent=75),
    )
    history = History(fired={(1, 0)}, acknowledged=acknowledged)

    found = due(ladder, on=course(), history=history, now=local("2026-06-15 17:00"))

    assert [(step.rung.position, step.repeat) for step in found.steps] == expected


def test_lower_means_earlier_then_by_position() -> None:
    ladder = (
        Rung(1, "response", offset=HOUR),
        Rung(4, "response", percent=50),
        Rung(3, "response", percent=50),
        Rung(2, "response", offset=-90 * HOUR),
    )

    assert [position for _, position, _ in levels(ladder, 4 * HOUR)] == [2, 3, 4, 1]
    assert up_to(ladder[1], ladder, allowance=4 * HOUR) == {2, 3, 4}
    assert up_to(ladder[3], ladder, allowance=4 * HOUR) == {2}


@pytest.mark.parametrize(
    ("now", "is_quiet"),
    [("2026-06-15 13:59", False), ("2026-06-15 14:00", True), ("2026-06-15 15:00", True), ("2026-06-15 16:00", False)],
)
def test_nothing_is_due_while_paused_and_everything_overdue_afterwards(now: str, is_quiet: bool) -> None:
    timer = course(pause("2026-06-15 14:00", "2026-06-15 16:00"))

    found = due((HALF, MOST), on=timer, history=History(), now=local(now))

    assert told(found) == ([] if is_quiet else [(1, 0, "Mon 12:00"), (2, 0, "Mon 13:00")])


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (History(), "2026-06-15 12:00"),
        (History(fired={(1, 0)}), "2026-06-15 13:00"),
        (History(fired={(1, 0), (2, 0)}), "2026-06-15 14:00"),
        (History(fired={(1, 0), (2, 0), (3, 0)}), "2026-06-15 14:00:00.000001"),
        (History(fired={(1, 0), (2, 0), (3, 0)}, is_breach_recorded=True), "2026-06-15 15:00"),
        (History(fired={(1, 0), (2, 0), (3, 0), (4, 0)}, is_breach_recorded=True), "2026-06-15 15:00"),
        (History(fired={(1, 0), (2, 0), (3, 0), (3, 1), (4, 0)}, is_breach_recorded=True), "2026-06-15 16:00"),
        (History(silent={(1, 0), (2, 0)}), "2026-06-15 14:00"),
        (History(fired={(1, 0), (2, 0), (3, 0)}, acknowledged={3}, is_breach_recorded=True), "2026-06-15 15:00"),
        (History(fired={(1, 0), (2, 0), (3, 0), (4, 0)}, acknowledged={3}, is_breach_recorded=True), None),
    ],
)
def test_the_next_moment_is_the_earliest_thing_that_has_not_fired(history: History, expected: str | None) -> None:
    following = next_moment(LADDER, on=course(), history=history, now=local("2026-06-15 10:00"))

    assert following == (None if expected is None else local(expected))


def test_the_next_moment_lies_in_the_past_when_something_is_overdue() -> None:
    assert next_moment(LADDER, on=course(), history=History(), now=local("2026-06-17 10:00")) == local(
        "2026-06-15 12:00"
    )


def test_without_a_ladder_the_next_moment_is_the_instant_after_the_deadline() -> None:
    following = next_moment((), on=course(), history=History(), now=local("2026-06-15 10:00"))

    assert following == local("2026-06-15 14:00") + INSTANT
    assert next_moment((), on=course(), history=RECORDED, now=local("2026-06-15 10:00")) is None


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ((pause("2026-06-15 11:00"),), None),
        ((pause("2026-06-15 11:00", "2026-06-15 11:30"), pause("2026-06-15 11:00")), None),
        ((pause("2026-06-15 11:00", "2026-06-15 11:45"),), "2026-06-15 12:45"),
        ((pause("2026-06-15 11:00", "2026-06-15 17:45"),), "2026-06-16 08:45"),
        ((pause("2026-06-15 10:30", "2026-06-15 11:00"),), "2026-06-15 12:30"),
        ((pause("2026-06-15 11:30"),), None),
    ],
    ids=["open", "open among others", "with an end", "until evening", "over", "open, to begin soon"],
)
def test_the_next_moment_of_a_paused_timer(pauses: tuple[Span, ...], expected: str | None) -> None:
    following = next_moment(LADDER, on=course(*pauses), history=History(), now=local("2026-06-15 11:15"))

    assert following == (None if expected is None else local(expected))


def test_what_was_overdue_before_a_pause_waits_for_its_end() -> None:
    timer = course(pause("2026-06-15 12:30", "2026-06-15 13:30"))

    assert next_moment(LADDER, on=timer, history=History(), now=local("2026-06-15 12:45")) == local("2026-06-15 13:30")
