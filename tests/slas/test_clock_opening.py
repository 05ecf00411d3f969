"""Reading opening hours: what is accepted, and the sentence that says what is wrong."""

import pickle
from datetime import UTC, date, datetime
from typing import Any

import pytest

from slas.clock import BadHours, NeverOpen, ServiceHours, Span
from tests.slas.hours import EVERY_DAY, local, office, utc

NINE_TO_FIVE = {"mon": ["09:00-17:00"]}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"zone": "Europe/Bärlin"}, "The time zone “Europe/Bärlin” is not known; use a name such as Europe/Berlin."),
        ({"zone": "Europe"}, "The time zone “Europe” is not known; use a name such as Europe/Berlin."),
        ({"zone": "../etc/passwd"}, "The time zone “../etc/passwd” is not known; use a name such as Europe/Berlin."),
        ({"zone": ""}, "The time zone “” is not known; use a name such as Europe/Berlin."),
        ({"zone": None}, "The time zone “None” is not known; use a name such as Europe/Berlin."),
        ({"week": {"Monday": []}}, "“Monday” is not a weekday; use mon, tue, wed, thu, fri, sat or sun."),
        ({"week": {1: ["09:00-17:00"]}}, "“1” is not a weekday; use mon, tue, wed, thu, fri, sat or sun."),
        ({"week": ["09:00-17:00"]}, "The weekly hours are a list of weekdays with their intervals."),
        ({"week": {"mon": "09:00-17:00"}}, "The hours of a day are a list of intervals such as 08:00-18:00."),
        ({"week": {"mon": None}}, "The hours of a day are a list of intervals such as 08:00-18:00."),
        ({"week": {"mon": ["9-17"]}}, "“9-17” is not an interval; write it like 08:00-18:00."),
        ({"week": {"mon": ["9:00-17:00"]}}, "“9:00-17:00” is not an interval; write it like 08:00-18:00."),
        ({"week": {"mon": ["09:00-17:60"]}}, "“09:00-17:60” is not an interval; write it like 08:00-18:00."),
        ({"week": {"mon": ["09:00-17:00\n"]}}, "“09:00-17:00\n” is not an interval; write it like 08:00-18:00."),
        ({"week": {"mon": ["٠٩:00-17:00"]}}, "“٠٩:00-17:00” is not an interval; write it like 08:00-18:00."),
        ({"week": {"mon": [900]}}, "“900” is not an interval; write it like 08:00-18:00."),
        ({"week": {"mon": ["09:00-24:01"]}}, "The interval 09:00-24:01 leaves its day; a day ends at 24:00."),
        ({"week": {"mon": ["24:00-24:00"]}}, "The interval 24:00-24:00 leaves its day; a day ends at 24:00."),
        (
            {"week": {"mon": ["22:00-06:00"]}},
            "The interval 22:00-06:00 ends before it starts; write a night as two intervals.",
        ),
        (
            {"week": {"mon": ["09:00-09:00"]}},
            "The interval 09:00-09:00 ends before it starts; write a night as two intervals.",
        ),
        (
            {"week": {"mon": ["13:00-17:00", "09:00-13:01"]}},
            "The intervals 09:00-13:01 and 13:00-17:00 overlap.",
        ),
        ({"closed": "2026-12-24"}, "Closed days are a list of dates."),
        ({"closed": 7}, "Closed days are a list of dates."),
        ({"closed": ["2026-12-24"]}, "“2026-12-24” is not a date."),
        ({"closed": [datetime(2026, 12, 24, tzinfo=UTC)]}, "“2026-12-24 00:00:00+00:00” is not a date."),
        ({"special": [date(2026, 12, 31)]}, "Special days are a list of dates with their intervals."),
        ({"special": {"2026-12-31": []}}, "“2026-12-31” is not a date."),
        (
            {"special": {date(2026, 12, 31): ["8-12"]}},
            "“8-12” is not an interval; write it like 08:00-18:00.",
        ),
    ],
)
def test_nonsense_is_refused_with_a_sentence(arguments: dict[str, Any], sentence: str) -> None:
    hours = {"zone": "Europe/Berlin", "week": NINE_TO_FIVE, **arguments}

    with pytest.raises(ValueError) as refusal:
        ServiceHours.parse(**hours)

    assert str(refusal.value) == sentence


