"""The ledger: every stretch of time with its reason."""

from datetime import date, timedelta

import pytest

from slas.clock import Line, ServiceHours, Span
from tests.slas.hours import BERLIN, every_day, local, office, pause

Row = tuple[str, str, str, float]
EASTER = [date(2026, 4, 3), date(2026, 4, 6)]


def test_the_ledger_of_the_friday_night_report() -> None:
    lines = office().ledger(local("2026-11-27 22:00"), local("2026-11-30 09:00"))

    assert lines == [
        Line(local("2026-11-27 22:00"), local("2026-11-30 08:00"), "closed", timedelta(0)),
        Line(local("2026-11-30 08:00"), local("2026-11-30 09:00"), "counted", timedelta(hours=1)),
    ]


@pytest.mark.parametrize(
    ("hours", "start", "end", "pauses", "expected"),
    [
        (
            office(closed=EASTER),
            "2026-04-02 17:00",
            "2026-04-07 09:00",
            [],
            [
                ("02 17:00", "02 18:00", "counted", 1),
                ("02 18:00", "03 00:00", "closed", 0),
                ("03 00:00", "04 00:00", "holiday", 0),
                ("04 00:00", "06 00:00", "closed", 0),
                ("06 00:00", "07 00:00", "holiday", 0),
                ("07 00:00", "07 08:00", "closed", 0),
                ("07 08:00", "07 09:00", "counted", 1),
            ],
        ),
        (
            office(closed=EASTER, special={date(2026, 4, 3): ["10:00-12:00"]}),
            "2026-04-03 08:00",
            "2026-04-03 13:00",
            [],
            [
                ("03 08:00", "03 10:00", "closed", 0),
                ("03 10:00", "03 12:00", "counted", 2),
                ("03 12:00", "03 13:00", "closed", 0),
            ],
        ),
        (
            office(closed=EASTER),
            "2026-04-02 16:00",
            "2026-04-07 10:00",
            [pause("2026-04-02 17:00", "2026-04-07 09:00")],
            [
                ("02 16:00", "02 17:00", "counted", 1),
                ("02 17:00", "02 18:00", "paused", 0),
                ("02 18:00", "03 00:00", "closed", 0),
                ("03 00:00", "04 00:00", "holiday", 0),
                ("04 00:00", "06 00:00", "closed", 0),
                ("06 00:00", "07 00:00", "holiday", 0),
                ("07 00:00", "07 08:00", "closed", 0),
                ("07 08:00", "07 09:00", "paused", 0),
                ("07 09:00", "07 10:00", "counted", 1),
            ],
        ),
        (
            office(),
            "2026-06-15 10:00",
            "2026-06-15 16:00",
            [
                pause("2026-06-15 13:00"),
                pause("2026-06-15 11:00", "2026-06-15 12:00"),
                pause("2026-06-15 11:30", "2026-06-15 12:30"),
            ],
            [
                ("15 10:00", "15 11:00", "counted", 1),
                ("15 11:00", "15 12:30", "paused", 0),
                ("15 12:30", "15 13:00", "counted", 0.5),
                ("15 13:00", "15 16:00", "paused", 0),
            ],
        ),
        (
            every_day("Europe/Berlin"),
            "2026-03-28 12:00",
            "2026-03-30 12:00",
            [],
            [("28 12:00", "30 12:00", "counted", 47)],
        ),
        (
            ServiceHours.parse(zone="Europe/Berlin", week={}),
            "2026-06-15 10:00",
            "2026-06-17 10:00",
            [pause("2026-06-15 12:00")],
            [("15 10:00", "17 10:00", "closed", 0)],
        ),
        (
            every_day("Europe/Berlin", closed=[date(2026, 6, 15), date(2026, 6, 16)]),
            "2026-06-15 10:00",
            "2026-06-16 10:00",
            [],
            [("15 10:00", "16 10:00", "holiday", 0)],
        ),
        (office(), "2026-06-15 10:00", "2026-06-15 10:00", [], []),
        (office(), "2026-06-15 10:00", "2026-06-14 10:00", [], []),
    ],
    ids=[
        "Easter", "special beats closed", "shut beats paused", "overlapping and open pauses", "23-hour day",
        "never open", "two holidays in a row", "empty", "reversed",
    ],
)  # fmt: skip
def test_a_ledger_says_why_each_stretch_did_or_did_not_count(
    hours: ServiceHours, start: str, end: str, pauses: list[Span], expected: list[Row]
) -> None:
    lines = hours.ledger(local(start), local(end), pauses)

    assert [_row(line) for line in lines] == expected


def test_a_ledger_over_new_year_has_no_seam() -> None:
    lines = every_day("UTC").ledger(local("2020-12-01 00:00"), local("2028-02-01 00:00"))

    assert [line.what for line in lines] == ["counted"]


def _row(line: Line) -> Row:
    start, end = (at.astimezone(BERLIN).strftime("%d %H:%M") for at in (line.start, line.end))
    return start, end, line.what, line.counted / timedelta(hours=1)
