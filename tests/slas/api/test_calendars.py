"""Calendars in the API: every hour that a promise may be counted in."""

from datetime import datetime

from tests.callers import Caller
from tests.factories import OFFICE_WEEK, CalendarRevisionFactory, House


def test_everybody_reads_every_calendar_by_name(house: House) -> None:
    status, answer = Caller(house.outsider).get("/calendars/")

    assert (status, [row["name"] for row in answer["results"]]) == (200, ["Büro Hamburg", "Rund um die Uhr"])


def test_a_calendar_shows_its_hours_and_what_they_were_before(house: House) -> None:
    began = datetime.fromisoformat("2027-01-01T00:00:00+01:00")
    CalendarRevisionFactory(
        calendar=house.office, number=2, in_force_from=began, week={"sat": ["09:00-12:00"]}, closed=["2027-05-03"],
        special={"2027-12-31": []}, reason="Only Saturdays",
    )  # fmt: skip

    status, answer = Caller(house.rita).get(f"/calendars/{house.office.pk}/")

    assert (status, answer["id"], answer["name"]) == (200, house.office.pk, "Büro Hamburg")
    first, second = answer["revisions"]
    assert first["week"] == {day: ["08:00-18:00"] for day in OFFICE_WEEK}
    assert datetime.fromisoformat(second.pop("in_force_from")) == began
    assert second == {
        "number": 2, "zone": "Europe/Berlin", "week": {"sat": ["09:00-12:00"]}, "holidays": "none",
        "closed": ["2027-05-03"], "special": {"2027-12-31": []}, "reason": "Only Saturdays",
    }  # fmt: skip


def test_what_is_no_calendar_is_a_404(house: House) -> None:
    assert Caller(house.rita).get("/calendars/0/")[0] == 404
