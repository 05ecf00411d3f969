"""Journey 3, begun by a monitor: it tells of an outage, the team hears of it and confirms it, the month is measured."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from incidents.models import Outage, SignalSource
from incidents.queries import availability
from incidents.queries.invariants import findings
from incidents.queries.sources import secret_of
from slas.actions.delivery import deliver
from slas.models import Product
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents import months
from tests.incidents.signals.payloads import alert, alertmanager
from tests.post_office import PostOffice

ADDRESS = "/api/v1/signals/alertmanager/"


@pytest.fixture
def shop(house: House) -> Product:
    """A product whose availability is promised."""
    product = months.shop(house)
    months.promised(house, product)
    return product


def set_up(client: Client, house: House, shop: Product) -> dict[str, str]:
    """Vera sets up the source and copies its secret from the page into the monitor."""
    client.force_login(house.vera)
    said = {"slug": "prom", "name": "Prometheus", "kind": "alertmanager", "is_active": "on"}
    page = client.post("/signals/sources/new/", {**said, "rules": "alertname=ShopDown: shop"}, follow=True)
    secret = secret_of(SignalSource.objects.get())
    assert secret in page.content.decode()
    assert ADDRESS in page.content.decode()
    client.logout()
    return {"Authorization": f"Bearer {secret}"}


def tell(
    client: Client, own: dict[str, str], starts_at: datetime, ends_at: datetime | None = None
) -> dict[str, object]:
    """The monitor reports."""
    told = json.dumps(alertmanager(alert(starts_at, ends_at, name="ShopDown")))
    answer = client.post(ADDRESS, told, content_type="application/json", headers=own)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def down(shop: Product, now: datetime) -> timedelta:
    """How long the shop was down in the months that the outage can touch."""
    found = availability.of_products([shop], now=now, months=2)[shop.pk]
    return timedelta(seconds=float(sum(month.whole.down for month in found if month.whole)))


@pytest.mark.django_db(transaction=True)
def test_from_a_signal_to_a_measured_month(client: Client, house: House, shop: Product, office: PostOffice) -> None:
    now = database_now()
    since = (now - timedelta(minutes=40)).replace(second=0, microsecond=0)
    own = set_up(client, house, shop)

    assert tell(client, own, since)["accepted"] == 1
    assert tell(client, own, since)["duplicates"] == 1
    deliver()

    assert {one.to for one in office.received} == {house.jana.email, house.timo.email}, "one letter each"
    letter = office.of(house.jana.email)[0]
    assert letter.subject == "Down? Shop: ShopDown: no answer for two minutes"
    outage = Outage.objects.get()
    text = letter.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # a mail with a text
    assert f"http://testserver/outages/{outage.pk}/" in text
    assert down(shop, now) == timedelta(0), "a proposal does not count"

    assert len(tell(client, own, since, since + timedelta(minutes=30))["proposals"]) == 1
    client.force_login(house.jana)
    page = client.get(f"/outages/{outage.pk}/")
    assert "Prometheus" in page.content.decode(), "the evidence says which monitor saw it"
    assert client.post(f"/outages/{outage.pk}/confirm/").status_code == 302

    assert down(shop, now) == timedelta(minutes=30)
    assert {name: found.count for name, found in findings().items() if found.count} == {}
