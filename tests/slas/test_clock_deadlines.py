"""When an allowance runs out, how much of it is used, and what pauses do to both."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from slas.clock import NeverOpen, ServiceHours, Span
from tests.slas.hours import every_day, local, office, pause, utc

HOUR = timedelta(hours=1)
LATE_MORNING = pause("2026-06-15 11:00", "2026-06-15 13:00")
LUNCH = local("2026-06-15 12:00")
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def test_the_promise_of_the_friday_night_report_is_due_on_monday_at_nine() -> None:
    due_at = office().deadline(local("2026-11-27 22:00"), HOUR)

    assert due_at == local("2026-11-30 09:00")
    assert due_at.tzinfo is UTC


def test_an_allowance_used_up_at_closing_time_is_due_at_closing_time() -> None:
    assert office().deadline(local("2026-06-15 17:00"), HOUR) == local("2026-06-15 18:00")


def test_an_allowance_is_counted_to_the_microsecond() -> None:
    start = local("2026-06-15 17:59") + timedelta(seconds=59, microseconds=999_999)

    assert office().deadline(start, timedelta(microseconds=1)) == local("2026-06-15 18:00")
    assert office().deadline(start, timedelta(microseconds=2)) == utc("2026-06-16 06:00:00.000001")


@pytest.mark.parametrize("allowance", [timedelta(0), timedelta(microseconds=-1), timedelta(hours=-4)])
def test_an_allowance_must_be_longer_than_nothing(allowance: timedelta) -> None:
    with pytest.raises(ValueError, match=r"^An allowance must be longer than nothing\.$"):
        office().deadline(local("2026-06-15 12:00"), allowance)


@pytest.mark.parametrize("end", ["2026-06-15 12:00", "2026-06-15 11:00", "2025-06-15 11:00"])
def test_bounds_that_are_equal_or_reversed_elapse_nothing(end: str) -> None:
    assert office().elapsed(local("2026-06-15 12:00"), local(end), [pause("2026-01-01 00:00")]) == timedelta(0)


def test_twenty_years_are_counted_like_a_day() -> None:
    hours = office("UTC", closed=[date(year, 1, 1) for year in range(2006, 2027)])
    weekdays = sum(
        (date(2006, 1, 1) + timedelta(days=day)).weekday() < 5
        for day in range((date(2026, 1, 1) - date(2006, 1, 1)).days)
    )
    holidays = sum(date(year, 1, 1).weekday() < 5 for year in range(2006, 2026))

    elapsed = hours.elapsed(utc("2006-01-01 00:00"), utc("2026-01-01 00:00"))

    assert elapsed == (weekdays - holidays) * 10 * HOUR
    assert hours.deadline(utc("2006-01-01 00:00"), elapsed) == utc("2025-12-31 18:00")


@pytest.mark.parametrize(
    ("pauses", "due_at"),
    [
        ([], "2026-06-15 14:00"),
        ([pause("2026-06-15 11:00", "2026-06-15 12:00")], "2026-06-15 15:00"),
        ([LATE_MORNING, pause("2026-06-15 12:00", "2026-06-15 14:00")], "2026-06-15 17:00"),
        ([pause("2026-06-15 13:00", "2026-06-15 14:00"), LATE_MORNING], "2026-06-15 17:00"),
        ([LATE_MORNING, pause("2026-06-15 11:30", "2026-06-15 12:00")], "2026-06-15 16:00"),
        ([pause("2026-06-15 07:00", "2026-06-15 11:00")], "2026-06-15 15:00"),
        ([pause("2026-06-12 10:00", "2026-06-15 10:00")], "2026-06-15 14:00"),
        ([pause("2026-06-15 13:00", "2026-06-16 09:00")], "2026-06-16 10:00"),
        ([pause("2026-06-15 14:00", "2026-06-16 09:00")], "2026-06-15 14:00"),
        ([pause("2026-06-15 14:00")], "2026-06-15 14:00"),
        ([pause("2026-06-15 12:00", "2026-06-15 12:00")], "2026-06-15 14:00"),
        ([pause("2026-06-15 13:00", "2026-06-15 12:00")], "2026-06-15 14:00"),
        ([pause("2026-06-15 19:00", "2026-06-15 20:00")], "2026-06-15 14:00"),
    ],
    ids=[
        "none", "one", "overlapping", "touching and unordered", "one within another", "begun before", "over before",
        "over night", "when all is used", "open when all is used", "empty", "reversed", "after closing",
    ],
)  # fmt: skip
def test_a_pause_moves_the_deadline_by_its_support_time(pauses: list[Span], due_at: str) -> None:
    start = local("2026-06-15 10:00")

    assert office().deadline(start, 4 * HOUR, pauses) == local(due_at)
    assert office().elapsed(start, local(due_at), iter(pauses)) == 4 * HOUR


@pytest.mark.parametrize("earlier", [[], [pause("2026-06-15 08:00", "2026-06-16 12:00")], [pause("2026-06-15 11:00")]])
def test_a_pause_without_end_keeps_the_deadline_from_coming(earlier: list[Span]) -> None:
    with pytest.raises(NeverOpen, match=r"^A pause without end begins before the allowance is used up\.$"):
        office().deadline(local("2026-06-15 10:00"), 4 * HOUR, [pause("2026-06-15 12:00"), *earlier])


def test_a_pause_that_is_still_going_counts_until_the_end_asked_for() -> None:
    open_end = [pause("2026-06-15 12:00")]

    assert office().elapsed(local("2026-06-15 10:00"), local("2026-06-18 10:00"), open_end) == 2 * HOUR


def test_a_pause_may_reach_to_the_end_of_all_time() -> None:
    forever = [Span(EARLIEST, local("2026-06-15 12:00")), Span(local("2026-06-16 12:00"), LATEST)]

    assert office().elapsed(local("2026-06-15 10:00"), local("2026-06-18 10:00"), forever) == 10 * HOUR


@pytest.mark.parametrize(
    "hours",
    [
        ServiceHours.parse(zone="Europe/Berlin", week={}),
        ServiceHours.parse(zone="Europe/Berlin", week={"mon": []}),
        ServiceHours.parse(zone="Europe/Berlin", week={}, special={date(2026, 6, 14): ["00:00-24:00"]}),
        ServiceHours.parse(zone="Europe/Berlin", week={}, special={date(2026, 6, 16): ["08:00-08:59"]}),
    ],
    ids=["no week", "empty week", "only before", "a minute short"],
)
def test_a_calendar_that_never_opens_long_enough_says_so_at_once(hours: ServiceHours) -> None:
    begun = time.monotonic()

    with pytest.raises(NeverOpen, match=r"^These support hours never open long enough for that\.$"):
        hours.deadline(local("2026-06-15 10:00"), HOUR)

    assert time.monotonic() - begun < 1


def test_special_days_alone_carry_an_allowance_as_far_as_they_go() -> None:
    hours = ServiceHours.parse(
        zone="Europe/Berlin", week={}, special={date(2026, 6, 16): ["08:00-08:30"], date(2031, 1, 2): ["08:00-08:30"]}
    )

    assert hours.deadline(local("2026-06-15 10:00"), HOUR) == local("2031-01-02 08:30")


@pytest.mark.parametrize(
    "ask",
    [
        lambda hours, at: hours.deadline(at, HOUR),
        lambda hours, at: hours.elapsed(at, LUNCH),
        lambda hours, at: hours.elapsed(LUNCH, at),
        lambda hours, at: hours.elapsed(LUNCH, LUNCH + HOUR, [Span(at)]),
        lambda hours, at: hours.is_open(at),
        lambda hours, at: hours.next_opening(at),
        lambda hours, at: hours.open_spans(at, LUNCH),
        lambda hours, at: hours.ledger(at, LUNCH),
        lambda hours, at: hours.position(at),
    ],
    ids=["deadline", "elapsed from", "elapsed to", "pause", "is_open", "next", "spans", "ledger", "position"],
)  # fmt: skip
@pytest.mark.parametrize("at", [datetime(2026, 6, 15, 10), date(2026, 6, 15)], ids=["naive", "date"])  # noqa: DTZ001 - that is what is refused
def test_a_moment_without_zone_is_refused(ask: Callable[[ServiceHours, object], object], at: object) -> None:
    with pytest.raises(ValueError, match=r"^A moment needs a date, a time and a time zone\.$"):
        ask(office(), at)


def test_the_ends_of_the_calendar_are_within_reach() -> None:
    hours = every_day("Pacific/Apia")

    assert not hours.is_open(EARLIEST)
    assert not hours.is_open(LATEST)
    assert hours.elapsed(LATEST - timedelta(days=30), LATEST - timedelta(days=29)) == 24 * HOUR
    assert hours.elapsed(EARLIEST + timedelta(days=29), EARLIEST + timedelta(days=30)) == 24 * HOUR
    with pytest.raises(NeverOpen):
        hours.deadline(LATEST - timedelta(days=9), timedelta(days=10))
    with pytest.raises(NeverOpen):
        hours.next_opening(LATEST)


def test_an_allowance_beyond_the_calendar_is_never_used_up() -> None:
    with pytest.raises(NeverOpen):
        ServiceHours.parse(zone="UTC", week={"mon": ["08:00-18:00"]}).deadline(utc("2026-06-15 10:00"), timedelta.max)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Africa/Casablanca", "Australia/Lord_Howe", "America/Nuuk"])
@pytest.mark.parametrize("year", [3, 1488, 1797, 2098, 2499, 9000, 9996])
def test_far_years_are_counted_like_near_ones(zone: str, year: int) -> None:
    hours = office(zone, closed=[date(1890, 1, 2), date(2101, 3, 4)])
    start = datetime(year, 1, 1, tzinfo=UTC)

    elapsed = hours.elapsed(start, start + timedelta(days=1200))

    assert elapsed == sum(
        (span.end - span.start for span in hours.open_spans(start, start + timedelta(days=1200))), HOUR * 0
    )


@pytest.mark.parametrize(
    ("at", "is_open", "next_opening"),
    [
        ("2026-06-15 07:59", False, "2026-06-15 08:00"),
        ("2026-06-15 08:00", True, "2026-06-15 08:00"),
        ("2026-06-15 12:34", True, "2026-06-15 12:34"),
        ("2026-06-15 18:00", False, "2026-06-16 08:00"),
        ("2026-06-19 22:00", False, "2026-06-22 08:00"),
        ("2026-12-31 18:00", False, "2027-01-04 08:00"),
    ],
)
def test_open_includes_the_first_instant_and_excludes_the_last(at: str, is_open: bool, next_opening: str) -> None:
    hours = office(closed=[date(2027, 1, 1)])

    assert hours.is_open(local(at)) is is_open
    assert hours.next_opening(local(at)) == local(next_opening)


@pytest.mark.parametrize("years", [(2030, 2000, 1990, 2026), (1990, 2030), (2026,)])
def test_answers_do_not_depend_on_what_was_asked_before(years: tuple[int, ...]) -> None:
    hours = office(closed=[date(2026, 5, 1)])

    for year in years:
        hours.elapsed(datetime(year, 6, 1, tzinfo=UTC), datetime(year + 1, 6, 1, tzinfo=UTC))

    assert hours.deadline(local("2026-04-30 17:00"), 2 * HOUR) == local("2026-05-04 09:00")
    assert hours.position(utc("2020-01-03 00:00")) == 20 * HOUR // timedelta(microseconds=1)
