"""A review comes round: reminded, prepared, held, followed up; and the next one stands in the calendar."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from incidents.actions import reviews
from incidents.models import Review, ReviewAction
from slas import mail
from slas.models import Notice, User
from tests.factories import House
from tests.incidents.rows import HOUR, breach, ticket, timer


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Monday, 4 May 2026, 09:00 in Berlin; the test moves it on."""
    with time_machine.travel(datetime(2026, 5, 4, 7, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def tick(day: int, month: int) -> None:
    """The hourly tick of that morning."""
    reviews.remind(now=datetime(2026, month, day, 7, tzinfo=UTC))


def subjects(person: User) -> list[str]:
    """What lies in somebody's letter box, oldest first, without what was withdrawn."""
    letters = Notice.objects.filter(recipient=person, state="pending").order_by("created_at", "pk")
    return [mail.words(letter, mail.Enclosure()).subject for letter in letters]


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_monthly_review_from_the_first_reminder_to_the_finished_action(
    house: House, clock: time_machine.Traveller
) -> None:
    tick(4, 5)
    april = Review.objects.get(rhythm="monthly", due_on=date(2026, 5, 11))
    assert (april.period_from_on, april.period_to_on) == (date(2026, 4, 1), date(2026, 5, 1))
    assert len(subjects(house.mira)) == 1  # a week before

    # April: nineteen answers in time, one an hour late, with its cause on record.
    due = datetime(2026, 4, 15, 8, tzinfo=UTC)
    for _ in range(19):
        timer(ticket(house), due, late=-HOUR)
    breach(ticket(house), due, cause="The router lost its uplink")
    for day in (10, 12, 13):
        tick(day, 5)
    assert len(subjects(house.mira)) == 3  # the day before, and once overdue

    clock.move_to(datetime(2026, 5, 13, 8, tzinfo=UTC))
    mira = signed_in(house.mira)
    page = mira.get(f"/reviews/{april.pk}/").content.decode()
    assert "The router lost its uplink" in page
    assert "19 of 20" in page
    mira.post(
        f"/reviews/{april.pk}/",
        {
            "notes": "One router, one breach.",
            "decision": "keep",
            "actions-TOTAL_FORMS": "1",
            "actions-INITIAL_FORMS": "0",
            "actions-0-title": "Replace the router",
            "actions-0-owner": house.jana.pk,
            "actions-0-due_on": "2026-05-19",
        },
    )
    assert subjects(house.mira) == []  # nobody is reminded of what is done
    assert Review.objects.filter(rhythm="monthly", held_at__isnull=True).get().due_on == date(2026, 6, 8)

    tick(17, 5)
    assert subjects(house.jana) == []
    tick(18, 5)
    tick(21, 5)
    assert ["Replace the router" in subject for subject in subjects(house.jana)] == [True, True]

    # The open action lies on the table of the next review until its owner says that it is done.
    june = f"/reviews/{Review.objects.get(rhythm='monthly', due_on=date(2026, 6, 8)).pk}/"
    clock.move_to(datetime(2026, 5, 22, 8, tzinfo=UTC))
    assert "Replace the router" in signed_in(house.mira).get(june).content.decode()
    signed_in(house.jana).post(f"/reviews/actions/{ReviewAction.objects.get().pk}/done/")
    assert "Replace the router" not in signed_in(house.mira).get(june).content.decode()
    assert subjects(house.jana) == []

    feed = Client().get(signed_in(house.mira).get("/reviews/").context["feed"])
    days = {
        event.decoded("dtstart"): str(event["summary"]) for event in Calendar.from_ical(feed.content).walk("VEVENT")
    }
    assert days[date(2026, 5, 11)] == "Review held: Kasse (monthly, tactical)"
    assert days[date(2026, 6, 8)] == "Review: Kasse (monthly, tactical)"


def test_the_figures_of_a_held_review_do_not_move_with_later_facts(house: House, clock: time_machine.Traveller) -> None:
    tick(4, 5)
    row = Review.objects.get(rhythm="monthly", due_on=date(2026, 5, 11))
    timer(ticket(house), datetime(2026, 4, 15, 8, tzinfo=UTC), late=-HOUR)
    address = f"/reviews/{row.pk}/"
    client = signed_in(house.holger)
    client.post(address, {"decision": "keep", "actions-TOTAL_FORMS": "0", "actions-INITIAL_FORMS": "0"})

    breach(ticket(house), datetime(2026, 4, 16, 8, tzinfo=UTC), cause="Found in an old log")
    clock.shift(timedelta(days=7))
    page = client.get(address).content.decode()

    assert "1 of 1" in page
    assert "Found in an old log" not in page
