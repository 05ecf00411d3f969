"""From the alarm to the money: a monitor fires, people decide, the budget falls, a month is certified and credited."""

import json
import urllib.request
from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from incidents.actions import signals
from incidents.cadence import months_later
from incidents.models import Certificate, Credit
from incidents.queries.sources import secret_of
from tests.browser.conftest import Opener
from tests.factories import House, build_house
from tests.incidents.shop import Shop, build_shop

HOUR = timedelta(hours=1)


@pytest.fixture
def house(transactional_db: None) -> House:
    """The till's people, for a server in another thread."""
    return build_house()


@pytest.fixture
def shop(house: House) -> Shop:
    """Its availability is promised with credits: 99.9 %, about 43 minutes a month."""
    return build_shop(house)


def fire(server: LiveServer, shop: Shop, *, start: datetime, end: datetime) -> None:
    """The monitor tells of an outage that is over, with the secret of its source."""
    source = signals.create_source(
        slug="probe", name="Probe", kind="generic", by=shop.house.vera, now=start, default_product=shop.product
    )
    told = {
        "fingerprint": "checkout", "status": "resolved", "title": "Checkout fails",
        "starts_at": start.isoformat(), "ends_at": end.isoformat(),
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {secret_of(source)}", "Content-Type": "application/json"}
    address = f"{server.url}/api/v1/signals/generic/"
    with urllib.request.urlopen(urllib.request.Request(address, json.dumps(told).encode(), headers)) as answer:
        assert answer.status == 200


def step(page: Page, name: str) -> None:
    """Press a button, and read that it was done."""
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".message--good")).to_be_visible()


def test_from_the_alarm_to_the_money(live_server: LiveServer, shop: Shop, open_as: Opener) -> None:
    house, last = shop.house, months_later(timezone.localdate(), -1)
    noon = datetime.combine(last + timedelta(days=9), time(12), UTC)
    month = f"/products/shop/months/{last:%Y-%m}/"
    fire(live_server, shop, start=noon, end=noon + 3 * HOUR)

    # The monitor only proposes: the month has its whole budget until a person has decided.
    owner = open_as(house.mira, month, locale="en")
    expect(owner.get_by_text("proposed, does not count yet")).to_be_visible()
    expect(owner.locator("section", has=owner.locator("#availability")).locator(".state").first).to_have_text("kept")

    agent = open_as(house.jana, "/outages/?state=proposed", locale="en")
    agent.get_by_role("link", name="Checkout fails").click()
    expect(agent.get_by_role("heading", name="What it would take of the promise")).to_be_visible()
    step(agent, "Confirm as it stands")

    owner.goto(month)
    expect(owner.locator("section", has=owner.locator("#availability")).locator(".state").first).to_have_text("broken")
    owner.get_by_role("link", name="Draw up the certificate").click()
    step(owner, "Draw up the certificate")
    step(owner, "Sign for the customer")
    step(open_as(house.holger, f"/certificates/{Certificate.objects.get().pk}/", locale="en"), "Sign for the provider")

    # Nobody asked for the credit: it was proposed with the certificate.
    credit = Credit.objects.get()
    assert (credit.state, credit.month) == ("proposed", last)
    owner.goto("/")
    owner.locator(f"a[href='/credits/{credit.pk}/']").first.click()
    step(owner, "Claim the credit")
    step(open_as(house.holger, f"/credits/{credit.pk}/", locale="en"), "Grant the credit")

    credit.refresh_from_db()
    assert (credit.state, credit.claimed_by, credit.decided_by) == ("granted", house.mira, house.holger)
