"""Hours as written, holidays by place, weeks and years in words, and what an edit would move."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from slas.errors import Refused
from slas.models import CalendarRevision
from slas.models.calendars import NO_HOLIDAYS
from slas.queries import previews
from slas.queries.schedules import (
    CATHOLIC,
    Schedule,
    clock_of,
    holiday_dates,
    holiday_places,
    schedule_of,
)
from slas.queries.weeks import WEEKDAYS, is_round_the_clock, span, week_text
from slas.queries.years import Day, exceptions, year_of
from tests.factories import OFFICE_WEEK, WHOLE_WEEK, House, RevisionFactory, fill
from tests.laws import law

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
OFFICE = {day: tuple(hours) for day, hours in OFFICE_WEEK.items()}
WHOLE = {day: tuple(hours) for day, hours in WHOLE_WEEK.items()}
HOUR = timedelta(hours=1)


def stored(**columns: object) -> CalendarRevision:
    """A calendar revision that no database has seen."""
    return CalendarRevision(**{"zone": "Europe/Berlin", "week": OFFICE_WEEK, **columns})


@pytest.mark.parametrize(
    ("place", "day", "name"),
    [
        ("DE", "2026-01-01", "Neujahr"),
        ("DE", "2026-05-01", "Erster Mai"),
        ("DE", "2026-10-31", None),
        ("DE-BB", "2026-10-31", "Reformationstag"),
        ("DE-BW", "2026-01-06", "Heilige Drei Könige"),
        ("DE-BE", "2026-03-08", "Frauentag"),
        ("DE-NW", "2026-06-04", "Fronleichnam"),
        ("DE-HH", "2026-06-04", None),
        ("DE-SN", "2026-11-18", "Buß- und Bettag"),
        ("DE-TH", "2026-09-20", "Weltkindertag"),
        ("DE-BY", "2026-08-15", None),
        (f"DE-BY{CATHOLIC}", "2026-08-15", "Mariä Himmelfahrt"),
        (f"DE-BY{CATHOLIC}", "2026-12-25", "Erster Weihnachtstag"),
        ("FR", "2026-07-14", "Fête nationale"),
        ("US-CA", "2026-07-04", "Independence Day"),
        (NO_HOLIDAYS, "2026-12-25", None),
    ],
)
def test_a_holiday_by_place_in_the_words_of_the_country(place: str, day: str, name: str | None) -> None:
    assert holiday_dates(place, since=NOW, now=NOW).get(day) == name


@pytest.mark.parametrize("language", ["de", "en"])
def test_holidays_do_not_follow_the_language_of_whoever_saves(language: str) -> None:
    with translation.override(language):
        assert holiday_dates("DE-HH", since=NOW, now=NOW)["2026-12-26"] == "Zweiter Weihnachtstag"


@pytest.mark.parametrize(
    "place",
    [
        "",
        "DE-",
        "DE-XX",
        "XX",
        "de-hh-altona",
        "-HH",
        "DE HH",
        "none ",
        CATHOLIC,
        f"XX{CATHOLIC}",
        f"none{CATHOLIC}",
        "DE-HH\n",
        "../../etc",
        "__class__",
        "utils",
        "HolidayBase",
        "date",
        "ﬀ",
    ],
)
def test_a_place_without_holidays_is_refused_or_known_but_never_an_error(place: str) -> None:
    with translation.override("en"):
        try:
            said = f"{len(holiday_dates(place, since=NOW, now=NOW)) > 100}"
        except Refused as wrong:
            said = str(wrong)

    sentence = f"“{place}” names no public holidays. Use a country and state such as DE-HH, or none."
    assert said == ("True" if place == "DE-" else sentence)


@pytest.mark.parametrize(
    ("since", "now", "first", "last"),
    [
        (NOW, NOW, 2025, 2046),
        (datetime(2000, 1, 1, tzinfo=UTC), NOW, 1999, 2046),
        (datetime(2030, 1, 1, tzinfo=UTC), NOW, 2029, 2050),
    ],
)
def test_holidays_reach_from_a_year_before_to_twenty_years_ahead(
    since: datetime, now: datetime, first: int, last: int
) -> None:
    years = sorted({int(day[:4]) for day in holiday_dates("DE", since=since, now=now)})

    assert (years[0], years[-1], len(years)) == (first, last, last - first + 1)


def test_places_on_offer_begin_with_none_and_hold_every_german_state_once() -> None:
    places = holiday_places()

    assert places[:2] == [NO_HOLIDAYS, "DE"]
    assert places[-1] == f"DE-BY{CATHOLIC}"
    assert len([place for place in places if place.startswith("DE-") and CATHOLIC not in place]) >= 16
    assert len(set(places)) == len(places)


def test_what_was_written_down_is_read_in_order_and_without_empty_weekdays() -> None:
    row = stored(
        week={"tue": [], "mon": ["08:00-12:00"]},
        closed=["2026-12-31", "2026-12-24"],
        special={"2026-12-30": [], "2026-12-29": ["08:00-12:00", "13:00-14:00"]},
    )

    found = schedule_of(row)

    assert found == Schedule(
        zone="Europe/Berlin",
        week={"mon": ("08:00-12:00",)},
        closed=(date(2026, 12, 24), date(2026, 12, 31)),
        special={date(2026, 12, 29): ("08:00-12:00", "13:00-14:00"), date(2026, 12, 30): ()},
    )
    assert list(found.special) == [date(2026, 12, 29), date(2026, 12, 30)]


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [
        (Schedule("UTC", {}), "Dieser Kalender öffnet nie. Geben Sie mindestens einem Wochentag Zeiten."),
        (
            Schedule("UTC", {}, special={date(2026, 12, 31): ("08:00-12:00",)}),
            "Dieser Kalender öffnet nie. Geben Sie mindestens einem Wochentag Zeiten.",
        ),
        (
            Schedule("Berlin", OFFICE),
            "Die Zeitzone „Berlin“ ist nicht bekannt; nehmen Sie einen Namen wie Europe/Berlin.",
        ),
    ],
)
def test_hours_that_make_no_sense_are_refused_in_the_readers_language(schedule: Schedule, sentence: str) -> None:
    with translation.override("de"), pytest.raises(Refused) as wrong:
        clock_of(schedule, holiday_dates=())

    assert str(wrong.value) == sentence


def test_special_beats_closed_beats_weekly() -> None:
    monday, tuesday = date(2026, 11, 23), date(2026, 11, 24)
    schedule = Schedule("UTC", OFFICE, closed=(monday, tuesday), special={tuesday: ("10:00-11:00",)})

    hours = clock_of(schedule, holiday_dates=["2026-11-25"])

    opened = [
        (one.start.day, one.start.hour, (one.end or NOW).hour) for one in hours.open_spans(NOW, NOW + 5 * 24 * HOUR)
    ]
    assert opened == [(24, 10, 11), (26, 8, 18), (27, 8, 9)]


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(0), "0 min"),
        (timedelta(microseconds=999), "0 min"),
        (timedelta(seconds=1), "1 s"),
        (timedelta(seconds=61), "1 min 1 s"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=1, seconds=1), "1 h 1 s"),
        (timedelta(days=5), "120 h"),
        (timedelta(days=-1), "−24 h"),
        (timedelta(minutes=-90), "−1 h 30 min"),
        (timedelta(hours=999_999), "999999 h"),
    ],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_length_is_said_in_hours_and_never_in_days(length: timedelta, said: str, language: str) -> None:
    with translation.override(language):
        assert span(length).replace("\u00a0", " ") == said


@law
@given(st.integers(0, 10**7))
def test_a_length_said_adds_up_to_itself(seconds: int) -> None:
    units = {"h": 3600, "min": 60, "s": 1}

    words = span(timedelta(seconds=seconds)).replace("\u00a0", " ").split(" ")

    assert sum(int(number) * units[unit] for number, unit in zip(words[::2], words[1::2], strict=True)) == seconds


@pytest.mark.parametrize(
    ("schedule", "is_round"),
    [
        (Schedule("UTC", WHOLE), True),
        (Schedule("UTC", WHOLE, closed=(date(2026, 12, 24),)), False),
        (Schedule("UTC", WHOLE, special={date(2026, 12, 24): ("00:00-24:00",)}), False),
        (Schedule("UTC", WHOLE, holidays="DE"), False),
        (Schedule("UTC", OFFICE), False),
        (Schedule("UTC", {**WHOLE, "sun": ("00:00-23:59",)}), False),
        (Schedule("UTC", {**WHOLE, "sun": ("00:00-12:00", "12:00-24:00")}), False),
        (Schedule("UTC", {day: hours for day, hours in WHOLE.items() if day != "sun"}), False),
    ],
)
def test_round_the_clock_means_that_nothing_ever_closes(schedule: Schedule, is_round: bool) -> None:
    assert is_round_the_clock(schedule) is is_round


@pytest.mark.parametrize(
    ("week", "english", "german"),
    [
        (WHOLE, "round the clock", "rund um die Uhr"),
        (OFFICE, "Mon–Fri 08:00–18:00", "Mo–Fr 08:00–18:00"),
        ({"sun": ("10:00-11:00",)}, "Sun 10:00–11:00", "So 10:00–11:00"),
        (
            {**OFFICE, "sat": ("09:00-12:00",)},
            "Mon–Fri 08:00–18:00, Sat 09:00–12:00",
            "Mo–Fr 08:00–18:00, Sa 09:00–12:00",
        ),
        (
            {"mon": ("08:00-12:00",), "tue": ("08:00-12:00",), "thu": ("08:00-12:00",)},
            "Mon–Tue 08:00–12:00, Thu 08:00–12:00",
            "Mo–Di 08:00–12:00, Do 08:00–12:00",
        ),
        (
            {"wed": ("06:00-10:00", "14:00-18:00")},
            "Wed 06:00–10:00, 14:00–18:00",
            "Mi 06:00–10:00, 14:00–18:00",
        ),
        ({}, "", ""),
    ],
)
def test_a_week_in_both_languages(week: dict[str, tuple[str, ...]], english: str, german: str) -> None:
    said = {}
    for language in ("en", "de"):
        with translation.override(language):
            said[language] = week_text(Schedule("Europe/Berlin", week))

    assert said == {"en": english, "de": german}


@law
@given(st.dictionaries(st.sampled_from(WEEKDAYS), st.sampled_from([("08:00-12:00",), ("09:00-17:00",)])))
def test_a_week_names_every_open_day_and_no_other(week: dict[str, tuple[str, ...]]) -> None:
    with translation.override("en"):
        said = week_text(Schedule("UTC", week))

    named = set()
    for part in said.split(", ") if said else []:
        first, _dash, last = part.split(" ")[0].lower().partition("–")
        named |= set(WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last or first) + 1])
    assert named == set(week)


@pytest.mark.parametrize(("year", "days"), [(2024, 366), (2026, 365), (2100, 365)])
def test_a_year_shows_each_of_its_days_once_in_order(year: int, days: int) -> None:
    months = year_of(stored(), year)

    shown = [day.on for month in months for week in month.weeks for day in week if day is not None]
    assert (len(months), len(shown), shown[0], shown[-1]) == (12, days, date(year, 1, 1), date(year, 12, 31))
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(shown))
    assert {len(week) for month in months for week in month.weeks} == {7}
    assert all(day.on.weekday() == place for m in months for week in m.weeks for place, day in enumerate(week) if day)


def test_the_days_that_differ_from_the_usual_week() -> None:
    row = stored(
        holiday_dates={"2026-12-25": "Weihnachten", "2027-01-01": "Neujahr"},
        closed=["2026-12-24"],
        special={"2026-12-25": ["10:00-12:00", "14:00-15:00"], "2026-12-31": []},
    )

    assert list(exceptions(row, 2026)) == [
        Day(date(2026, 12, 24), "holiday"),
        Day(date(2026, 12, 25), "special", "10:00-12:00, 14:00-15:00"),
        Day(date(2026, 12, 31), "special"),
    ]
    assert list(exceptions(row, 2027)) == [Day(date(2027, 1, 1), "holiday", "Neujahr")]
    assert list(exceptions(row, 2028)) == []


def test_a_preview_names_targets_in_force_and_agreed_but_no_draft_and_nothing_that_is_over(house: House) -> None:
    draft = RevisionFactory(agreement=house.agreement)
    fill(draft, office=house.office, clock=house.clock)

    on_office = previews.targets_on(house.office, NOW, reader=None)

    assert {target.revision for target in on_office} == {house.revision}
    assert [(target.priority, target.kind) for target in previews.targets_on(house.clock, NOW, reader=None)] == [
        ("P1", "resolution")
    ]
    house.revision.__class__.objects.filter(pk=house.revision.pk).update(in_force_to=NOW)
    assert previews.targets_on(house.office, NOW, reader=None) == []
    assert len(previews.targets_on(house.office, NOW - HOUR, reader=None)) == len(on_office)


def test_a_preview_refuses_what_saving_refuses(house: House) -> None:
    with translation.override("en"):
        for wrong in (Schedule("UTC", {}), Schedule("Berlin", OFFICE), Schedule("UTC", OFFICE, holidays="XX")):
            with pytest.raises(Refused):
                previews.preview(house.office, wrong, NOW)


@pytest.mark.parametrize(
    ("change", "moves"),
    [
        ({}, False),
        ({"week": {**OFFICE, "sat": ("09:00-12:00",)}}, True),
        ({"week": {**OFFICE, "mon": ("09:00-18:00",)}}, True),
        ({"zone": "Europe/London"}, True),
        ({"holidays": "DE-HH"}, True),
        ({"closed": (date(2027, 3, 1),)}, True),
        ({"closed": (date(2027, 2, 28),)}, False),
        ({"closed": (date(2028, 3, 1),)}, False),
    ],
)
def test_a_preview_shows_what_an_edit_moves(house: House, change: dict[str, object], moves: bool) -> None:
    proposed = replace(Schedule("Europe/Berlin", OFFICE), **change)  # type: ignore[arg-type]  # each field has its type

    found = previews.preview(house.office, proposed, NOW)

    assert any(one.is_moved for one in found) is moves
    assert all(one.reported_at > NOW for one in found)


def test_a_calendar_that_nothing_counts_on_moves_nothing(house: House) -> None:
    RevisionFactory(agreement=house.agreement)
    empty = house.office.__class__.objects.create(name="Leer")
    stored(calendar=empty, number=1, in_force_from=NOW).save()

    assert previews.preview(empty, Schedule("UTC", WHOLE), NOW) == []
