"""What is promised about availability: as terms for the arithmetic, and in sentences of both languages."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from slas.availability import AvailabilityTerms
from slas.models import AvailabilityPromise, CalendarRevision, Revision
from slas.queries.availability import promised_by, told, yardstick
from slas.queries.calendars import hours_of
from tests.factories import CalendarRevisionFactory, House, RevisionFactory

NOVEMBER = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
COUNTS = "An outage during maintenance counts, also when the maintenance was announced."


@pytest.fixture
def revision(house: House) -> Revision:
    """A draft, in which everything can still be written."""
    found: Revision = RevisionFactory(agreement=house.agreement)
    return found


def said(revision: Revision, language: str = "en", at: datetime = NOVEMBER, **fields: object) -> list[str]:
    AvailabilityPromise.objects.create(revision=revision, **{"target": Decimal("99.5"), "degraded_weight": 1, **fields})
    with translation.override(language):
        return [sentence.replace("\u00a0", " ") for sentence in told(revision, at)]


def test_nothing_is_promised_where_nothing_is_written(revision: Revision) -> None:
    assert (promised_by(revision, NOVEMBER), told(revision, NOVEMBER)) == (None, [])


def test_the_promise_becomes_terms_in_the_hours_of_the_moment(house: House, revision: Revision) -> None:
    later = CalendarRevisionFactory(calendar=house.office, in_force_from=NOVEMBER + HOUR, zone="Europe/Lisbon")
    AvailabilityPromise.objects.create(
        revision=revision, target=Decimal("99.95"), calendar=house.office, maintenance="count_as_down",
        notice=48 * HOUR, monthly_cap=8 * HOUR, ignore_up_to=timedelta(minutes=3), is_in_whole_minutes=True,
        boundary="broken",
    )  # fmt: skip

    before, after = (promised_by(revision, at) for at in (NOVEMBER, NOVEMBER + HOUR))

    assert before is not None
    assert after is not None
    earlier = CalendarRevision.objects.get(calendar=house.office, number=1)
    assert before.terms == AvailabilityTerms(
        target=Decimal("99.9500"), zone="Europe/Berlin", service_hours=hours_of(earlier), maintenance="count_as_down",
        notice=48 * HOUR, monthly_cap=8 * HOUR, ignore_up_to=timedelta(minutes=3), whole_minutes=True,
        boundary="broken",
    )  # fmt: skip
    assert (after.calendar, after.terms.service_hours) == (later, hours_of(later))


def test_what_the_usual_targets_mean_in_hours() -> None:
    with translation.override("de"):
        marks = [
            (mark.target, *(text.replace("\u00a0", " ") for text in (mark.month, mark.year))) for mark in yardstick()
        ]

    assert marks == [
        ("99", "7 h 12 min", "87 h 36 min"),
        ("99,5", "3 h 36 min", "43 h 48 min"),
        ("99,9", "43 min 12 s", "8 h 45 min 36 s"),
        ("99,95", "21 min 36 s", "4 h 22 min 48 s"),
        ("99,99", "4 min 19 s", "52 min 33 s"),
        ("99,999", "25 s", "5 min 15 s"),
    ]


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (NOVEMBER, "Available 99.5 % of each month, round the clock: in November 2026 at most 3 h 36 min down."),
        # The clocks change: this month has 743 hours.
        (
            datetime(2026, 3, 1, tzinfo=UTC),
            "Available 99.5 % of each month, round the clock: in March 2026 at most 3 h 42 min 54 s down.",
        ),
        # On the agreement's wall it is February already.
        (
            datetime(2026, 1, 31, 23, 30, tzinfo=UTC),
            "Available 99.5 % of each month, round the clock: in February 2026 at most 3 h 21 min 36 s down.",
        ),
    ],
)
def test_the_month_says_how_long_it_may_be_down(revision: Revision, at: datetime, sentence: str) -> None:
    assert said(revision, at=at)[0] == sentence


def test_agreed_time_is_named_with_its_hours(house: House, revision: Revision) -> None:
    assert said(revision, calendar=house.office)[0] == (
        "Available 99.5 % of the agreed time of each month (Büro Hamburg: Mon–Fri 08:00–18:00):"
        " in November 2026 at most 1 h 3 min down."
    )


def test_the_promise_in_german(revision: Revision) -> None:
    assert said(revision, "de", notice=48 * HOUR, monthly_cap=8 * HOUR, degraded_weight=Decimal("0.5")) == [
        "Zu 99,5 % jedes Monats verfügbar, rund um die Uhr: im November 2026 höchstens 3 h 36 min Ausfall.",
        "Wartung, die mindestens 48 h vorher angekündigt wurde, ist kein Ausfall.",
        "Ihre Zeit wird aus dem Monat herausgenommen.",
        "Das gilt für höchstens 8 h im Monat.",
        "Zeit, in der es nur teilweise funktioniert, zählt zu 50 %.",
    ]


def test_hours_elsewhere_name_their_zone_and_a_closed_month_is_called_so(revision: Revision) -> None:
    calendar = CalendarRevisionFactory(
        zone="America/New_York", week={"sun": ["00:00-01:00"]}, closed=[f"2026-11-{day:02}" for day in range(1, 31)]
    ).calendar

    assert said(revision, calendar=calendar)[0] == (
        f"In November 2026 there is no agreed time ({calendar.name}: Sun 00:00–01:00 in America/New_York)."
    )


@pytest.mark.parametrize(
    ("fields", "sentences"),
    [
        ({}, ["Announced maintenance is no outage.", "Its time is left out of the month."]),
        ({"maintenance": "count_as_up"}, ["Announced maintenance is no outage.", "Its time counts as available."]),
        ({"maintenance": "count_as_down"}, [COUNTS]),
        ({"monthly_cap": timedelta(0)}, [COUNTS]),
        (
            {"maintenance": "count_as_down", "degraded_weight": 0},
            [COUNTS, "Time in which it works only in part does not count."],
        ),
        (
            {"maintenance": "count_as_down", "ignore_up_to": timedelta(minutes=3), "is_in_whole_minutes": True},
            [
                COUNTS,
                "Outages of up to 3 min do not count.",
                "Only whole minutes of an outage count.",
            ],
        ),
        (
            {"maintenance": "count_as_down", "boundary": "broken", "degraded_weight": Decimal("0.125")},
            [
                COUNTS,
                "Time in which it works only in part counts with 12.5 %.",
                "Exactly 99.5 % breaks the promise.",
            ],
        ),
    ],
)
def test_what_counts_is_said_where_it_is_not_plain(
    revision: Revision, fields: dict[str, object], sentences: list[str]
) -> None:
    assert said(revision, **fields)[1:] == sentences
