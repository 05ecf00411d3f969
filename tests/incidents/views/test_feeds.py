"""Feeds at their addresses: who is answered, with what, and who is not."""

import pytest
from django.test import Client
from icalendar import Calendar

from incidents.exports import feeds
from slas.models.parties import Visibility
from tests.factories import House, ProductFactory
from tests.incidents.views.reading import questions, signed_in
from tests.incidents.windows import announced

EVERY = ["/reviews.ics", "/maintenance.ics", "/products/kasse/maintenance.ics", "/products/kasse/maintenance.atom"]


@pytest.mark.parametrize("path", EVERY)
def test_a_feed_is_a_file_of_its_own_name_for_its_reader_alone(house: House, path: str) -> None:
    answer = signed_in(house.mira).get(path)

    name = path.rpartition("/")[2] if "products" not in path else f"maintenance-kasse.{path.rpartition('.')[2]}"
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert answer.headers["Cache-Control"] == "private, max-age=300"


@pytest.mark.parametrize("path", EVERY)
@pytest.mark.parametrize("token", ["", "?token=", "?token=1:x", "?token=%00", "?token=9999999999999999999:a"])
def test_without_a_good_address_there_is_nothing(house: House, client: Client, path: str, token: str) -> None:
    assert client.get(path + token).status_code == 404


@pytest.mark.parametrize("path", EVERY)
def test_a_feed_is_only_read(house: House, path: str) -> None:
    mira = signed_in(house.mira)

    assert [mira.post(path).status_code, mira.delete(path).status_code, mira.head(path).status_code] == [405, 405, 200]


def test_an_empty_calendar_is_one_all_the_same(house: House) -> None:
    body = signed_in(house.mira).get("/maintenance.ics").content

    calendar = Calendar.from_ical(body)
    assert (str(calendar["prodid"]), str(calendar["version"]), calendar.walk("VEVENT")) == (
        "-//Zusage//Maintenance//EN",
        "2.0",
        [],
    )


def test_a_product_feed_holds_its_own_windows_alone(house: House) -> None:
    shop = ProductFactory(slug="shop", team=house.team)
    announced(shop, by=house.jana, title="Of the shop")
    announced(house.product, by=house.jana, title="Of the till")
    announced(shop, house.product, by=house.jana, title="Of both")

    body = signed_in(house.mira).get("/products/shop/maintenance.ics").content.decode()

    assert [title in body for title in ("Of the shop", "Of the till", "Of both")] == [True, False, True]


def test_a_product_that_is_not_seen_has_no_feed(house: House) -> None:
    ProductFactory(slug="secret", visible_to=Visibility.STAKEHOLDERS)

    for kind in ("ics", "atom"):
        assert signed_in(house.mira).get(f"/products/secret/maintenance.{kind}").status_code == 404
        assert signed_in(house.mira).get(f"/products/nowhere/maintenance.{kind}").status_code == 404
        assert signed_in(house.vera).get(f"/products/secret/maintenance.{kind}").status_code == 200


@pytest.mark.parametrize("path", ["/maintenance.ics", "/products/kasse/maintenance.atom"])
def test_three_windows_cost_no_more_questions_than_one(house: House, path: str) -> None:
    mira = signed_in(house.mira)
    announced(house.product, by=house.jana)
    mira.get(path)
    one = questions(mira, path)

    for title in ("Two", "Three"):
        announced(house.product, by=house.jana, title=title)

    assert questions(mira, path) == one


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b\x07c", "abc"),
        ("tab\tand\nbreak\r", "tab\tand\nbreak\r"),
        ("half \ud800 a pair", "half  a pair"),
        ("\ufffe\uffff", ""),
        ("Grüße 😀 中", "Grüße 😀 中"),
    ],
)
def test_what_no_feed_can_hold_is_left_out(text: str, kept: str) -> None:
    assert feeds.writable(text) == kept


def test_links_lead_to_the_portal_from_outside() -> None:
    assert (feeds.host(), feeds.link("/maintenance/1/")) == ("testserver", "http://testserver/maintenance/1/")
