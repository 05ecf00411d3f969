"""Both clock changes, zones with odd steps, and days that never happened."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from slas.clock import ServiceHours, Span
from tests.slas.hours import every_day, local, utc

LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
APIA = ZoneInfo("Pacific/Apia")


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Europe/London", "2026-03-29", 23),
        ("Europe/London", "2026-10-25", 25),
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("America/Sao_Paulo", "2018-11-04", 23),  # midnight itself did not exist
        ("America/Havana", "2026-11-01", 25),  # midnight came twice
        ("America/St_Johns", "2010-11-07", 25),  # one minute into Sunday it became Saturday again
        ("Asia/Kolkata", "2026-03-29", 24),
        ("Pacific/Apia", "2011-12-30", 0),
        ("Pacific/Apia", "2011-12-31", 24),
        ("UTC", "2026-03-29", 24),
    ],
)
def test_round_the_clock_counts_the_real_hours_of_the_day(zone: str, day: str, hours: float) -> None:
    start = date.fromisoformat(day)
    only_that_day = ServiceHours.parse(zone=zone, week={}, special={start: ["00:00-24:00"]})
    noon = local(f"{day} 12:00", ZoneInfo(zone))

    elapsed = only_that_day.elapsed(noon - timedelta(days=3), noon + timedelta(days=3))

    assert elapsed == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ("02:00-03:00", []),  # does not exist at all
        ("02:15-02:45", [("01:15", "01:45")]),  # moves forward by the gap: 03:15 to 03:45 summer time
        ("01:30-02:30", [("00:30", "01:30")]),
        ("02:30-03:15", []),  # 03:30 to 03:15: nothing is left
        ("02:30-04:00", [("01:30", "02:00")]),
        ("00:00-24:00", [("23:00", "22:00")]),
    ],
)
def test_a_time_that_does_not_exist_moves_forward_by_the_gap(interval: str, expected: list[tuple[str, str]]) -> None:
    hours = ServiceHours.parse(zone="Europe/Berlin", week={"sun": [interval]})

    spans = hours.open_spans(utc("2026-03-28 12:00"), utc("2026-03-29 22:00"))

    assert _clocks(spans) == expected


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ("02:15-02:45", [("00:15", "00:45")]),  # the first of the two
        ("01:00-02:00", [("23:00", "00:00")]),
        ("02:30-03:30", [("00:30", "02:30")]),  # from the first half past two: two hours
        ("03:00-04:00", [("02:00", "03:00")]),
    ],
)
def test_a_time_that_exists_twice_means_its_first_occurrence(interval: str, expected: list[tuple[str, str]]) -> None:
    hours = ServiceHours.parse(zone="Europe/Berlin", week={"sun": [interval]})

    spans = hours.open_spans(utc("2026-10-24 12:00"), utc("2026-10-25 12:00"))

    assert _clocks(spans) == expected


def test_spans_that_overlap_after_the_clock_change_are_one() -> None:
    overlapping = ServiceHours.parse(zone="Europe/Berlin", week={"sun": ["01:00-02:30", "03:00-04:00"]})
    within = ServiceHours.parse(zone="Europe/Berlin", week={"sun": ["01:00-02:45", "03:00-03:30"]})
    day = utc("2026-03-28 12:00"), utc("2026-03-29 12:00")

    assert overlapping.open_spans(*day) == [Span(utc("2026-03-29 00:00"), utc("2026-03-29 02:00"))]
    assert within.open_spans(*day) == [Span(utc("2026-03-29 00:00"), utc("2026-03-29 01:45"))]


def test_half_an_hour_of_clock_change_at_lord_howe() -> None:
    hours = every_day("Australia/Lord_Howe", "01:00-03:00")

    spring = hours.elapsed(local("2026-10-04 00:00", LORD_HOWE), local("2026-10-05 00:00", LORD_HOWE))
    autumn = hours.elapsed(local("2026-04-05 00:00", LORD_HOWE), local("2026-04-06 00:00", LORD_HOWE))

    assert (spring, autumn) == (timedelta(hours=1.5), timedelta(hours=2.5))


def test_the_date_that_apia_skipped_has_no_hours_and_is_no_holiday() -> None:
    hours = every_day("Pacific/Apia", "09:00-17:00", closed=[date(2011, 12, 30)])
    thursday, saturday = local("2011-12-29 17:00", APIA), local("2011-12-31 09:00", APIA)

    assert hours.next_opening(thursday) == saturday
    assert [line.what for line in hours.ledger(thursday, saturday)] == ["closed"]
    assert hours.deadline(local("2011-12-29 16:00", APIA), timedelta(hours=2)) == local("2011-12-31 10:00", APIA)


def test_hours_of_the_skipped_friday_are_not_made_up_for_on_saturday() -> None:
    fridays = ServiceHours.parse(zone="Pacific/Apia", week={"fri": ["09:00-17:00"]})

    assert fridays.next_opening(local("2011-12-24 12:00", APIA)) == local("2012-01-06 09:00", APIA)


def test_a_deadline_across_the_change_is_counted_in_real_hours() -> None:
    hours = every_day("Europe/Berlin")

    assert hours.deadline(local("2026-03-29 00:30"), timedelta(hours=4)) == local("2026-03-29 05:30")
    assert hours.deadline(local("2026-10-25 00:30"), timedelta(hours=4)) == local("2026-10-25 03:30")


def test_a_start_in_the_second_of_two_hours_is_the_later_one() -> None:
    hours = every_day("Europe/Berlin")
    first = local("2026-10-25 02:30")
    second = first.replace(fold=1)

    assert hours.elapsed(first, second) == timedelta(hours=1)
    assert hours.deadline(second, timedelta(hours=1)) == utc("2026-10-25 02:30")


def test_a_closed_date_is_closed_from_local_midnight_to_midnight() -> None:
    hours = every_day("Europe/Berlin", closed=[date(2026, 3, 29)])

    assert hours.open_spans(local("2026-03-28 12:00"), local("2026-03-30 12:00")) == [
        Span(utc("2026-03-28 11:00"), utc("2026-03-28 23:00")),
        Span(utc("2026-03-29 22:00"), utc("2026-03-30 10:00")),
    ]


def _clocks(spans: list[Span]) -> list[tuple[str, str]]:
    return [(f"{span.start:%H:%M}", f"{span.end:%H:%M}") for span in spans]
