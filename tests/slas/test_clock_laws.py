"""What holds for any hours, any start and any pauses; half of it by comparison with the slow clock."""

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from slas.clock import NeverOpen, ServiceHours, Span
from tests import laws
from tests.slas.examples import Example, allowances, calendars, examples, instants, pauses
from tests.slas.oracle import MINUTE, steps

NOTHING = timedelta(0)
INSTANT = timedelta(microseconds=1)
law = laws.law


@law
@given(examples())
def test_elapsed_time_is_what_the_slow_clock_counts(example: Example) -> None:
    expected = example.oracle.elapsed(example.start, example.end, example.pauses)

    assert example.hours.elapsed(example.start, example.end, example.pauses) == expected


@law
@given(examples(), st.integers(1, 3000))
def test_the_deadline_is_where_the_slow_clock_stops(example: Example, minutes: int) -> None:
    expected = example.oracle.deadline(example.start, minutes * MINUTE, example.pauses)

    if expected is not None:
        assert example.hours.deadline(example.start, minutes * MINUTE, example.pauses) == expected


@law
@given(examples())
def test_the_ledger_agrees_with_the_slow_clock_on_every_minute(example: Example) -> None:
    lines = example.hours.ledger(example.start, example.end, example.pauses)

    told = [line.what for line in lines for _ in steps(line.start, line.end)]
    assert told == [_reason(example, at) for at in steps(example.start, example.end)]


@law
@given(examples())
def test_open_and_next_opening_agree_with_the_slow_clock(example: Example) -> None:
    later = (at for at in steps(example.start, example.end) if at in example.oracle.open_minutes)
    opening = next(later, None)

    assert example.hours.is_open(example.start) == (example.start in example.oracle.open_minutes)
    if opening is not None:
        assert example.hours.next_opening(example.start) == opening


@law
@given(calendars(), instants(), allowances(), pauses())
def test_deadline_and_elapsed_are_inverse(
    hours: ServiceHours, start: datetime, allowance: timedelta, pauses: list[Span]
) -> None:
    due_at = hours.deadline(start, allowance, pauses)

    assert hours.elapsed(start, due_at, pauses) == allowance
    assert hours.elapsed(start, due_at - INSTANT, pauses) == allowance - INSTANT


@law
@given(calendars(), instants(), instants(), pauses())
def test_time_that_has_elapsed_was_due_by_then(
    hours: ServiceHours, start: datetime, end: datetime, pauses: list[Span]
) -> None:
    elapsed = hours.elapsed(start, end, pauses)

    assert NOTHING <= elapsed <= max(end - start, NOTHING)
    if elapsed:
        assert hours.deadline(start, elapsed, pauses) <= end


@law
@given(calendars(), st.tuples(instants(), instants(), instants()).map(sorted), pauses())
def test_elapsed_times_add_up(hours: ServiceHours, moments: list[datetime], pauses: list[Span]) -> None:
    start, between, end = moments

    parts = hours.elapsed(start, between, pauses) + hours.elapsed(between, end, pauses)

    assert parts == hours.elapsed(start, end, pauses)


@law
@given(calendars(), instants(), instants(), allowances(), pauses())
def test_a_later_start_a_longer_allowance_or_a_pause_never_make_it_due_earlier(
    hours: ServiceHours, one: datetime, other: datetime, allowance: timedelta, pauses: list[Span]
) -> None:
    start, later = sorted((one, other))
    due_at = hours.deadline(start, allowance)

    assert due_at <= hours.deadline(later, allowance)
    assert due_at < hours.deadline(start, allowance + INSTANT)
    assert due_at <= hours.deadline(start, allowance, pauses)


@law
@given(calendars(), instants(), instants(), allowances(), st.lists(st.builds(Span, instants(), instants() | st.none())))
def test_the_order_of_pauses_and_saying_one_twice_change_nothing(
    hours: ServiceHours, start: datetime, end: datetime, allowance: timedelta, pauses: list[Span]
) -> None:
    shuffled = [*reversed(pauses), *pauses]

    assert hours.elapsed(start, end, shuffled) == hours.elapsed(start, end, pauses)
    assert hours.ledger(start, end, shuffled) == hours.ledger(start, end, pauses)
    assert _due(hours, start, allowance, shuffled) == _due(hours, start, allowance, pauses)


@law
@given(calendars(), instants(), instants(), pauses())
def test_a_ledger_has_no_gap_and_adds_up(
    hours: ServiceHours, start: datetime, end: datetime, pauses: list[Span]
) -> None:
    lines = hours.ledger(start, end, pauses)

    assert sum((line.counted for line in lines), NOTHING) == hours.elapsed(start, end, pauses)
    assert all(line.counted == (line.end - line.start if line.what == "counted" else NOTHING) for line in lines)
    assert all(one.end == other.start and one.what != other.what for one, other in pairwise(lines))
    if start < end:
        assert (lines[0].start, lines[-1].end) == (start, end)


@law
@given(calendars(), instants(), instants())
def test_open_spans_are_apart_and_add_up(hours: ServiceHours, start: datetime, end: datetime) -> None:
    spans = [(span.start, span.end or end) for span in hours.open_spans(start, end)]

    assert sum((until - since for since, until in spans), NOTHING) == hours.elapsed(start, end)
    assert all(hours.is_open(since) and hours.is_open(until - INSTANT) for since, until in spans)
    assert all(one[1] < other[0] for one, other in pairwise(spans))


@law
@given(calendars(), instants(), instants())
def test_positions_differ_by_what_elapses_and_lead_back(hours: ServiceHours, one: datetime, other: datetime) -> None:
    start, end = sorted((one, other))

    assert (hours.position(end) - hours.position(start)) * INSTANT == hours.elapsed(start, end)
    assert hours.at_position(hours.position(end)) <= end
    assert hours.position(hours.at_position(hours.position(end))) == hours.position(end)


@law
@given(calendars(), st.lists(instants(), min_size=1, max_size=4), instants(), allowances())
def test_answers_do_not_depend_on_earlier_questions(
    hours: ServiceHours, earlier: list[datetime], start: datetime, allowance: timedelta
) -> None:
    fresh = ServiceHours(hours.windows)

    for at in earlier:
        hours.position(at)

    assert hours.deadline(start, allowance) == fresh.deadline(start, allowance)


@law
@given(calendars(), instants(), instants(), allowances(), st.sampled_from(["Europe/Berlin", "Pacific/Apia"]))
def test_the_zone_in_which_an_instant_is_written_changes_nothing(
    hours: ServiceHours, start: datetime, end: datetime, allowance: timedelta, zone: str
) -> None:
    there, until = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))

    assert hours.deadline(there, allowance) == hours.deadline(start, allowance)
    assert hours.elapsed(there, until, [Span(there, until)]) == NOTHING
    assert hours.elapsed(there, until) == hours.elapsed(start, end)
    assert hours.ledger(there, until) == hours.ledger(start, end)


def _reason(example: Example, at: datetime) -> str:
    if at in example.oracle.open_minutes:
        return "counted" if example.oracle.counts(at, example.pauses) else "paused"
    return "holiday" if example.oracle.is_holiday(at) else "closed"


def _due(hours: ServiceHours, start: datetime, allowance: timedelta, pauses: list[Span]) -> datetime | None:
    try:
        return hours.deadline(start, allowance, pauses)
    except NeverOpen:
        return None
