"""How a timer stands: running, paused, met, breached, and what it says about itself."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.timers import Standing, evaluate, is_paused, known_pauses
from slas.clock import NeverOpen, ServiceHours, Span
from tests.laws import law
from tests.slas.examples import allowances, calendars, instants, pauses
from tests.slas.hours import every_day, local, office, pause

HOUR = timedelta(hours=1)
NOTHING = timedelta(0)


def stand(
    now: str, *, started: str = "2026-06-15 10:00", stopped: str | None = None, pauses: tuple[Span, ...] = ()
) -> Standing:
    """A timer of four support hours that begins on a Monday at ten unless said otherwise."""
    return evaluate(
        allowance=4 * HOUR,
        started_at=local(started),
        hours=office(),
        pauses=pauses,
        stopped_at=None if stopped is None else local(stopped),
        now=local(now),
    )


def test_a_running_timer_tells_what_is_used_and_what_is_left() -> None:
    assert stand("2026-06-15 11:00") == Standing(
        due_at=local("2026-06-15 14:00"),
        elapsed=HOUR,
        remaining=3 * HOUR,
        paused=NOTHING,
        breached_at=None,
        state="running",
    )


def test_a_paused_timer_has_no_deadline_while_something_is_left() -> None:
    assert stand("2026-06-16 09:00", pauses=(pause("2026-06-15 12:00"),)) == Standing(
        due_at=None,
        elapsed=2 * HOUR,
        remaining=2 * HOUR,
        paused=7 * HOUR,
        breached_at=None,
        state="paused",
    )


def test_a_timer_over_its_deadline_is_breached_at_the_deadline() -> None:
    assert stand("2026-06-16 09:00") == Standing(
        due_at=local("2026-06-15 14:00"),
        elapsed=9 * HOUR,
        remaining=-5 * HOUR,
        paused=NOTHING,
        breached_at=local("2026-06-15 14:00"),
        state="breached",
    )


def test_a_timer_that_stopped_in_time_is_met_whenever_one_looks() -> None:
    expected = Standing(
        due_at=local("2026-06-15 14:00"),
        elapsed=3 * HOUR,
        remaining=HOUR,
        paused=NOTHING,
        breached_at=None,
        state="met",
    )

    assert stand("2026-06-15 13:00", stopped="2026-06-15 13:00") == expected
    assert stand("2027-01-01 00:00", stopped="2026-06-15 13:00") == expected


@pytest.mark.parametrize(
    ("now", "stopped", "pauses", "state", "due"),
    [
        ("2026-06-15 14:00", None, (), "running", "14:00"),
        ("2026-06-15 14:00:00.000001", None, (), "breached", "14:00"),
        ("2026-06-15 15:00", "2026-06-15 14:00", (), "met", "14:00"),
        ("2026-06-15 15:00", "2026-06-15 14:00:00.000001", (), "breached", "14:00"),
        ("2026-06-15 12:00", None, (pause("2026-06-15 12:00"),), "paused", None),
        ("2026-06-15 11:59", None, (pause("2026-06-15 12:00"),), "running", "14:00"),
        ("2026-06-15 12:30", None, (pause("2026-06-15 12:00", "2026-06-15 13:00"),), "paused", "15:00"),
        ("2026-06-15 13:00", None, (pause("2026-06-15 12:00", "2026-06-15 13:00"),), "running", "15:00"),
        ("2026-06-15 14:00", None, (pause("2026-06-15 14:00"),), "paused", "14:00"),
        ("2026-06-15 14:30", None, (pause("2026-06-15 14:00"),), "breached", "14:00"),
        ("2026-06-15 16:30", None, (pause("2026-06-15 16:00"),), "breached", "14:00"),
        ("2026-06-15 13:00", "2026-06-15 13:00", (pause("2026-06-15 12:00"),), "met", "15:00"),
        ("2026-06-15 17:00", "2026-06-15 13:00", (pause("2026-06-15 12:00", "2026-06-15 16:00"),), "met", "15:00"),
        ("2026-06-15 17:00", "2026-06-15 13:00", (pause("2026-06-15 13:30", "2026-06-15 16:00"),), "met", "14:00"),
        ("2026-06-15 09:00", None, (), "running", "14:00"),
    ],
    ids=[
        "at the deadline", "just after it", "stopped at the deadline", "stopped just after it",
        "at the start of a pause", "before a pause", "in a pause with an end", "at the end of a pause",
        "used up when the pause begins", "over when the pause begins", "breached before the pause",
        "resolved while paused", "resolved before the pause ended", "paused after the stop", "not yet begun",
    ],
)  # fmt: skip
def test_the_state_at_each_boundary(
    now: str, stopped: str | None, pauses: tuple[Span, ...], state: str, due: str | None
) -> None:
    standing = stand(now, stopped=stopped, pauses=pauses)

    assert (standing.state, standing.due_at) == (state, None if due is None else local(f"2026-06-15 {due}"))
    assert standing.breached_at == (standing.due_at if state == "breached" else None)


def test_instants_are_compared_not_durations() -> None:
    at_closing, next_morning = "2026-06-15 18:00", "2026-06-16 07:00"
    due_at = local(at_closing)

    met = stand(next_morning, started="2026-06-15 14:00", stopped=at_closing)
    missed = stand(next_morning, started="2026-06-15 14:00", stopped=next_morning)

    assert (met.state, met.due_at, met.remaining) == ("met", due_at, NOTHING)
    assert (missed.state, missed.due_at, missed.remaining) == ("breached", due_at, NOTHING)


def test_a_pause_that_began_before_the_timer_counts_from_its_start() -> None:
    standing = stand("2026-06-15 12:00", pauses=(pause("2026-06-12 08:00", "2026-06-15 11:00"),))

    assert (standing.elapsed, standing.paused, standing.due_at) == (HOUR, HOUR, local("2026-06-15 15:00"))


def test_both_halves_past_two_of_the_autumn_night_are_told_apart() -> None:
    first = local("2026-10-25 02:30")
    second = first.replace(fold=1)
    going, over = Span(second), Span(first, second)

    standing = evaluate(
        allowance=HOUR,
        started_at=first,
        hours=every_day("Europe/Berlin"),
        pauses=[going],
        stopped_at=None,
        now=first,
    )

    assert (standing.state, standing.elapsed) == ("running", NOTHING)
    assert (is_paused([over], at=first), is_paused([over], at=second)) == (True, False)
    assert known_pauses([going], until=first, stopped=False) == []


def test_a_moment_without_zone_is_refused() -> None:
    naive = local("2026-06-15 12:00").replace(tzinfo=None)

    with pytest.raises(ValueError, match=r"^A moment needs a date, a time and a time zone\.$"):
        evaluate(
            allowance=HOUR,
            started_at=local("2026-06-15 10:00"),
            hours=office(),
            pauses=[],
            stopped_at=None,
            now=naive,
        )


def test_hours_that_end_before_the_allowance_raise_never_open() -> None:
    with pytest.raises(NeverOpen):
        evaluate(
            allowance=HOUR,
            started_at=local("2026-06-15 10:00"),
            hours=ServiceHours.parse(zone="UTC", week={}),
            pauses=[],
            stopped_at=None,
            now=local("2026-06-15 10:00"),
        )


def test_known_pauses_have_begun_and_end_with_a_stop() -> None:
    over, going, later = (
        pause("2026-06-15 08:00", "2026-06-15 09:00"),
        pause("2026-06-15 11:00"),
        pause("2026-06-15 13:00"),
    )
    noon = local("2026-06-15 12:00")

    assert known_pauses([over, going, later], until=noon, stopped=False) == [over, going]
    assert known_pauses([over, going, later], until=noon, stopped=True) == [over, Span(going.start, noon)]


@pytest.mark.parametrize(
    ("at", "expected"), [("10:59", False), ("11:00", True), ("11:59", True), ("12:00", False), ("13:00", True)]
)
def test_a_pause_includes_its_start_and_excludes_its_end(at: str, expected: bool) -> None:
    pauses = [pause("2026-06-15 11:00", "2026-06-15 12:00"), pause("2026-06-15 13:00")]

    assert is_paused(pauses, at=local(f"2026-06-15 {at}")) is expected


@law
@given(calendars(), allowances(), instants(), pauses(), st.none() | instants(), instants())
def test_a_standing_never_contradicts_itself(
    hours: ServiceHours,
    allowance: timedelta,
    started_at: datetime,
    pauses: list[Span],
    stopped_at: datetime | None,
    now: datetime,
) -> None:
    standing = evaluate(
        allowance=allowance, started_at=started_at, hours=hours, pauses=pauses, stopped_at=stopped_at, now=now
    )

    until = stopped_at or now
    assert standing.elapsed + standing.remaining == allowance
    assert standing.elapsed + standing.paused == hours.elapsed(started_at, until)
    assert standing.due_at is not None
    assert (standing.state == "breached") == (until > standing.due_at)
    assert standing.remaining >= NOTHING or standing.state == "breached"
    assert standing.breached_at in (None, standing.due_at)


@law
@given(calendars(), allowances(), instants(), pauses(), instants(), instants())
def test_a_timer_that_stands_still_does_not_move_its_numbers(
    hours: ServiceHours,
    allowance: timedelta,
    started_at: datetime,
    pauses: list[Span],
    paused_at: datetime,
    later: datetime,
) -> None:
    still = [*(pause for pause in pauses if pause.end is not None and pause.end <= paused_at), Span(paused_at)]
    now = max(paused_at, later)

    first, second = (
        evaluate(allowance=allowance, started_at=started_at, hours=hours, pauses=still, stopped_at=None, now=at)
        for at in (paused_at, now)
    )

    assert (second.elapsed, second.remaining, second.due_at) == (first.elapsed, first.remaining, first.due_at)
    assert second.paused - first.paused == hours.elapsed(max(started_at, paused_at), max(started_at, now))
    assert (first.due_at is None) == (first.remaining > NOTHING)
