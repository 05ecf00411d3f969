"""Calendars get revisions, never edits; hours that make no sense are refused; a preview says what would move."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from slas.actions import calendars
from slas.errors import Refused
from slas.models import Calendar, CalendarRevision
from slas.queries import previews
from slas.queries.calendars import BEGINNING, hours_of
from slas.queries.schedules import Schedule, holiday_dates, holiday_places, schedule_of
from tests.factories import OFFICE_WEEK, CalendarFactory, House, RevisionFactory, fill

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=3)
WEEK = {day: tuple(hours) for day, hours in OFFICE_WEEK.items()}
OFFICE = Schedule("Europe/Berlin", WEEK, closed=(date(2026, 12, 24),), special={date(2026, 12, 31): ("08:00-12:00",)})


def test_a_new_calendar_counts_from_the_beginning(house: House) -> None:
    revision = calendars.create(name="Lager", schedule=OFFICE, by=house.vera, now=NOW, reason="new site")

    found = CalendarRevision.objects.get(calendar__name="Lager")
    assert found == revision
    assert (found.number, found.in_force_from, found.created_by, found.reason) == (1, BEGINNING, house.vera, "new site")
    assert schedule_of(found) == OFFICE


def test_a_revision_starts_now_and_leaves_the_earlier_one_as_it_was(house: House) -> None:
    first = house.office.revisions.get()
    shorter = Schedule("Europe/Berlin", WEEK | {"fri": ("08:00-14:00",)})

    second = calendars.revise(house.office, schedule=shorter, by=house.vera, now=NOW, reason="summer")

    assert list(house.office.revisions.order_by("number").values_list("number", "in_force_from", "reason")) == [
        (1, first.in_force_from, ""),
        (2, NOW, "summer"),
    ]
    assert (schedule_of(first), schedule_of(second)) == (Schedule("Europe/Berlin", WEEK), shorter)


def test_the_same_hours_written_otherwise_change_nothing(house: House) -> None:
    calendar = calendars.create(name="Lager", schedule=OFFICE, by=house.vera, now=NOW).calendar
    same = replace(OFFICE, week={**dict(reversed(WEEK.items())), "sat": ()}, closed=(date(2026, 12, 24),) * 2)

    assert calendars.revise(calendar, schedule=same, by=house.vera, now=LATER).number == 1


@pytest.mark.parametrize(
    ("asked", "start"), [(None, LATER), (NOW, LATER), (LATER + timedelta(days=1), LATER + timedelta(days=1))]
)
def test_a_revision_never_starts_in_the_past(house: House, asked: datetime | None, start: datetime) -> None:
    found = calendars.revise(house.office, schedule=OFFICE, by=house.vera, now=LATER, in_force_from=asked)

    assert found.in_force_from == start


def test_a_revision_never_starts_before_one_agreed_for_later(house: House) -> None:
    calendars.revise(house.office, schedule=OFFICE, by=house.vera, now=NOW, in_force_from=LATER)

    found = calendars.revise(house.office, schedule=replace(OFFICE, closed=()), by=house.vera, now=NOW)

    assert (found.number, found.in_force_from) == (3, LATER)


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [
        (replace(OFFICE, week={}), "This calendar never opens. Give at least one weekday its hours."),
        (replace(OFFICE, week={"mon": ()}), "This calendar never opens. Give at least one weekday its hours."),
        (
            replace(OFFICE, week={"mon": ("08:00-12:00", "11:00-13:00")}),
            "The intervals 08:00-12:00 and 11:00-13:00 overlap.",
        ),
        (
            replace(OFFICE, week={"mon": ("18:00-08:00",)}),
            "The interval 18:00-08:00 ends before it starts; write a night as two intervals.",
        ),
        (
            replace(OFFICE, week={"monday": ("08:00-12:00",)}),
            "“monday” is not a weekday; use mon, tue, wed, thu, fri, sat or sun.",
        ),
        (replace(OFFICE, zone="Berlin"), "The time zone “Berlin” is not known; use a name such as Europe/Berlin."),
        (
            replace(OFFICE, special={date(2026, 12, 31): ("8-12",)}),
            "“8-12” is not an interval; write it like 08:00-18:00.",
        ),
        (
            replace(OFFICE, holidays="DE-XX"),
            "“DE-XX” names no public holidays. Use a country and state such as DE-HH, or none.",
        ),
        (
            replace(OFFICE, holidays=""),
            "“” names no public holidays. Use a country and state such as DE-HH, or none.",
        ),
    ],
)
def test_hours_that_make_no_sense_are_refused(house: House, schedule: Schedule, sentence: str) -> None:
    with translation.override("en"):
        with pytest.raises(Refused) as new:
            calendars.create(name="Lager", schedule=schedule, by=house.vera, now=NOW)
        with pytest.raises(Refused) as changed:
            calendars.revise(house.office, schedule=schedule, by=house.vera, now=NOW)

    assert (str(new.value), str(changed.value)) == (sentence, sentence)
    assert not Calendar.objects.filter(name="Lager").exists()
    assert house.office.revisions.count() == 1


def test_names_are_unique_and_can_change(house: House) -> None:
    with pytest.raises(Refused, match="already a calendar named “Büro Hamburg”"):
        calendars.create(name="Büro Hamburg", schedule=OFFICE, by=house.vera, now=NOW)
    with translation.override("en"), pytest.raises(Refused, match="name: Calendar with this Name already exists"):
        calendars.rename(house.clock, name="Büro Hamburg", by=house.vera, now=NOW)

    calendars.rename(house.office, name="Büro Altona", by=house.vera, now=NOW)

    assert sorted(Calendar.objects.values_list("name", flat=True)) == ["Büro Altona", "Rund um die Uhr"]


@pytest.mark.parametrize("name", ["holger", "mira", "anton", "rita"])
def test_only_service_level_managers_edit_calendars(house: House, name: str) -> None:
    by = getattr(house, name)

    with pytest.raises(PermissionDenied):
        calendars.create(name="Lager", schedule=OFFICE, by=by, now=NOW)
    with pytest.raises(PermissionDenied):
        calendars.revise(house.office, schedule=OFFICE, by=by, now=NOW)
    with pytest.raises(PermissionDenied):
        calendars.rename(house.office, name="Lager", by=by, now=NOW)


def test_the_holidays_used_are_stored_and_close(house: House) -> None:
    revision = calendars.revise(house.office, schedule=replace(OFFICE, holidays="DE-HH"), by=house.vera, now=NOW)

    days = sorted(revision.holiday_dates)
    assert (days[0], days[-1]) == ("2025-01-01", "2046-12-26")
    christmas = datetime(2026, 12, 25, 10, tzinfo=UTC)
    assert not hours_of(revision).is_open(christmas)
    assert hours_of(revision).is_open(christmas - timedelta(days=2))


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("DE-HH", "2026-10-31", "Reformationstag"),
        ("DE-BY", "2026-10-31", None),
        ("DE-BY", "2026-08-15", None),
        ("DE-BY+catholic", "2026-08-15", "Mariä Himmelfahrt"),
        ("DE-SL", "2026-08-15", "Mariä Himmelfahrt"),
        ("DE", "2026-12-25", "Erster Weihnachtstag"),
        ("AT", "2026-10-26", "Nationalfeiertag"),
        ("GB-ENG", "2026-08-31", "Late Summer Bank Holiday"),
        ("none", "2026-12-25", None),
    ],
)
def test_holidays_by_place_in_their_own_language(code: str, day: str, name: str | None) -> None:
    assert holiday_dates(code, since=NOW, now=NOW).get(day) == name


def test_every_place_on_offer_is_known() -> None:
    places = holiday_places()

    assert len(places) == len(set(places)) >= 19
    counts = {place: len(holiday_dates(place, since=NOW, now=NOW)) for place in places}
    assert [place for place, count in counts.items() if count < 22 * 9] == ["none"]


def test_a_preview_shows_which_examples_would_move(house: House) -> None:
    shorter = Schedule("Europe/Berlin", WEEK | {"mon": ("10:00-18:00",)})

    found = previews.preview(house.office, shorter, NOW)

    assert {moved.target.revision for moved in found} == {house.revision}
    assert {(moved.target.priority, moved.target.kind) for moved in found} == {
        ("P1", "response"),
        ("P1", "update"),
        ("P2", "response"),
        ("P2", "resolution"),
        ("P3", "response"),
        ("P3", "resolution"),
    }
    friday_night = datetime(2026, 11, 27, 21, tzinfo=UTC)
    [example] = [
        moved
        for moved in found
        if (moved.target.priority, moved.target.kind, moved.reported_at) == ("P1", "response", friday_night)
    ]
    monday = datetime(2026, 11, 30, tzinfo=UTC)
    assert (example.due_at, example.proposed_due_at, example.is_moved) == (
        monday + timedelta(hours=8),
        monday + timedelta(hours=10),
        True,
    )
    assert house.office.revisions.count() == 1


def test_a_preview_of_the_same_hours_moves_nothing(house: House) -> None:
    found = previews.preview(house.office, Schedule("Europe/Berlin", WEEK), NOW)

    assert len(found) == 6 * 5
    assert not any(moved.is_moved for moved in found)


def test_a_preview_shows_a_single_day_closed_months_ahead(house: House) -> None:
    closed = Schedule("Europe/Berlin", WEEK, closed=(date(2027, 3, 3),))

    found = previews.preview(house.office, closed, NOW)

    moved = [one for one in found if one.is_moved and (one.target.priority, one.target.kind) == ("P1", "response")]
    assert [(one.reported_at, one.due_at, one.proposed_due_at) for one in moved] == [
        (
            datetime(2027, 3, 2, 21, tzinfo=UTC),
            datetime(2027, 3, 3, 8, tzinfo=UTC),
            datetime(2027, 3, 4, 8, tzinfo=UTC),
        )
    ]


def test_a_preview_leaves_out_drafts_and_refuses_nonsense(house: House) -> None:
    calendar = CalendarFactory()
    calendars.revise(calendar, schedule=OFFICE, by=house.vera, now=NOW)
    fill(RevisionFactory(agreement=house.agreement), office=calendar, clock=calendar)

    assert previews.preview(calendar, Schedule("UTC", WEEK), NOW) == []
    with pytest.raises(Refused, match="never opens"):
        previews.preview(calendar, Schedule("UTC", {}), NOW)
