"""Which hours count at an instant."""

from datetime import UTC, date, datetime, timedelta

import pytest

from slas.models import CalendarRevision
from slas.queries import calendars
from slas.queries.calendars import Schedule
from tests.factories import CalendarFactory, CalendarRevisionFactory

MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)


def test_a_calendar_revision_is_read_into_one_clock_per_process(db: None, django_assert_num_queries: object) -> None:
    assert callable(django_assert_num_queries)
    row = CalendarRevisionFactory()
    again = CalendarRevision.objects.get(pk=row.pk)

    assert calendars.hours_of(row) is calendars.hours_of(again) is calendars.hours_by_id(row.pk)
    with django_assert_num_queries(0):
        assert calendars.hours_by_id(row.pk).is_open(MONDAY)


def test_holidays_and_closed_dates_close_and_special_days_win() -> None:
    row = CalendarRevision(
        zone="Europe/Berlin",
        week={"mon": ["08:00-18:00"], "tue": ["08:00-18:00"], "wed": []},
        holiday_dates={"2026-11-23": "A feast", "2026-11-30": "Another"},
        closed=["2026-12-07"],
        special={"2026-11-30": ["08:00-12:00"], "2026-12-07": []},
    )

    spans = calendars.hours_of(row).open_spans(MONDAY, MONDAY + timedelta(days=15))

    opened = [(span.start.date(), (span.end or MONDAY) - span.start) for span in spans]
    assert (
        opened
        == [
            (date(2026, 11, 24), timedelta(hours=10)),
            (date(2026, 11, 30), timedelta(hours=4)),
            (date(2026, 12, 1), timedelta(hours=10)),
            (date(2026, 12, 8), timedelta(hours=0)),
        ][:3]
    )


def test_a_schedule_says_what_was_written_down(db: None) -> None:
    row = CalendarRevisionFactory(
        week={"mon": ["08:00-12:00", "13:00-17:00"], "tue": []},
        holidays="DE-HH",
        holiday_dates={"2026-12-25": "Weihnachten"},
        closed=["2026-12-31", "2026-12-24"],
        special={"2026-12-30": ["08:00-12:00"]},
    )

    assert calendars.schedule_of(row) == Schedule(
        zone="Europe/Berlin",
        week={"mon": ("08:00-12:00", "13:00-17:00")},
        holidays="DE-HH",
        closed=(date(2026, 12, 24), date(2026, 12, 31)),
        special={date(2026, 12, 30): ("08:00-12:00",)},
    )


@pytest.mark.parametrize(
    ("at", "number"),
    [(datetime(1999, 1, 1, tzinfo=UTC), 1), (MONDAY - timedelta(seconds=1), 1), (MONDAY, 2)],
)
def test_the_revision_in_force_and_before_the_first_the_first(db: None, at: datetime, number: int) -> None:
    calendar = CalendarFactory()
    rows = [
        CalendarRevisionFactory(calendar=calendar),
        CalendarRevisionFactory(calendar=calendar, in_force_from=MONDAY),
    ]

    assert calendars.revision_in_force(calendar, at) == rows[number - 1]
    assert calendars.keys_in_force([calendar.pk], at) == {calendar.pk: rows[number - 1].pk}
    assert calendars.latest_revision(calendar) == rows[1]


def test_of_two_revisions_from_the_same_instant_the_newer_counts(db: None) -> None:
    calendar = CalendarFactory()
    CalendarRevisionFactory(calendar=calendar)
    newer = CalendarRevisionFactory(calendar=calendar)

    assert calendars.revision_in_force(calendar, MONDAY) == newer
    assert calendars.keys_in_force([calendar.pk], MONDAY) == {calendar.pk: newer.pk}


def test_a_calendar_without_hours_is_an_error(db: None) -> None:
    calendar = CalendarFactory(name="Leer")

    assert calendars.latest_revision(calendar) is None
    with pytest.raises(CalendarRevision.DoesNotExist, match="Leer has no revision"):
        calendars.revision_in_force(calendar, MONDAY)
