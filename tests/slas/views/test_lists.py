"""Every list: what the address bar asks is what the list shows, and nonsense in it hurts nobody."""

import csv
import io

import pytest
from django import forms
from django.test import RequestFactory

from slas.forms.filters import FilterForm
from slas.models import Product
from slas.views.lists import Column, Listing, make
from tests.factories import ProductFactory, TeamFactory

COLUMNS: list[Column[Product]] = [
    Column("name", "Product", order="name"),
    Column("team", "Team", order="team__name"),
    Column("tier", "Tier", order="tier", is_number=True),
    Column("promise", "Promise", value=lambda product: product.public_promise),
]


class TierFilter(FilterForm):
    """A filter by tier."""

    tier = forms.TypedChoiceField(choices=[("", "all"), ("1", "1"), ("3", "3")], coerce=int, required=False)


@pytest.fixture
def products(db: None) -> list[Product]:
    """Three products of two teams."""
    north, south = TeamFactory(name="North"), TeamFactory(name="South")
    return [
        ProductFactory(name="Alpha", team=south, tier=1, public_promise="=1+1"),
        ProductFactory(name="Beta", team=north, tier=3),
        ProductFactory(name="Gamma", team=north, tier=3, public_promise="day and night"),
    ]


def listed(address: str, size: int = 50) -> Listing[Product]:
    """The list that answers this address."""
    request = RequestFactory().get(address)
    rows = Product.objects.select_related("team")
    return make(
        request, rows, columns=COLUMNS, search=("name", "team__name"), filters=TierFilter(request.GET), size=size
    )


def names(address: str, size: int = 50) -> list[str]:
    """The names this address shows, in order."""
    return [product.name for product in listed(address, size).rows]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/", ["Alpha", "Beta", "Gamma"]),
        ("/?sort=-name", ["Gamma", "Beta", "Alpha"]),
        ("/?sort=team", ["Beta", "Gamma", "Alpha"]),
        ("/?q=north", ["Beta", "Gamma"]),
        ("/?q=north&sort=-name", ["Gamma", "Beta"]),
        ("/?tier=1", ["Alpha"]),
        ("/?tier=1&q=north", []),
        ("/?sort=promise", ["Alpha", "Beta", "Gamma"]),
        ("/?sort=team__lead__password", ["Alpha", "Beta", "Gamma"]),
        ("/?tier=x&page=99&sort=--", ["Alpha", "Beta", "Gamma"]),
        ("/?q=%00alpha%00", ["Alpha"]),
    ],
)
def test_list_shows_what_the_address_asks(products: list[Product], address: str, shown: list[str]) -> None:
    assert names(address) == shown


@pytest.mark.parametrize(
    ("page", "shown"), [("1", ["Alpha", "Beta"]), ("2", ["Gamma"]), ("99", ["Gamma"]), ("x", ["Alpha", "Beta"])]
)
def test_list_has_pages_and_a_page_too_far_is_the_last(products: list[Product], page: str, shown: list[str]) -> None:
    assert names(f"/?page={page}", size=2) == shown


def test_headings_say_how_the_list_is_sorted_and_what_a_click_does(products: list[Product]) -> None:
    headings = listed("/?sort=name").headings

    assert [(heading.name, heading.sort, heading.aria_sort) for heading in headings] == [
        ("name", "-name", "ascending"),
        ("team", "team", ""),
        ("tier", "tier", ""),
        ("promise", "", ""),
    ]


def test_descending_heading_turns_back(products: list[Product]) -> None:
    first = listed("/?sort=-name").headings[0]

    assert (first.sort, first.aria_sort) == ("name", "descending")


@pytest.mark.parametrize(
    ("address", "is_narrowed"), [("/", False), ("/?q=a", True), ("/?tier=3", True), ("/?tier=x", False)]
)
def test_list_knows_whether_it_was_narrowed(products: list[Product], address: str, is_narrowed: bool) -> None:
    assert listed(address).is_narrowed is is_narrowed


def test_file_holds_every_matching_row_and_runs_nothing_in_a_spreadsheet(products: list[Product]) -> None:
    found = listed("/?format=csv&sort=-name", size=1)

    answer = found.csv("products")

    text = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]  # a streamed answer of a sync view
    assert found.wants_csv
    assert answer["Content-Disposition"] == 'attachment; filename="products.csv"'
    assert list(csv.reader(io.StringIO(text))) == [
        ["Product", "Team", "Tier", "Promise"],
        ["Gamma", "North", "3", "day and night"],
        ["Beta", "North", "3", ""],
        ["Alpha", "South", "1", "'=1+1"],
    ]
