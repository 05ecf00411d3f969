"""Laws of planned work that hold for any window, any week and any promise."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from incidents.maintenance import (
    AHEAD,
    LONGEST,
    MOVES,
    Meaning,
    State,
    as_written,
    assumed,
    is_endless,
    is_noticed_anew,
    is_over,
    late,
    meaning,
    months,
    months_of,
    permitted,
    state_at,
    windows,
)
from slas.availability import AvailabilityTerms, Maintenance, measure
from slas.clock import ServiceHours, Span
from tests.laws import law

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTHING = timedelta(0)
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS_OF_A_DAY = st.sampled_from(
    [[], ["00:00-24:00"], ["02:00-03:00"], ["00:00-04:30", "22:00-24:00"], ["12:00-13:15"]]
)
WEEKS = st.fixed_dictionaries(dict.fromkeys(WEEKDAYS, HOURS_OF_A_DAY)).filter(
    lambda week: any(week.values()) and any(hours != ["00:00-24:00"] for hours in week.values())
)
MOMENTS = st.integers(min_value=0, max_value=364 * 24 * 60).map(lambda minute: YEAR + timedelta(minutes=minute))
LENGTHS = st.integers(min_value=1, max_value=5 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
LEADS = st.integers(min_value=-60, max_value=96).map(lambda hours: hours * HOUR)


@st.composite
def works(draw: st.DrawFn) -> Maintenance:
    """A window of a few minutes to days, announced before or after its beginning, used as planned, else or not."""
    start, length = draw(MOMENTS), draw(LENGTHS)
    planned = Span(start, start + length)
    begun = start + draw(st.integers(min_value=-120, max_value=600)) * timedelta(minutes=1)
    used = draw(st.sampled_from([None, planned, Span(begun, begun + draw(LENGTHS)), Span(begun)]))
    return Maintenance(planned, start - draw(LEADS), used, draw(st.booleans()))


@st.composite
def terms(draw: st.DrawFn) -> AvailabilityTerms:
    """A promise with or without hours, notice and limit."""
    zone = draw(ZONES)
    hours = draw(st.none() | WEEKS.map(lambda week: ServiceHours.parse(zone=zone, week=week)))
    return AvailabilityTerms(
        target=Decimal("99.5"),
        zone=zone,
        service_hours=hours,
        maintenance=draw(st.sampled_from(["exclude", "count_as_up", "count_as_down"])),
        notice=draw(st.sampled_from([NOTHING, 24 * HOUR, 72 * HOUR])),
        monthly_cap=draw(st.sampled_from([None, NOTHING, HOUR, 8 * HOUR])),
    )


def found(hours: ServiceHours, since: datetime, until: datetime) -> list[Span]:
    """The windows of a series that began long ago and does not end."""
    return windows(hours, begins=YEAR - 400 * DAY, ends=None, since=since, until=until)


@law
@given(zone=ZONES, week=WEEKS, since=MOMENTS, days=st.integers(min_value=0, max_value=40))
def test_windows_are_whole_spans_of_the_clock_that_start_in_time(
    zone: str, week: dict[str, list[str]], since: datetime, days: int
) -> None:
    hours = ServiceHours.parse(zone=zone, week=week)
    until = since + days * DAY

    spans = found(hours, since, until)

    opened = hours.open_spans(YEAR - 400 * DAY, YEAR + 800 * DAY)
    assert spans == [span for span in opened if since <= span.start < until]
    assert all(span.end is not None and span.end - span.start < LONGEST for span in spans)


@law
@given(zone=ZONES, week=WEEKS, since=MOMENTS, first=LENGTHS, second=LENGTHS)
def test_two_rounds_find_what_one_would_have_found(
    zone: str, week: dict[str, list[str]], since: datetime, first: timedelta, second: timedelta
) -> None:
    hours = ServiceHours.parse(zone=zone, week=week)
    between, until = since + first, since + first + second

    assert found(hours, since, between) + found(hours, between, until) == found(hours, since, until)


@law
@given(zone=ZONES, week=WEEKS)
def test_a_week_with_a_gap_ends_its_windows(zone: str, week: dict[str, list[str]]) -> None:
    assert not is_endless(ServiceHours.parse(zone=zone, week=week))


@law
@given(spans=st.lists(st.tuples(MOMENTS, LENGTHS), max_size=8), now=MOMENTS)
def test_windows_are_announced_five_weeks_ahead_and_never_in_the_past(
    spans: Sequence[tuple[datetime, timedelta]], now: datetime
) -> None:
    for work in as_written([Span(start, start + length) for start, length in spans], now):
        assert work.announced_at >= now
        assert work.announced_at in (now, work.planned.start - AHEAD)
        assert (work.used, work.emergency) == (None, False)


@law
@given(work=works(), others=st.lists(works(), max_size=4), by=terms())
def test_a_month_never_shields_more_than_is_agreed_or_left(
    work: Maintenance, others: list[Maintenance], by: AvailabilityTerms
) -> None:
    for month in months([work], others, by):
        assert month.shielded >= NOTHING
        assert month.agreed >= NOTHING
        if month.cap is None:
            assert (month.left_before, month.left_after) == (None, None)
        else:
            assert month.left_before is not None
            assert month.left_after is not None
            assert NOTHING <= month.left_after <= month.left_before <= month.cap
            assert month.left_before - month.left_after == month.shielded


@law
@given(work=works(), others=st.lists(works(), max_size=4), by=terms())
def test_what_a_month_says_is_what_it_will_be_measured_by(
    work: Maintenance, others: list[Maintenance], by: AvailabilityTerms
) -> None:
    for month in months([work], others, by):
        without = measure(month=month.first_on, terms=by, outages=[], maintenance=others)
        with_it = measure(month=month.first_on, terms=by, outages=[], maintenance=[*others, work])

        assert Fraction(month.shielded // timedelta(microseconds=1), 1_000_000) == with_it.excluded - without.excluded


@law
@given(work=works(), by=terms())
def test_the_parts_of_a_window_in_all_its_months_are_the_whole(work: Maintenance, by: AvailabilityTerms) -> None:
    assert work.planned.end is not None
    whole = work.planned.end - work.planned.start
    agreed = sum((month.agreed for month in months([work], [], by)), NOTHING)

    if by.service_hours is None:
        assert agreed == whole
    else:
        assert agreed == by.service_hours.elapsed(work.planned.start, work.planned.end)


@law
@given(work=works(), by=terms())
def test_only_what_is_in_time_shields_anything(work: Maintenance, by: AvailabilityTerms) -> None:
    shielded = sum((month.shielded for month in months([work], [], by)), NOTHING)
    meant = meaning([work], by)

    assert meant is Meaning.IN_TIME or not shielded
    assert (late([work], by) == 1) is (work.planned.start - work.announced_at < by.notice)
    # Announced in notice, used as planned and in agreed time: nothing stands in its way.
    agreed = sum((month.agreed for month in months([work], [], by)), NOTHING)
    if meant is Meaning.IN_TIME and work.used == work.planned and agreed:
        assert shielded > NOTHING


@law
@given(spans=st.lists(st.tuples(MOMENTS, LENGTHS), min_size=1, max_size=4), by=terms())
def test_months_are_firsts_in_order_and_hold_every_window(
    spans: Sequence[tuple[datetime, timedelta]], by: AvailabilityTerms
) -> None:
    planned = [Span(start, start + length) for start, length in spans]

    firsts = months_of(planned, by)

    assert firsts == sorted(set(firsts))
    assert {day.day for day in firsts} == {1}
    for span in planned:
        assert any((day.year, day.month) == (span.start.year, span.start.month) for day in firsts) or by.zone != "UTC"


@law
@given(work=works(), now=MOMENTS)
def test_what_is_over_is_not_assumed_to_be_used(work: Maintenance, now: datetime) -> None:
    reckoned = assumed(work, now)

    if is_over(work, now) or work.used is not None:
        assert reckoned == work
    else:
        assert reckoned.used == work.planned


@law
@given(
    old=st.tuples(MOMENTS, LENGTHS),
    cut=st.tuples(st.integers(min_value=0, max_value=99), st.integers(min_value=1, max_value=100)),
)
def test_any_part_of_a_window_keeps_its_notice(old: tuple[datetime, timedelta], cut: tuple[int, int]) -> None:
    start, length = old
    whole = Span(start, start + length)
    begin, end = sorted((start + length * cut[0] / 100, start + length * cut[1] / 100))

    assert not is_noticed_anew(whole, Span(begin, end))
    assert is_noticed_anew(whole, Span(begin, whole.start + length + timedelta(seconds=1)))
    assert is_noticed_anew(whole, Span(start - timedelta(seconds=1), end))


@law
@given(now=MOMENTS, moments=st.tuples(*[st.none() | MOMENTS] * 4), planned_to=MOMENTS)
def test_every_moment_has_one_state_and_only_its_moves(
    now: datetime, moments: tuple[datetime | None, ...], planned_to: datetime
) -> None:
    announced_at, used_from, used_to, cancelled_at = moments

    state = state_at(
        now,
        announced_at=announced_at,
        planned_to=planned_to,
        used_from=used_from,
        used_to=used_to,
        cancelled_at=cancelled_at,
    )

    assert (state is State.CANCELLED) is (cancelled_at is not None)
    assert permitted(state) == [name for name in MOVES if state in MOVES[name]]
