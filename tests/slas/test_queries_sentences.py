"""The promise in words, in both languages and in the reader's zone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from slas.clock import ServiceHours
from slas.queries import agreements, sentences
from slas.queries.agreements import Terms
from slas.queries.schedules import Schedule
from slas.queries.weeks import week_text
from tests.factories import OFFICE_WEEK, WHOLE_WEEK, CalendarRevisionFactory, House

BERLIN = ZoneInfo("Europe/Berlin")
WHOLE = {day: tuple(hours) for day, hours in WHOLE_WEEK.items()}
OFFICE = {day: tuple(hours) for day, hours in OFFICE_WEEK.items()}


@pytest.fixture(autouse=True)
def english_in_berlin() -> Iterator[None]:
    """A reader of English who lives in Berlin."""
    with translation.override("en"), timezone.override(BERLIN):
        yield


@pytest.fixture
def terms(house: House, friday_night: datetime) -> Terms:
    found = agreements.terms_for(house.product, friday_night)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("priority", "kind", "sentence"),
    [
        ("P1", "response", "A P1, reported Friday 22:00, is answered by Monday 09:00."),
        ("P1", "update", "A P1, answered Friday 22:00, should bring the next news by Monday 10:00."),
        ("P1", "resolution", "A P1, reported Friday 22:00, should be resolved by Saturday 02:00."),
        ("P3", "response", "A P3, reported Friday 22:00, is answered by Monday 18:00."),
        ("P3", "resolution", "A P3, reported Friday 22:00, should be resolved by Friday, 27 November 2026, 18:00."),
        ("P2", "update", ""),
    ],
)
def test_example(terms: Terms, friday_night: datetime, priority: str, kind: str, sentence: str) -> None:
    assert sentences.example(terms, priority, kind, friday_night) == sentence


def test_example_in_german(terms: Terms, friday_night: datetime) -> None:
    with translation.override("de"):
        said = sentences.example(terms, "P1", "response", friday_night)

    assert said == "Ein P1, gemeldet Freitag 22:00, wird bis Montag 09:00 beantwortet."


def test_example_in_the_readers_zone(terms: Terms, friday_night: datetime) -> None:
    with timezone.override(ZoneInfo("America/New_York")):
        said = sentences.example(terms, "P1", "response", friday_night)

    assert said == "A P1, reported Friday 16:00, is answered by Monday 03:00."


def test_promise_says_every_target_by_priority(terms: Terms) -> None:
    office = "of support time (Mon–Fri 08:00–18:00, Büro Hamburg)"

    assert [line.replace("\u00a0", " ") for line in sentences.promise(terms, BERLIN)] == [
        f"P1 – Sales stand still: Answer within 1 h {office}, promised, in 95 % of cases.",
        f"P1 – Sales stand still: News again within 2 h {office}, as an objective.",
        "P1 – Sales stand still: Resolution within 4 h round the clock, as an objective, in 90 % of cases.",
        f"P2 – An important part is limited: Answer within 4 h {office}, promised, in 95 % of cases.",
        f"P2 – An important part is limited: Resolution within 16 h {office}, as an objective.",
        f"P3 – A small fault or a question: Answer within 10 h {office}, promised, in 90 % of cases.",
        f"P3 – A small fault or a question: Resolution within 50 h {office}, as an objective.",
    ]


def test_promise_in_german(terms: Terms) -> None:
    with translation.override("de"):
        said = sentences.promise(terms, BERLIN)[0].replace("\u00a0", " ")

    assert said == (
        "P1 – Sales stand still: Reaktion innerhalb von 1 h Supportzeit (Mo–Fr 08:00–18:00, Büro Hamburg), "
        "zugesagt, in 95 % der Fälle."
    )


def test_hours_of_another_zone_name_it(terms: Terms) -> None:
    first = sentences.promises(terms, ZoneInfo("Asia/Kolkata"))[0]

    assert (first.priority, first.definition.means) == ("P1", "Sales stand still")
    assert "(Mon–Fri 08:00–18:00 in Europe/Berlin, Büro Hamburg)" in first.sentences[0]


def test_what_if_answers_every_timer_with_its_ledger(terms: Terms, friday_night: datetime) -> None:
    response, update, resolution = sentences.what_if(terms, "P1", friday_night)

    monday = datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert (response.kind, response.due_at, response.allowance) == (
        "response",
        monday + timedelta(hours=1),
        timedelta(hours=1),
    )
    assert response.lines == [
        {
            "timer": "response",
            "from": friday_night,
            "to": monday,
            "what": "closed",
            "seconds": 58 * 3600,
            "label": "closed until Monday 08:00",
        },
        {
            "timer": "response",
            "from": monday,
            "to": monday + timedelta(hours=1),
            "what": "counted",
            "seconds": 3600,
            "label": "1\u00a0h counted",
        },
    ]
    assert (update.kind, resolution.kind) == ("update", "resolution")
    assert [line["what"] for line in resolution.lines] == ["counted"]
    assert sentences.what_if(terms, "P4", friday_night) == []


def test_holidays_are_named_in_the_ledger(house: House) -> None:
    CalendarRevisionFactory(calendar=house.office, holiday_dates={"2026-11-23": "A feast"})
    at = datetime(2026, 11, 22, 23, tzinfo=UTC)
    terms = agreements.terms_of(house.revision, at)

    assert [line["label"] for line in sentences.what_if(terms, "P1", at)[0].lines] == [
        "holiday until Tuesday 00:00",
        "closed until Tuesday 08:00",
        "1\u00a0h counted",
    ]


def test_hours_that_never_suffice_say_so(terms: Terms, friday_night: datetime) -> None:
    # No calendar like this can be stored, but a clock must not hang on one.
    once = ServiceHours.parse(zone="UTC", week={}, special={date(2026, 12, 1): ["08:00-08:30"]})
    key = ("P1", "response")
    terms = replace(terms, targets={key: replace(terms.targets[key], hours=once)})

    found = sentences.what_if(terms, "P1", friday_night)[0]

    assert (found.due_at, found.lines) == (None, [])
    assert found.sentence == "The calendar does not open long enough for this target."


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(hours=4), "4 h"),
        (timedelta(hours=120), "120 h"),
        (timedelta(hours=1, minutes=30), "1 h 30 min"),
        (timedelta(seconds=90), "1 min 30 s"),
        (timedelta(0), "0 min"),
        (timedelta(minutes=-15), "−15 min"),
    ],
)
def test_span_is_said_in_hours_and_minutes(length: timedelta, said: str) -> None:
    assert sentences.span(length).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (Schedule("UTC", OFFICE), "Mon–Fri 08:00–18:00"),
        (Schedule("UTC", WHOLE), "round the clock"),
        (Schedule("UTC", WHOLE, holidays="DE"), "Mon–Sun 00:00–24:00"),
        (Schedule("UTC", OFFICE | {"fri": ("08:00-12:00",)}), "Mon–Thu 08:00–18:00, Fri 08:00–12:00"),
        (
            Schedule("UTC", {"mon": ("08:00-12:00", "13:00-17:00"), "wed": ("08:00-12:00",), "sun": ("10:00-11:00",)}),
            "Mon 08:00–12:00, 13:00–17:00, Wed 08:00–12:00, Sun 10:00–11:00",
        ),
    ],
)
def test_a_week_joins_days_with_the_same_hours(schedule: Schedule, said: str) -> None:
    assert week_text(schedule) == said


def test_a_week_in_german() -> None:
    with translation.override("de"):
        assert week_text(Schedule("UTC", OFFICE)) == "Mo–Fr 08:00–18:00"
