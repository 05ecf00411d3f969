"""The list of products: promise in one line, state, month and review, with an agreement or without."""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.utils.html import escape

from incidents.models import Status
from slas.models import Product
from slas.models.parties import Visibility
from tests.factories import House, ProductFactory, agreement_in_force
from tests.incidents import rows
from tests.incidents.rows import HOUR, NOW
from tests.reporting.readers import Reader

OVERDUE = "<span>overdue</span>"
KEPT = "<span>kept</span>"
CASES = Path(__file__).parent.parent / "cases" / "hostile_inputs.jsonl"
HOSTILE = [json.loads(line)["value"] for line in CASES.read_text().splitlines()]
NAMES = re.compile(r'<th scope="row"><a href="[^"]+">([^<]+)</a>')


def product(house: House, name: str, *, is_promised: bool = True) -> Product:
    """One more product of the same people."""
    made = ProductFactory(slug=name.lower(), name=name, team=house.team, owner=house.olaf)
    if is_promised:
        agreement_in_force(made, provider=house.holger, customer=house.olaf, office=house.office, clock=house.clock)
    return made


def line_of(page: str, name: str) -> str:
    """The row of the table that holds this product."""
    return next(row for row in page.split("<tr>") if f">{name}</a>" in row)


def test_line_says_promise_state_month_and_review(house: House) -> None:
    rows.timer(rows.ticket(house), NOW - HOUR, late=-HOUR)
    rows.review(house, date(2026, 12, 1))

    line = line_of(Reader(house.mira).page("/products/"), "Kasse")

    assert "answer within 1 h, solved within 4 h" in line
    assert "<span>1 open, in time</span>" in line
    assert KEPT in line
    assert "1 of 1 in time" in line
    assert "1 December 2026" in line
    assert OVERDUE not in line
    assert "Mira Aydin" in line


def test_line_of_a_product_whose_review_was_forgotten_says_so(house: House) -> None:
    rows.review(house, NOW.date() - timedelta(days=1))

    assert OVERDUE in line_of(Reader(house.mira).page("/products/"), "Kasse")


def test_line_of_a_product_with_a_late_clock_says_so(house: House) -> None:
    rows.timer(rows.ticket(house), NOW - HOUR)
    rows.timer(rows.ticket(house), NOW + HOUR)

    assert "<span>1 of 2 open late</span>" in line_of(Reader(house.mira).page("/products/"), "Kasse")


@pytest.mark.parametrize(
    ("status", "is_history"), [(Status.CLOSED, False), (Status.RESOLVED, False), (Status.OPEN, True)]
)
def test_settled_and_imported_tickets_are_no_work_of_today(house: House, status: str, is_history: bool) -> None:
    rows.timer(rows.ticket(house, status=status, is_history=is_history), NOW - HOUR)

    assert "<span>nothing open</span>" in line_of(Reader(house.mira).page("/products/"), "Kasse")


def test_product_without_an_agreement_stands_in_the_same_list_and_is_marked(house: House) -> None:
    product(house, "Shop", is_promised=False)

    page = Reader(house.mira).page("/products/")

    assert "<span>no agreement</span>" in line_of(page, "Shop")
    assert "<span>no agreement</span>" not in line_of(page, "Kasse")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/products/", ["Archiv", "Kasse", "Shop"]),
        ("/products/?agreement=with", ["Archiv", "Kasse"]),
        ("/products/?agreement=without", ["Shop"]),
        ("/products/?whose=mine", ["Kasse"]),
        ("/products/?team=lagerteam", []),
        ("/products/?team=kassenteam&q=shop", ["Shop"]),
        ("/products/?q=mira", ["Kasse"]),
        ("/products/?sort=-name", ["Shop", "Kasse", "Archiv"]),
        ("/products/?agreement=nonsense&team=nonsense&whose=&page=x", ["Archiv", "Kasse", "Shop"]),
    ],
)
def test_list_answers_the_address_bar(house: House, address: str, shown: list[str]) -> None:
    product(house, "Archiv")
    product(house, "Shop", is_promised=False)

    page = Reader(house.mira).page(address)

    assert NAMES.findall(page) == shown


def test_restricted_product_of_others_is_in_no_list_no_search_and_no_file(house: House) -> None:
    Product.objects.filter(pk=house.product.pk).update(visible_to=Visibility.STAKEHOLDERS)

    reader = Reader(house.outsider)

    assert "Kasse<" not in reader.page("/products/").replace("Kassenteam", "")
    assert "Nothing matches" in reader.page("/products/?q=kasse")
    assert reader.file("/products/?format=csv") == ["Product,Promise,Now,This month,Next review,Owner,Team"]
    reader.page("/products/kasse/", status=404)
    reader.page("/products/kasse/months/2026-11/", status=404)


def test_file_says_what_the_page_says(house: House) -> None:
    rows.timer(rows.ticket(house), NOW - HOUR)
    rows.review(house, date(2026, 12, 1))
    product(house, "Shop", is_promised=False)

    assert Reader(house.mira).file("/products/?format=csv") == [
        "Product,Promise,Now,This month,Next review,Owner,Team",
        "Kasse,P1 1 h / 4 h,1 of 1 late,0/1,2026-12-01,Mira Aydin,Kassenteam",
        "Shop,,nothing open,,,Olaf,Kassenteam",
    ]


def test_empty_list_teaches_the_next_step_to_whoever_may_take_it(house: House) -> None:
    Product.objects.update(visible_to=Visibility.STAKEHOLDERS)

    assert "Add the first product" not in Reader(house.outsider).page("/products/")
    assert "No product yet" in Reader(house.outsider).page("/products/")


def test_list_takes_as_many_queries_for_three_products_as_for_one(house: House) -> None:
    reader = Reader(house.mira)
    rows.timer(rows.ticket(house), NOW - timedelta(days=2))
    one = reader.queries("/products/")

    product(house, "Archiv")
    product(house, "Lager")

    assert reader.queries("/products/") == one
    assert one <= 16


@pytest.mark.parametrize("path", ["/products/", "/products/kasse/"])
def test_nothing_in_the_address_bar_breaks_a_page_or_comes_back_unescaped(house: House, path: str) -> None:
    client = Reader(house.mira).client
    before = client.get(path).content.decode().count("<script")

    for word in (str(value) for value in HOSTILE):
        names = ("q", "sort", "page", "team", "whose", "agreement", "priority", "at")
        answer = client.get(f"{path}?{urlencode(dict.fromkeys(names, word.encode(errors='surrogatepass')))}")

        page = answer.content.decode()
        assert answer.status_code == 200, word
        assert (page.count("<script"), "<img" in page, "onerror=" in page.replace(escape(word), "")) == (
            before,
            False,
            False,
        ), word
