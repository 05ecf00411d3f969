"""What holds for any ladder on any calendar: never early, never twice, nothing missed, and the sweep wakes in time."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incidents.cycle import skipped_in_new_cycle
from incidents.ladder import Course, History, Rung, Step, due, levels, moment, next_moment, outlook, up_to
from incidents.timers import evaluate, is_paused
from slas.clock import Span
from tests.laws import law
from tests.slas.examples import allowances, calendars, instants

HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
DAY = 24 * HOUR
LATER = st.timedeltas(-2 * DAY, 60 * DAY)


@st.composite
def ladders(draw: st.DrawFn) -> tuple[Rung, ...]:
    """Up to five rungs in percent or before and after the deadline, some of them repeating."""
    offsets = st.timedeltas(-9 * HOUR, 9 * HOUR)
    repeats = st.timedeltas(HOUR / 4, 9 * HOUR)
    places = draw(st.lists(st.tuples(st.none() | st.integers(0, 150), offsets, st.none() | repeats), max_size=5))
    return tuple(
        Rung(
            position,
            "response",
            percent=percent,
            offset=offset if percent is None else None,
            repeat=repeat,
            max_repeats=3,
        )
        for position, (percent, offset, repeat) in enumerate(places)
    )


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """A timer on any calendar, with pauses around its start that may overlap or still be going."""
    started_at = draw(instants())
    moments = LATER.map(lambda later: started_at + later)
    pauses = draw(st.lists(st.builds(Span, moments, moments | st.none()), max_size=3))
    return Course(started_at, draw(allowances()), draw(calendars()), tuple(pauses))


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Anything that may have fired, stayed silent or been acknowledged."""
    steps = st.frozensets(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=9)
    return History(draw(steps), draw(steps), draw(st.frozensets(st.integers(0, 4), max_size=2)), draw(st.booleans()))


@law
@given(ladders(), courses(), histories(), LATER)
def test_nothing_is_due_early_twice_or_while_paused(
    ladder: tuple[Rung, ...], course: Course, history: History, later: timedelta
) -> None:
    now = course.started_at + later
    found = due(ladder, on=course, history=history, now=now)

    assert all(step.moment <= now for step in found.steps)
    assert not {(step.rung.position, step.repeat) for step in found.steps} & {*history.fired, *history.silent}
    assert not is_paused(course.pauses, at=now) or not (found.steps or found.is_breach_due)


@law
@given(ladders(), courses(), LATER)
def test_every_step_whose_moment_has_come_is_due(ladder: tuple[Rung, ...], course: Course, later: timedelta) -> None:
    now = course.started_at + later
    found = due(ladder, on=course, history=History(), now=now)

    if not is_paused(course.pauses, at=now):
        expected = [step for rung in ladder for step in _steps(rung, course) if step.moment <= now]
        assert {(step.rung.position, step.repeat, step.moment) for step in found.steps} == {
            (step.rung.position, step.repeat, step.moment) for step in expected
        }


@law
@given(ladders(), courses(), histories(), LATER)
def test_the_sweep_finds_something_exactly_from_the_next_moment_on(
    ladder: tuple[Rung, ...], course: Course, history: History, later: timedelta
) -> None:
    now = course.started_at + later
    following = next_moment(ladder, on=course, history=history, now=now)

    found = due(ladder, on=course, history=history, now=now)
    is_something_due = bool(found.steps) or found.is_breach_due
    assert is_something_due == (following is not None and following <= now)


@law
@given(ladders(), courses(), histories(), LATER)
def test_the_next_moment_is_neither_too_early_nor_too_late(
    ladder: tuple[Rung, ...], course: Course, history: History, later: timedelta
) -> None:
    now = course.started_at + later
    following = next_moment(ladder, on=course, history=history, now=now)

    if following is not None and not is_paused(course.pauses, at=following):
        then = due(ladder, on=course, history=history, now=following)
        before = due(ladder, on=course, history=history, now=following - INSTANT)
        assert then.steps or then.is_breach_due
        assert not before.steps or following <= now
        assert not before.is_breach_due or following <= now