def test_a_refusal_can_be_said_in_another_language() -> None:
    with pytest.raises(BadHours) as refusal:
        ServiceHours.parse(zone="UTC", week={"mon": ["09:00-12:00", "11:00-13:00"]})

    assert refusal.value.sentence == "The intervals %(earlier)s and %(later)s overlap."
    assert refusal.value.facts == {"earlier": "09:00-12:00", "later": "11:00-13:00"}


def test_a_calendar_without_hours_can_be_written_down_but_has_no_deadline() -> None:
    hours = ServiceHours.parse(zone="Europe/Berlin", week={})

    assert hours.open_spans(utc("2026-01-01 00:00"), utc("2027-01-01 00:00")) == []
    with pytest.raises(NeverOpen):
        hours.next_opening(utc("2026-01-01 00:00"))


def test_intervals_that_touch_are_one_span_in_whatever_order_they_are_written() -> None:
    hours = ServiceHours.parse(zone="UTC", week={"mon": ["12:00-18:00", "08:00-12:00"]})

    spans = hours.open_spans(utc("2026-06-15 00:00"), utc("2026-06-16 00:00"))

    assert spans == [Span(utc("2026-06-15 08:00"), utc("2026-06-15 18:00"))]


def test_a_night_shift_is_two_intervals_and_one_span() -> None:
    hours = ServiceHours.parse(zone="UTC", week={"mon": ["22:00-24:00"], "tue": ["00:00-06:00"]})

    spans = hours.open_spans(utc("2026-06-15 00:00"), utc("2026-06-22 00:00"))

    assert spans == [Span(utc("2026-06-15 22:00"), utc("2026-06-16 06:00"))]


@pytest.mark.parametrize(
    ("closed", "special", "expected"),
    [
        ([], {}, [("08:00", "18:00")]),
        ([date(2026, 12, 31)], {}, []),
        ([], {date(2026, 12, 31): ["08:00-12:00"]}, [("08:00", "12:00")]),
        ([date(2026, 12, 31)], {date(2026, 12, 31): ["08:00-12:00"]}, [("08:00", "12:00")]),
        ([], {date(2026, 12, 31): []}, []),
        ([], {date(2026, 12, 31): ["06:00-07:00", "20:00-24:00"]}, [("06:00", "07:00"), ("20:00", "00:00")]),
    ],
    ids=["week", "closed", "special", "special beats closed", "special without hours", "special with two intervals"],
)
def test_a_special_day_beats_a_closed_date_and_a_closed_date_the_week(
    closed: list[date], special: dict[date, list[str]], expected: list[tuple[str, str]]
) -> None:
    hours = office(closed=closed, special=special)

    spans = hours.open_spans(local("2026-12-31 00:00"), local("2027-01-01 00:00"))

    assert [(f"{span.start.astimezone(hours.zone):%H:%M}", _clock(span, hours)) for span in spans] == expected


def test_equal_hours_are_equal_whatever_they_have_been_asked() -> None:
    asked, fresh = office(closed=[date(2026, 5, 1)]), office(closed=[date(2026, 5, 1), date(2026, 5, 1)])

    asked.position(utc("2030-01-01 00:00"))

    assert asked == fresh
    assert hash(asked) == hash(fresh)
    assert pickle.loads(pickle.dumps(asked)) == fresh
    assert fresh != office(closed=[date(2026, 5, 2)])


def test_hours_know_their_zone() -> None:
    assert [str(office(zone).zone) for zone in ("Europe/Berlin", "Asia/Kolkata", "UTC")] == [
        "Europe/Berlin",
        "Asia/Kolkata",
        "UTC",
    ]


def test_every_weekday_has_its_own_hours() -> None:
    week = {day: [f"{hour:02}:00-{hour + 1:02}:00"] for hour, day in enumerate(EVERY_DAY)}
    hours = ServiceHours.parse(zone="UTC", week=week)

    spans = hours.open_spans(utc("2026-06-15 00:00"), utc("2026-06-22 00:00"))

    assert [(span.start.weekday(), span.start.hour) for span in spans] == [(day, day) for day in range(7)]


def _clock(span: Span, hours: ServiceHours) -> str:
    assert span.end is not None
    return f"{span.end.astimezone(hours.zone):%H:%M}"
