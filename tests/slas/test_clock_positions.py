"""Positions: instants of one calendar as numbers that sort by support time."""

from datetime import timedelta

import pytest

from slas.clock import NeverOpen, ServiceHours
from tests.slas.hours import local, office, utc

HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("at", "position"),
    [
        ("2020-01-01 00:00", 0),
        ("2020-01-01 09:30", 1.5 * HOUR),
        ("2020-01-01 18:00", 10 * HOUR),
        ("2020-01-02 08:00", 10 * HOUR),
        ("2020-01-02 08:00:00.000001", 10 * HOUR + 1),
        ("2019-12-31 17:00", -HOUR),
        ("2019-12-30 08:00", -20 * HOUR),
    ],
)
def test_a_position_is_the_support_time_since_2020(at: str, position: float) -> None:
    assert office("UTC").position(utc(at)) == position


def test_the_position_of_a_shut_instant_leads_back_to_the_closing_before_it() -> None:
    hours = office()

    assert hours.at_position(hours.position(local("2026-06-20 12:00"))) == local("2026-06-19 18:00")
    assert hours.at_position(hours.position(local("2026-06-19 11:11"))) == local("2026-06-19 11:11")
    assert hours.at_position(hours.position(local("1999-06-18 11:11"))) == local("1999-06-18 11:11")


def test_deadlines_of_one_calendar_sort_like_what_is_left_of_them() -> None:
    hours = office()
    now = local("2026-06-19 17:00")
    deadlines = [local(at) for at in ("2026-06-22 08:30", "2026-06-19 17:45", "2026-06-19 16:00", "2026-06-22 09:00")]

    left = [timedelta(microseconds=hours.position(due_at) - hours.position(now)) for due_at in deadlines]

    assert left == [timedelta(minutes=minutes) for minutes in (90, 45, -60, 120)]


@pytest.mark.parametrize("position", [-1, 0, 1])
def test_a_calendar_that_never_opens_has_no_instant_for_a_position(position: int) -> None:
    with pytest.raises(NeverOpen):
        ServiceHours.parse(zone="UTC", week={}).at_position(position)
