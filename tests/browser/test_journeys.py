"""The three main users do their job: the owner reads, the agent works with the keyboard, the manager acknowledges."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from incidents.actions import escalations, tickets
from incidents.models import Escalation, Status, Ticket
from incidents.queries.escalations import make_token
from slas.queries.notices import database_now
from tests.browser.conftest import Opener
from tests.factories import House, build_house
from tests.incidents.kiosk import Kiosk, build_kiosk


@pytest.fixture
def till(transactional_db: None) -> House:
    """The till, for a server in another thread."""
    return build_house()


@pytest.fixture
def kiosk(till: House) -> Kiosk:
    return build_kiosk(till)


def test_owner_says_back_what_happens_on_friday_night(till: House, open_as: Opener) -> None:
    page = open_as(till.mira, "/", locale="en")

    page.get_by_role("link", name="Kasse").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Kasse")
    # As it is seen: each sentence stands on a line of its own.
    assert page.locator(".promise > li").first.inner_text().split("\n")[:2] == [
        "A P1, reported Friday 22:00, is answered by Monday 09:00.",
        "A P1, reported Friday 22:00, should be resolved by Saturday 02:00.",
    ]


def test_owner_reports_and_is_told_beforehand_when_to_hear_from_the_team(till: House, open_as: Opener) -> None:
    page = open_as(till.mira, reverse("incidents:ticket_new"), locale="en")

    page.get_by_label("Product").select_option("kasse")
    page.get_by_label("Work stands still, or data are in danger").check()
    expect(page.locator("#promise")).to_contain_text("You will hear from us by")
    page.get_by_label("In one line").fill("Till 3 prints nothing")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Till 3 prints nothing")
    assert Ticket.objects.get().priority == "P1"


def test_agent_works_a_ticket_through_pause_to_resolved_with_the_keyboard(kiosk: Kiosk, open_as: Opener) -> None:
    ticket = kiosk.ticket(timedelta(minutes=5))
    page = open_as(kiosk.house.jana, reverse("incidents:queue"), locale="en")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kiosk is down")

    page.keyboard.press("t")
    expect(page.get_by_text("It is yours now.")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.type("We are looking into it.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#clocks")).to_contain_text("kept")

    page.keyboard.press("p")
    page.keyboard.press("Tab")
    page.keyboard.type("Needs the serial number")
    page.keyboard.press("Enter")
    expect(page.locator("#clocks")).to_contain_text("moves while the ticket waits")

    page.keyboard.press("u")
    expect(page.locator("[data-key=u]")).to_have_count(0)
    page.keyboard.press("s")
    page.keyboard.type("Replaced the cable.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Done.")).to_be_visible()

    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == (Status.RESOLVED, kiosk.house.jana)


def test_manager_acknowledges_from_the_link_in_the_mail(kiosk: Kiosk, open_as: Opener) -> None:
    house = kiosk.house
    ticket = kiosk.ticket(timedelta(minutes=61))
    escalations.sweep()
    fired = Escalation.objects.filter(ticket=ticket, told_with__isnull=True).order_by("-due_at").first()
    assert fired is not None
    token = make_token(fired.pk, house.doris.pk, fired.cycle)

    page = open_as(house.doris, reverse("incidents:acknowledge", args=[token]), locale="en")
    fired.refresh_from_db()
    assert fired.acknowledged_at is None, "opening the link changes nothing"
    page.locator("main form button").first.click()

    expect(page.locator(".message--good")).to_be_visible()
    fired.refresh_from_db()
    assert fired.acknowledged_by == house.doris
    assert fired.acknowledged_at is not None
    assert fired.acknowledged_at <= database_now()


def test_reporter_answers_and_the_ticket_goes_on(kiosk: Kiosk, open_as: Opener) -> None:
    house = kiosk.house
    ticket = kiosk.ticket(timedelta(minutes=5))
    tickets.pause(ticket, by=house.jana, now=database_now(), reason="reporter", text="Which till?")
    page = open_as(house.rita, reverse("incidents:ticket", args=[ticket.number]), locale="en")

    page.locator("#do-comment summary").click()
    page.locator("#do-comment textarea").fill("Number three.")
    page.locator("#do-comment button").click()

    expect(page.get_by_text("Number three.")).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW
