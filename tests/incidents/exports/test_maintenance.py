"""Feeds of planned work as other programs read them."""

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from incidents.actions import maintenance
from incidents.exports import feeds
from incidents.exports import maintenance as exports
from slas.clock import Span
from slas.models import User
from slas.models.parties import Visibility
from tests.factories import House, ProductFactory
from tests.incidents.views.reading import HOSTILE
from tests.incidents.windows import DAY, HOUR, NOW, SATURDAY, announced, planned

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def events(person: User) -> list[dict[str, object]]:
    """What stands in somebody's calendar."""
    found = Calendar.from_ical(exports.calendar(person, now=NOW))
    names = ("uid", "sequence", "status", "dtstart", "dtend", "last-modified", "summary")
    return [{name: event.decoded(name) for name in names} for event in found.walk("VEVENT")]


def entries(house: House, person: User) -> list[dict[str, str]]:
    """What stands in the news of the till."""
    text = exports.news(person, house.product, path="/products/kasse/maintenance.atom")
    root = ElementTree.fromstring(text)
    return [
        {name: (entry.findtext(f"{ATOM}{name}") or "") for name in ("id", "title", "published", "updated", "summary")}
        for entry in root.iter(f"{ATOM}entry")
    ]


def test_a_window_is_an_entry_in_utc(house: House) -> None:
    row = announced(house.product, by=house.jana)

    assert events(house.mira) == [
        {
            "uid": f"maintenance-{row.pk}@testserver",
            "sequence": 1,
            "status": "CONFIRMED",
            "dtstart": SATURDAY,
            "dtend": SATURDAY + 3 * HOUR,
            "last-modified": NOW,
            "summary": "Maintenance of Kasse – New tills",
        }
    ]
    assert b"DTSTART:20261121T210000Z" in exports.calendar(house.mira, now=NOW)


def test_changes_raise_the_sequence_and_a_cancelled_window_stays(house: House) -> None:
    row = announced(house.product, by=house.jana)
    uid = events(house.mira)[0]["uid"]
    window = Span(SATURDAY + DAY, SATURDAY + DAY + HOUR)
    maintenance.move(row, by=house.jana, now=NOW + HOUR, window=window, reason="x")
    maintenance.cancel(row, by=house.jana, now=NOW + 2 * HOUR, reason="No parts")

    (event,) = events(house.mira)

    assert (event["uid"], event["sequence"], event["status"], event["last-modified"]) == (
        uid, 3, "CANCELLED", NOW + 2 * HOUR,
    )  # fmt: skip
    assert event["summary"] == "Cancelled: maintenance of Kasse – New tills"
    assert event["dtstart"] == SATURDAY + DAY


def test_plans_are_nobodys_news_and_emergencies_are_marked(house: House) -> None:
    planned(house.product, by=house.jana)
    maintenance.cancel(planned(house.product, by=house.jana, title="Off"), by=house.jana, now=NOW, reason="x")
    maintenance.emergency(
        [house.product], by=house.jana, now=NOW, title="Disk", reason="Full", window=Span(NOW, NOW + HOUR)
    )

    assert [event["summary"] for event in events(house.mira)] == ["Emergency maintenance of Kasse – Disk"]


def test_old_windows_leave_the_calendar(house: House) -> None:
    old = Span(NOW - 402 * DAY, NOW - 401 * DAY)
    maintenance.emergency([house.product], by=house.jana, now=NOW, title="Old", reason="x", window=old)

    assert events(house.mira) == []


def test_the_calendar_speaks_the_language_of_its_reader(house: House) -> None:
    announced(house.product, by=house.jana)
    house.mira.language = "de"

    assert events(house.mira)[0]["summary"] == "Wartung Kasse – New tills"


def test_news_are_valid_atom_with_stable_keys(house: House) -> None:
    row = announced(house.product, by=house.jana)
    maintenance.cancel(row, by=house.jana, now=NOW + HOUR, reason="No parts")

    assert entries(house, house.mira) == [
        {
            "id": f"tag:testserver,2026:maintenance-{row.pk}",
            "title": "Cancelled: maintenance of Kasse – New tills",
            "published": "2026-11-16T09:00:00+00:00",
            "updated": "2026-11-16T10:00:00+00:00",
            "summary": "Cancelled: No parts",
        }
    ]
    root = ElementTree.fromstring(exports.news(house.mira, house.product, path="/products/kasse/maintenance.atom"))
    needed = [root.findtext(f"{ATOM}{name}") for name in ("title", "id", "updated", f"author/{ATOM}name")]
    assert needed == [
        "Zusage: maintenance of Kasse", f"tag:testserver,2026:maintenance-of-{house.product.pk}",
        "2026-11-16T10:00:00+00:00", "Zusage",
    ]  # fmt: skip


def test_whatever_was_written_stays_a_feed_that_can_be_read(house: House) -> None:
    for text in HOSTILE:
        row = announced(house.product, by=house.jana, title=text[:200])

        event, entry = events(house.mira)[-1], entries(house, house.mira)[0]

        assert event["uid"] == f"maintenance-{row.pk}@testserver"
        assert entry["id"] == f"tag:testserver,2026:maintenance-{row.pk}"
        # XML knows one kind of line break.
        kept = feeds.writable(text[:200]).replace("\r\n", "\n").replace("\r", "\n")
        assert entry["title"] == f"Maintenance of Kasse – {kept}"


class TestAddresses:
    """Who asks is told by a signed address."""

    @pytest.mark.parametrize("kind", ["ics", "atom"])
    def test_a_product_feed_needs_nobody_to_sign_in(self, house: House, client: Client, kind: str) -> None:
        announced(house.product, by=house.jana)
        calendar, news = exports.addresses_of(house.product, house.mira)

        answer = client.get(calendar if kind == "ics" else news)

        assert answer.status_code == 200
        assert b"New tills" in answer.content
        assert answer.headers["Content-Type"] == {
            "ics": "text/calendar; charset=utf-8", "atom": "application/atom+xml; charset=utf-8",
        }[kind]  # fmt: skip
        assert answer.headers["Cache-Control"] == "private, max-age=300"

    def test_the_own_calendar_holds_what_its_reader_sees(self, house: House, client: Client) -> None:
        hidden = ProductFactory(team=house.outsider.leads.get(), visible_to=Visibility.STAKEHOLDERS)
        announced(hidden, by=house.vera, title="Secret")
        announced(house.product, by=house.vera)

        body = client.get(exports.address_of(house.mira)).content

        assert (b"New tills" in body, b"Secret" in body) == (True, False)

    def test_an_address_opens_one_feed_alone(self, house: House, client: Client) -> None:
        _path, _, token = exports.address_of(house.mira).partition("?token=")

        for path in ("/products/kasse/maintenance.ics", "/products/kasse/maintenance.atom", "/reviews.ics"):
            assert client.get(f"{path}?token={token}").status_code == 404
        assert client.get(f"/maintenance.ics?token={token}x").status_code == 404
        assert client.get("/maintenance.ics").status_code == 404

    def test_whoever_left_or_lost_sight_reads_nothing_more(self, house: House, client: Client) -> None:
        product = ProductFactory(slug="shop", team=house.outsider.leads.get())
        calendar, _news = exports.addresses_of(product, house.mira)

        statuses = [client.get(calendar).status_code]
        product.visible_to = Visibility.STAKEHOLDERS
        product.save()
        statuses.append(client.get(calendar).status_code)
        User.objects.filter(pk=house.mira.pk).update(is_active=False)
        statuses.append(client.get(exports.address_of(house.mira)).status_code)

        assert statuses == [200, 404, 404]
