"""Products as JSON: who answers for them, what is in force, and nothing for those who may not see them."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from slas.models import Product, Revision, Team
from tests.callers import Caller
from tests.factories import (
    AgreementFactory,
    House,
    ProductFactory,
    RevisionFactory,
    agreement_in_force,
    fill,
)

KASSE = {
    "slug": "kasse",
    "name": "Kasse",
    "team": "kassenteam",
    "owner": "mira",
    "deputies": ["olaf"],
    "tier": 2,
    "visible_to": "everyone",
    "public_promise": "",
    "revision": {"agreement": "kasse-2026", "number": 1},
}


@pytest.fixture
def rita(house: House) -> Caller:
    """Somebody without any role."""
    return Caller(house.rita)


@pytest.fixture
def secret(house: House) -> Product:
    """A product that only those concerned see."""
    return ProductFactory(slug="geheim", name="Geheim", team=house.team, owner=house.mira, visible_to="stakeholders")


def names(answer: tuple[int, Any]) -> list[str]:
    """The short names in a list, in its order."""
    status, body = answer
    assert (status, body["count"]) == (200, len(body["results"]))
    return [row["slug"] for row in body["results"]]


def test_product_says_who_answers_for_it_and_what_is_in_force(house: House, rita: Caller) -> None:
    Product.objects.filter(slug="kasse").update(tier=2)

    assert rita.get("/products/kasse/") == (200, KASSE)
    assert rita.get("/products/") == (200, {"count": 1, "next": None, "previous": None, "results": [KASSE]})


def test_products_without_agreement_stand_in_the_same_list(house: House, rita: Caller) -> None:
    ProductFactory(slug="waage", name="Waage", team=house.team, owner=house.mira)
    draft = RevisionFactory(agreement=AgreementFactory(product=Product.objects.get(slug="waage")))
    fill(draft, office=house.office, clock=house.clock)

    assert names(rita.get("/products/")) == ["kasse", "waage"]
    assert rita.get("/products/waage/")[1]["revision"] is None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["kasse", "waage"]),
        ({"team": "lagerteam"}, ["waage"]),
        ({"owner": "mira"}, ["kasse"]),
        ({"tier": "1"}, ["waage"]),
        ({"q": "KASS"}, ["kasse"]),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"team": "nowhere"}, []),
        ({"team": "lagerteam", "tier": "2"}, []),
        ({"ordering": "-name"}, ["waage", "kasse"]),
        ({"ordering": "tier,-slug"}, ["waage", "kasse"]),
    ],
)
def test_filters(house: House, rita: Caller, asked: dict[str, str], found: list[str]) -> None:
    ProductFactory(slug="waage", name="Waage", team=Team.objects.get(slug="lagerteam"), owner=house.olaf, tier=1)
    Product.objects.filter(slug="kasse").update(tier=2)

    assert names(rita.get("/products/", **asked)) == found


@pytest.mark.parametrize(
    "asked",
    [
        {"tier": "x"},
        {"tier": "0"},
        {"tier": "5"},
        {"tier": "NaN"},
        {"owner__email": "x"},
        {"q": "\0"},
        {"q": "x" * 201},
        {"ordering": "password"},
        {"page": "0"},
    ],
)
def test_what_no_filter_means_is_a_400(rita: Caller, asked: dict[str, str]) -> None:
    status, answer = rita.get("/products/", **asked)

    assert (status, list(answer)) == (400, list(asked))


@pytest.mark.parametrize("place", ["", "what-if/?priority=P1&at=2026-11-27T22:00:00Z", "terms/"])
def test_restricted_product_of_others_does_not_exist(house: House, secret: Product, rita: Caller, place: str) -> None:
    hidden = rita.get(f"/products/geheim/{place}")

    assert hidden == (404, {"detail": "No Product matches the given query."})
    assert hidden == rita.get(f"/products/nothing/{place}")
    assert Caller(house.stella).get("/products/geheim/")[0] == 404


def test_restricted_product_is_in_no_list_count_or_search_of_others(
    house: House, secret: Product, rita: Caller
) -> None:
    agreement_in_force(secret, provider=house.holger, customer=house.mira, office=house.office, clock=house.clock)

    for asked in ({}, {"q": "geheim"}, {"team": "kassenteam", "owner": "mira"}, {"page_size": "1"}):
        assert "geheim" not in names(rita.get("/products/", **asked))
    assert names(rita.get("/agreements/")) == ["kasse-2026"]
    assert names(rita.get("/agreements/", product="geheim")) == []
    assert rita.get("/agreements/geheim-2026/")[0] == 404


@pytest.mark.parametrize("who", ["mira", "jana", "holger", "doris", "vera", "anton", "adam"])
def test_those_concerned_see_a_restricted_product(house: House, secret: Product, who: str) -> None:
    assert names(Caller(getattr(house, who)).get("/products/")) == ["geheim", "kasse"]


@pytest.mark.parametrize("path", ["products/", "products/kasse/", "agreements/", "agreements/kasse-2026/"])
def test_strangers_are_told_nothing(client: Client, house: House, path: str) -> None:
    assert client.get(f"/api/v1/{path}").status_code in {401, 403}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["products/", "products/kasse/", "agreements/kasse-2026/", "products/kasse/terms/"])
def test_nothing_is_written_here(house: House, path: str, method: str) -> None:
    client = Client()
    client.force_login(house.vera)
    before = list(Product.objects.values()), list(Revision.objects.values())

    answer = getattr(client, method)(f"/api/v1/{path}", {"name": "Other"}, content_type="application/json")

    assert answer.status_code == 405
    assert (list(Product.objects.values()), list(Revision.objects.values())) == before


def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    house: House, rita: Caller, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for slug in ("waage", "regal"):
        product = ProductFactory(slug=slug, team=house.team, owner=house.mira)
        agreement_in_force(product, provider=house.holger, customer=house.mira, office=house.office, clock=house.clock)

    for path, limit in (("/products/", 8), ("/agreements/", 14)):
        seen = []
        for size in (1, 3):
            with django_assert_max_num_queries(limit) as queries:
                assert len(rita.get(path, page_size=str(size))[1]["results"]) == size
            seen.append(len(queries))
        assert seen[0] == seen[1], path
