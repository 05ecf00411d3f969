"""The calendars a promise is counted in, in words."""

from datetime import date

import pytest

from reporting.queries.measures import Exceptional, exceptions, measures
from slas.models import CalendarRevision
from slas.queries.agreements import terms_for
from slas.queries.schedules import schedule_of
from tests.factories import OFFICE_WEEK, CalendarFactory, CalendarRevisionFactory, House
from tests.incidents.rows import NOW

CHRISTMAS, EVE, NEW_YEARS_EVE = date(2026, 12, 25), date(2026, 12, 24), date(2026, 12, 31)


def calendar(**facts: object) -> CalendarRevision:
    """Office hours with these exceptions."""
    return CalendarRevisionFactory(calendar=CalendarFactory(name="Shop"), week=dict(OFFICE_WEEK), **facts)


def listed(revision: CalendarRevision) -> list[Exceptional]:
    """Every day that differs from the week."""
    return exceptions(revision, schedule_of(revision))


def test_measures_name_each_calendar_once_and_in_words(house: House) -> None:
    terms = terms_for(house.product, NOW)
    assert terms is not None

    found = [(one.calendar.calendar.name, one.week) for one in measures(terms, None, NOW.date())]

    assert found == [("Büro Hamburg", "Mon–Fri 08:00–18:00"), ("Rund um die Uhr", "round the clock")]


def test_days_that_differ_stand_in_order_with_their_names(db: None) -> None:
    revision = calendar(
        holiday_dates={"2026-12-25": "Christmas Day"},
        closed=["2026-12-24"],
        special={"2026-12-31": ["08:00-12:00"]},
    )

    assert listed(revision) == [
        Exceptional(EVE, "", ()),
        Exceptional(CHRISTMAS, "Christmas Day", ()),
        Exceptional(NEW_YEARS_EVE, "", ("08:00-12:00",)),
    ]


@pytest.mark.parametrize(
    ("closed", "special", "hours"),
    [([], {}, ()), (["2026-12-25"], {}, ()), (["2026-12-25"], {"2026-12-25": ["10:00-12:00"]}, ("10:00-12:00",))],
    ids=["holiday", "closed as well", "special beats closed beats holiday"],
)
def test_special_hours_beat_everything_and_keep_the_holidays_name(
    db: None, closed: list[str], special: dict[str, list[str]], hours: tuple[str, ...]
) -> None:
    revision = calendar(holiday_dates={"2026-12-25": "Christmas Day"}, closed=closed, special=special)

    assert listed(revision) == [Exceptional(CHRISTMAS, "Christmas Day", hours)]


def test_usual_week_has_no_exceptions(db: None) -> None:
    assert listed(calendar()) == []


def test_only_the_next_three_days_that_differ_are_shown(house: House) -> None:
    days = [f"2026-12-{day:02d}" for day in (1, 8, 15, 22, 29)]
    CalendarRevisionFactory(calendar=house.office, closed=["2026-11-19", *days], in_force_from=NOW)
    terms = terms_for(house.product, NOW)
    assert terms is not None

    office = measures(terms, None, NOW.date())[0]

    assert [entry.on.isoformat() for entry in office.exceptions] == days[:3]
