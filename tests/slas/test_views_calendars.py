"""Calendars on pages: read by everyone, written with a preview, never edited."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from slas.models import Calendar, CalendarRevision, Product
from slas.models.parties import Visibility
from slas.queries.years import exceptions, year_of
from tests.factories import OFFICE_WEEK, CalendarRevisionFactory, House

OFFICE = dict.fromkeys(OFFICE_WEEK, "08:00-18:00")
SENT = {**OFFICE, "zone": "Europe/Berlin", "holidays": "DE-HH", "reason": "Öffnung am Samstag", "sat": "09:00 – 12:00"}


@pytest.fixture
def vera(client: Client, house: House) -> Client:
    client.force_login(house.vera)
    return client


def edit_page(house: House) -> str:
    return reverse("slas:calendar_edit", args=[house.office.pk])


def test_everyone_reads_the_hours_and_only_editors_change_them(client: Client, house: House) -> None:
    client.force_login(house.jana)

    shown = client.get(reverse("slas:calendar", args=[house.office.pk]))

    assert shown.status_code == 200
    assert edit_page(house) not in shown.content.decode()
    assert client.get(edit_page(house)).status_code == 403
    assert client.get(reverse("slas:calendar_new")).status_code == 403


def test_a_restricted_product_of_others_is_not_named_by_its_hours(client: Client, house: House) -> None:
    Product.objects.update(visible_to=Visibility.STAKEHOLDERS)
    page = f"/calendars/{house.office.pk}/"
    for person, is_named in ((house.mira, True), (house.outsider, False)):
        client.force_login(person)

        assert ("kasse-2026" in client.get(page).content.decode()) is is_named


def test_list_shows_the_week_in_words(client: Client, house: House) -> None:
    client.force_login(house.jana)

    shown = client.get(reverse("slas:calendars")).content.decode()

    assert "Mon–Fri 08:00–18:00" in shown
    assert "round the clock" in shown


@pytest.mark.parametrize("asked", ["abc", "-1", "99999999999", "1999", "２０２６", ""])
def test_nonsense_for_a_year_shows_this_one(client: Client, house: House, asked: str) -> None:
    client.force_login(house.jana)

    answer = client.get(reverse("slas:calendar", args=[house.office.pk]), {"year": asked})

    assert answer.status_code == 200
    assert answer.context["year"] >= 2026


def test_preview_shows_moved_deadlines_and_saves_nothing(vera: Client, house: House) -> None:
    answer = vera.post(edit_page(house), {**SENT, "preview": ""})

    assert answer.status_code == 200
    assert {example.is_moved for example in answer.context["moved"]} == {True}
    assert "<summary>Kasse (" in answer.content.decode()
    assert house.office.revisions.count() == 1


def test_preview_of_the_same_hours_moves_nothing(vera: Client, house: House) -> None:
    answer = vera.post(edit_page(house), {**SENT, "sat": "", "holidays": "none", "preview": ""})

    assert answer.context["moved"] == []
    assert "None of the examples would move." in answer.content.decode()


def test_saving_adds_a_revision_and_keeps_the_old_one(vera: Client, house: House) -> None:
    old = house.office.revisions.get()

    answer = vera.post(edit_page(house), {**SENT, "closed": "2026-12-24\n", "save": ""})

    new = house.office.revisions.get(number=2)
    assert answer.status_code == 302
    assert (new.week["sat"], new.closed, new.holidays, new.created_by) == (
        ["09:00-12:00"],
        ["2026-12-24"],
        "DE-HH",
        house.vera,
    )
    assert new.holiday_dates["2026-10-31"]
    assert house.office.revisions.get(number=1).week == old.week


@pytest.mark.parametrize(
    ("wrong", "field", "status"),
    [
        ({"mon": "18:00-08:00"}, None, 409),
        ({"mon": "08:00-12:00, 11:00-13:00"}, None, 409),
        ({"mon": "eight to six"}, None, 409),
        (dict.fromkeys([*OFFICE, "sat"], ""), None, 409),
        ({"zone": "Mars/Olympus"}, "zone", 400),
        ({"holidays": "XX-YY"}, None, 409),
        ({"closed": "24.12.2026"}, "closed", 400),
        ({"special": "2026-12-31 08:00"}, "special", 400),
        ({"special": "2026-12-31: 08:00-12:00\n2026-12-31: 09:00-12:00"}, "special", 400),
        ({"reason": ""}, "reason", 400),
        ({"in_force_from": "tomorrow"}, "in_force_from", 400),
    ],
)
def test_nonsense_is_refused_beside_the_field_and_kept(
    vera: Client, house: House, wrong: dict[str, str], field: str | None, status: int
) -> None:
    answer = vera.post(edit_page(house), {**SENT, **wrong, "save": ""})

    assert answer.status_code == status
    assert list(answer.context["form"].errors) == [field or "__all__"]
    assert "Öffnung am Samstag" in answer.content.decode() or field == "reason"
    assert house.office.revisions.count() == 1


def test_new_calendar_is_shown_after_saving(vera: Client, house: House) -> None:
    answer = vera.post(reverse("slas:calendar_new"), {**SENT, "name": "Büro Samstag"}, follow=True)

    calendar = Calendar.objects.get(name="Büro Samstag")
    assert answer.redirect_chain == [(reverse("slas:calendar", args=[calendar.pk]), 302)]
    assert calendar.revisions.get().week["sat"] == ["09:00-12:00"]


def test_taken_name_is_refused(vera: Client, house: House) -> None:
    answer = vera.post(reverse("slas:calendar_new"), {**SENT, "name": house.office.name})

    assert answer.status_code == 409
    assert Calendar.objects.filter(name=house.office.name).count() == 1


@pytest.mark.django_db
def test_special_days_beat_holidays_and_both_beat_the_week() -> None:
    hours = CalendarRevisionFactory(
        holiday_dates={"2026-12-25": "Weihnachten", "2026-12-26": "Weihnachten"},
        closed=["2026-12-24"],
        special={"2026-12-26": ["10:00-12:00"]},
    )

    december = [day for week in year_of(hours, 2026)[11].weeks for day in week if day is not None]
    kinds = {day.on.day: (day.kind, day.note) for day in december}

    assert [kinds[number] for number in (23, 24, 25, 26, 27)] == [
        ("open", ""),
        ("holiday", ""),
        ("holiday", "Weihnachten"),
        ("special", "10:00-12:00"),
        ("closed", ""),
    ]
    assert [day.on for day in exceptions(hours, 2026)] == [date(2026, 12, day) for day in (24, 25, 26)]


def test_nobody_can_read_calendars_without_signing_in(client: Client, house: House) -> None:
    for address in (reverse("slas:calendars"), reverse("slas:calendar", args=[house.office.pk])):
        assert client.get(address).status_code == 302


def test_calendar_list_asks_the_same_number_of_questions_for_more_rows(client: Client, house: House) -> None:
    client.force_login(house.jana)
    before = CalendarRevision.objects.count()
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("slas:calendars"))
    for _ in range(3):
        CalendarRevisionFactory()
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("slas:calendars"))

    assert (len(many), CalendarRevision.objects.count()) == (len(few), before + 3)