@law
@given(ladders(), courses(), LATER)
def test_firing_all_that_is_due_leaves_nothing_due(ladder: tuple[Rung, ...], course: Course, later: timedelta) -> None:
    now = course.started_at + later
    found = due(ladder, on=course, history=History(), now=now)

    fired = {(step.rung.position, step.repeat) for step in found.steps}
    history = History(fired=fired, is_breach_recorded=found.is_breach_due)
    again = due(ladder, on=course, history=history, now=now)
    assert (again.steps, again.is_breach_due) == ((), False)


@law
@given(ladders(), courses(), LATER)
def test_steps_come_in_the_order_of_their_rungs(ladder: tuple[Rung, ...], course: Course, later: timedelta) -> None:
    now = course.started_at + later
    order = [position for _, position, _ in levels(ladder, course.allowance)]

    steps = due(ladder, on=course, history=History(), now=now).steps

    places = [(order.index(step.rung.position), step.repeat) for step in steps]
    assert places == sorted(places)
    firsts = [step.moment for step in steps if step.repeat == 0]
    assert firsts == sorted(firsts)


@law
@given(ladders().filter(bool), courses(), LATER, st.data())
def test_an_acknowledgement_leaves_first_firings_and_higher_rungs_alone(
    ladder: tuple[Rung, ...], course: Course, later: timedelta, data: st.DataObject
) -> None:
    now = course.started_at + later
    rung = data.draw(st.sampled_from(ladder))
    resting = up_to(rung, ladder, allowance=course.allowance)
    before = due(ladder, on=course, history=History(), now=now).steps

    after = due(ladder, on=course, history=History(acknowledged={rung.position}), now=now).steps

    assert after == tuple(step for step in before if step.repeat == 0 or step.rung.position not in resting)


@law
@given(courses(), LATER)
def test_the_breach_is_due_when_the_timer_says_breached(course: Course, later: timedelta) -> None:
    now = course.started_at + later
    standing = evaluate(
        allowance=course.allowance,
        started_at=course.started_at,
        hours=course.hours,
        pauses=course.pauses,
        stopped_at=None,
        now=now,
    )

    found = due((), on=course, history=History(), now=now)

    is_silent = is_paused(course.pauses, at=now)
    assert found.is_breach_due == (standing.state == "breached" and not is_silent)


@law
@given(ladders(), courses(), st.frozensets(st.integers(0, 4)), LATER)
def test_a_new_cycle_fires_at_most_one_step_of_what_has_passed(
    ladder: tuple[Rung, ...], course: Course, fired_before: frozenset[int], later: timedelta
) -> None:
    now = course.started_at + later
    silent = skipped_in_new_cycle(ladder, on=course, fired_before=fired_before, now=now)

    overdue = [
        step for step in due(ladder, on=course, history=History(silent=silent), now=now).steps if step.moment < now
    ]
    assert len(overdue) <= 1
    assert all(step.rung.position not in fired_before and step.repeat == 0 for step in overdue)
    assert not {step for rung in ladder for step in _coming(rung, course, now) if step[1] == 0} & silent


def _steps(rung: Rung, course: Course) -> list[Step]:
    moments = [(repeat, moment(rung, on=course, repeat=repeat)) for repeat in range(rung.repeats + 1)]
    return [Step(rung, repeat, at) for repeat, at in moments if at is not None]


def _coming(rung: Rung, course: Course, now: datetime) -> list[tuple[int, int]]:
    return [(rung.position, step.repeat) for step in _steps(rung, course) if step.moment >= now]


@law
@given(ladders(), courses(), histories(), LATER)
def test_what_is_left_after_firing_is_what_a_history_with_it_leaves(
    ladder: tuple[Rung, ...], course: Course, history: History, later: timedelta
) -> None:
    now = course.started_at + later
    before = outlook(ladder, allowance=course.allowance, history=history)
    found = before.due(on=course, now=now)

    fired = {*history.fired, *((step.rung.position, step.repeat) for step in found.steps)}
    is_recorded = history.is_breach_recorded or found.is_breach_due
    after = History(fired, history.silent, history.acknowledged, is_recorded)
    assert before.after(found) == outlook(ladder, allowance=course.allowance, history=after)
