"""New tills on a Saturday night: planned, announced, put off, done, and in everybody's calendar."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from incidents.actions import maintenance as actions
from incidents.exports.maintenance import address_of
from incidents.models import Maintenance
from incidents.queries import maintenance
from slas import mail
from slas.availability import measure
from slas.clock import Span
from slas.models import Notice, Product, User
from slas.queries.agreements import revision_in_force
from slas.queries.availability import promised_by
from tests.factories import House
from tests.incidents.views.reading import signed_in, words
from tests.incidents.windows import promising

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
NIGHT = datetime(2026, 11, 21, 21, tzinfo=UTC)  # Saturday, 22:00 in Berlin
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Monday, 10:00 in Berlin; the test moves it on."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def tills(house: House) -> Product:
    """Two days of notice, four hours of maintenance a month."""
    return promising(house, "tills")


def subjects(person: User) -> list[str]:
    """What somebody's letter box says, oldest first."""
    letters = Notice.objects.filter(recipient=person).order_by("pk")
    return [mail.words(letter, mail.Enclosure()).subject for letter in letters]


def entries(person: User) -> list[tuple[str, int, datetime]]:
    """State, sequence and start of what a calendar program finds at somebody's address."""
    body = Client().get(address_of(person)).content
    found = Calendar.from_ical(body).walk("VEVENT")
    return [(str(one["status"]), int(one["sequence"]), one.decoded("dtstart")) for one in found]


def shielded(product: Product) -> timedelta:
    """How much of November is shielded, as the month is measured."""
    revision = revision_in_force(product, NIGHT)
    assert revision is not None
    promised = promised_by(revision, NIGHT)
    assert promised is not None
    november = Span(datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC))
    facts = maintenance.facts([product], november)[product.pk]
    measured = measure(month=NIGHT.date(), terms=promised.terms, outages=[], maintenance=facts)
    return timedelta(seconds=int(measured.excluded))


def test_new_tills_from_the_plan_to_the_measured_month(
    house: House, tills: Product, clock: time_machine.Traveller
) -> None:
    jana, mira = signed_in(house.jana), signed_in(house.mira)

    # Jana looks at what it would mean before anybody hears of it.
    plan = {
        "products": ["tills"],
        "title": "New tills",
        "reason": "Version 7",
        "planned_from": "2026-11-21T22:00",
        "planned_to": "2026-11-22T01:00",
    }
    preview = jana.post("/maintenance/new/", {**plan, "preview": ""}).content.decode()
    assert "the notice would be kept" in preview
    assert (Maintenance.objects.count(), subjects(house.mira)) == (0, [])

    # She announces it; Mira reads the same as Jana, without the buttons.
    jana.post("/maintenance/new/", {**plan, "announce": ""})
    row = Maintenance.objects.get()
    assert subjects(house.mira) == ["Maintenance Sat 22:00: Tills – New tills"]
    assert "Next maintenance New tills Sat 21 Nov 2026, 22:00" in words(mira, "/products/tills/")
    assert "Announce" not in words(mira, f"/maintenance/{row.pk}/").partition("What happened")[0].partition("Why")[0]
    assert entries(house.mira) == [("CONFIRMED", 1, NIGHT)]

    # The parts are late: a day later keeps the notice, although it starts again.
    moved = {"planned_from": "2026-11-22T22:00", "planned_to": "2026-11-23T01:00", "reason": "Parts are late"}
    clock.move_to(MONDAY + DAY)
    jana.post(f"/maintenance/{row.pk}/move/", {**moved, "save": ""})
    assert subjects(house.mira)[1:] == ["Maintenance moved to Sun 22:00: Tills – New tills"]
    assert entries(house.mira) == [("CONFIRMED", 2, NIGHT + DAY)]

    # The work begins an hour late and takes longer than planned; people are told once.
    for at, action in ((NIGHT + DAY + HOUR, "begin"),):
        clock.move_to(at)
        jana.post(f"/maintenance/{row.pk}/{action}/")
    for minutes in (0, 179, 180, 181):
        actions.tell_overruns(now=NIGHT + DAY + timedelta(minutes=minutes))
    assert subjects(house.mira)[2:] == ["Maintenance takes longer: Tills – New tills"]

    # It ends two hours late; what lay in the window and was used shields, and nothing else.
    clock.move_to(NIGHT + DAY + 5 * HOUR)
    jana.post(f"/maintenance/{row.pk}/end/")
    page = words(mira, f"/maintenance/{row.pk}/")
    assert "It shielded 2 h." in page
    assert "Nov 26: 4 h of 4 h left, 2 h of it used, then 2 h left" in page
    assert shielded(tills) == 2 * HOUR

    # Jana pressed “begin” too late; the lead corrects it, and the reason stays with the window.
    corrected = {"used_from": "2026-11-22T22:00", "used_to": "2026-11-23T03:00", "reason": "Begun on time"}
    signed_in(house.holger).post(f"/maintenance/{row.pk}/correct/", corrected)
    assert shielded(tills) == 3 * HOUR
    assert "Holger Brandt times corrected" in words(mira, f"/maintenance/{row.pk}/")
    assert len(subjects(house.mira)) == 3


def test_a_weekly_window_is_told_once_and_stands_in_the_calendar_week_by_week(
    house: House, tills: Product, clock: time_machine.Traveller
) -> None:
    jana = signed_in(house.jana)
    said = {
        "products": ["tills"],
        "title": "Updates",
        "reason": "Security",
        "sun": "02:00-04:00",
        "zone": "Europe/Berlin",
        "starts_on": "2026-11-16",
    }

    jana.post("/maintenance/series/new/", {**said, "save": ""})
    assert subjects(house.mira) == ["Regular maintenance: Tills – Updates"]
    assert len(entries(house.mira)) == 5

    for day in range(15):
        actions.keep_ahead(now=MONDAY + day * DAY)
    assert (len(entries(house.mira)), len(subjects(house.mira))) == (7, 1)

    series = Maintenance.objects.earliest("pk").series_id
    clock.move_to(MONDAY + 15 * DAY)
    # Nobody stays signed in for so long.
    signed_in(house.jana).post(f"/maintenance/series/{series}/", {"reason": "New tool"})
    assert subjects(house.mira)[1:] == ["Regular maintenance ends: Tills – Updates"]
    # What has passed stays as it was; what was to come says that it is off.
    assert [state for state, *_ in entries(house.mira)] == ["CONFIRMED"] * 2 + ["CANCELLED"] * 5
