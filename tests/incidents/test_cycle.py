"""A new cycle: rungs that lie behind it stay silent, unless the highest was never reached before."""

from datetime import timedelta

import pytest

from incidents.cycle import skipped_in_new_cycle
from incidents.ladder import Course, History, Rung, due, next_moment
from slas.clock import Span
from tests.slas.hours import local, office, pause

HOUR = timedelta(hours=1)
LADDER = (
    Rung(1, "resolution", percent=50, repeat=HOUR, max_repeats=1),
    Rung(2, "resolution", percent=75),
    Rung(3, "resolution", percent=100, repeat=HOUR, max_repeats=3),
    Rung(4, "resolution", offset=HOUR),
)
LOWER = {(1, 0), (1, 1), (2, 0)}
FULL = {(3, 0), (3, 1), (3, 2), (3, 3)}


def course(*pauses: Span, allowance: timedelta = 4 * HOUR) -> Course:
    """A timer begun on a Monday at ten; its rungs stand at 12:00, 13:00, 14:00 and 15:00."""
    return Course(local("2026-06-15 10:00"), allowance, office(), pauses)


@pytest.mark.parametrize(
    ("now", "fired_before", "expected"),
    [
        ("2026-06-15 11:00", set(), set()),
        ("2026-06-15 12:00", set(), set()),
        ("2026-06-15 12:30", set(), set()),
        ("2026-06-15 12:30", {1}, {(1, 0), (1, 1)}),
        ("2026-06-15 13:30", set(), {(1, 0), (1, 1)}),
        ("2026-06-15 13:30", {1}, {(1, 0), (1, 1)}),
        ("2026-06-15 13:30", {2}, LOWER),
        ("2026-06-15 13:30", {1, 2, 3}, LOWER),
        ("2026-06-15 14:30", {1, 2}, LOWER),
        ("2026-06-15 14:30", {3}, LOWER | FULL),
        ("2026-06-16 09:00", {3}, LOWER | FULL),
        ("2026-06-16 09:00", {4}, LOWER | FULL | {(4, 0)}),
        ("2026-06-16 09:00", set(), LOWER | FULL),
        ("2026-06-16 09:00", {99}, LOWER | FULL),
    ],
)
def test_passed_rungs_stay_silent_except_a_highest_that_was_never_reached(
    now: str, fired_before: set[int], expected: set[tuple[int, int]]
) -> None:
    assert skipped_in_new_cycle(LADDER, on=course(), fired_before=fired_before, now=local(now)) == expected


def test_of_the_highest_only_the_repeats_that_have_passed_are_left_out() -> None:
    skipped = skipped_in_new_cycle(LADDER[:3], on=course(), fired_before={2}, now=local("2026-06-15 16:30"))

    assert skipped == LOWER | {(3, 1), (3, 2)}


def test_a_ladder_without_rungs_leaves_nothing_out() -> None:
    assert skipped_in_new_cycle((), on=course(), fired_before=set(), now=local("2026-06-16 09:00")) == frozenset()


def test_a_rung_at_the_start_of_a_new_cycle_still_fires() -> None:
    first = Rung(1, "update", percent=0)

    skipped = skipped_in_new_cycle((first,), on=course(), fired_before={1}, now=local("2026-06-15 10:00"))

    assert skipped == frozenset()


def test_what_an_open_pause_keeps_from_coming_has_not_passed() -> None:
    waiting = course(pause("2026-06-15 12:30"))

    skipped = skipped_in_new_cycle(LADDER, on=waiting, fired_before={1}, now=local("2026-06-17 09:00"))

    assert skipped == {(1, 0), (1, 1)}


def test_a_reopened_ticket_escalates_on_from_where_it_was() -> None:
    # Resolved at 13:30 with two rungs fired, reopened next morning at nine: half an hour is left.
    reopened = course(pause("2026-06-15 13:30", "2026-06-16 09:00"))
    now = local("2026-06-16 09:00")

    silent = skipped_in_new_cycle(LADDER, on=reopened, fired_before={1, 2}, now=now)
    history = History(silent=silent)

    assert due(LADDER, on=reopened, history=history, now=now).steps == ()
    assert next_moment(LADDER, on=reopened, history=history, now=now) == local("2026-06-16 09:30")


def test_a_higher_priority_that_is_overdue_at_once_fires_its_highest_rung_alone() -> None:
    # Two hours after opening the allowance becomes one hour: everything up to "+1 h" lies behind.
    shorter = course(allowance=HOUR)
    now = local("2026-06-15 12:30")

    silent = skipped_in_new_cycle(LADDER, on=shorter, fired_before=set(), now=now)
    found = due(LADDER, on=shorter, history=History(silent=silent), now=now)

    assert [(step.rung.position, step.repeat) for step in found.steps] == [(4, 0)]
    assert found.is_breach_due
