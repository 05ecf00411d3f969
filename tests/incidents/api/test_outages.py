"""Outages and times without data through the API."""

from datetime import datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from time_machine import Traveller

from incidents.models import Outage
from slas.models import Product
from tests.callers import Caller
from tests.factories import House
from tests.incidents.acting import opened
from tests.incidents.api.test_hostile import cases, is_keepable
from tests.incidents.months import HOUR, gap, promised, proposal, shop, standing

NOW = datetime.fromisoformat("2026-11-20T22:00:00+01:00")
DOWN = {"title": "Shop is down", "products": ["shop"], "started_at": "2026-11-20T20:00:00+01:00"}


@pytest.fixture
def product(house: House) -> Product:
    found = shop(house)
    promised(house, found)
    return found


def test_an_outage_is_written_down_and_told_whole(house: House, product: Product, jana: Caller) -> None:
    number = opened(house, NOW - HOUR).number

    status, answer = jana.post("/outages/", DOWN | {"effect": "degraded", "weight": "0.25", "tickets": [number]})

    assert (status, answer) == (
        201,
        {
            "id": Outage.objects.get().pk,
            "title": "Shop is down",
            "products": ["shop"],
            "started_at": "2026-11-20T20:00:00+01:00",
            "ended_at": None,
            "effect": "degraded",
            "weight": "0.250",
            "standing": "confirmed",
            "responsibility": "provider",
            "counts": True,
            "cause": "",
            "evidence": "",
            "tickets": [number],
            "recorded_at": "2026-11-20T22:00:00+01:00",
            "recorded_by": "jana",
            "decided_at": "2026-11-20T22:00:00+01:00",
            "decided_by": "jana",
            "updated_at": "2026-11-20T22:00:00+01:00",
        },
    )
    assert jana.get(f"/outages/{answer['id']}/") == (200, answer)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"products": []}, "products"),
        ({"products": ["nowhere"]}, "products"),
        ({"products": "shop"}, "products"),
        ({"started_at": "2026-11-20T20:00:00"}, "started_at"),
        ({"started_at": "0001-01-01T00:00:00Z"}, "started_at"),
        ({"ended_at": "2026-11-20T19:00:00+01:00"}, "ended_at"),
        ({"effect": "gone"}, "effect"),
        ({"weight": "0.5"}, "weight"),
        ({"weight": "NaN", "effect": "degraded"}, "weight"),
        ({"weight": "1.5", "effect": "degraded"}, "weight"),
        ({"responsibility": "me"}, "responsibility"),
        ({"tickets": ["T-1", {}]}, "tickets"),
        ({"cause": "x" * 1001}, "cause"),
    ],
)
def test_a_mistake_is_named_beside_its_field(
    product: Product, jana: Caller, changes: dict[str, Any], field: str
) -> None:
    status, answer = jana.post("/outages/", DOWN | changes)

    assert (status, list(answer), Outage.objects.count()) == (400, [field], 0)


@pytest.mark.parametrize("value", cases("unicode", "xss-template"))
def test_a_title_is_kept_letter_by_letter_or_refused(product: Product, jana: Caller, value: str) -> None:
    status, answer = jana.post("/outages/", DOWN | {"title": value})

    if is_keepable(value) and value.strip() and len(value) <= 300:
        assert (status, answer["title"]) == (201, value.strip())
    else:
        assert (status, list(answer)) == (400, ["title"])


def test_what_lies_ahead_is_refused(product: Product, jana: Caller) -> None:
    status, answer = jana.post("/outages/", DOWN | {"started_at": "2026-11-21T20:00:00+01:00"})

    assert (status, answer) == (
        409,
        {"detail": "An outage is recorded once it has happened. Plan work ahead as maintenance."},
    )


def test_a_proposal_is_confirmed_corrected_and_ended(product: Product, jana: Caller) -> None:
    row = proposal(product, start=NOW - 2 * HOUR, length=None)
    address = f"/outages/{row.pk}/"

    assert jana.post(f"{address}confirm/")[1]["standing"] == "confirmed"
    assert jana.patch(address, {"cause": "Router"})[0] == 400
    status, answer = jana.patch(address, {"cause": "Router", "reason": "Found it"})
    assert (status, answer["cause"], answer["title"]) == (200, "Router", "Shop is down")
    assert (
        jana.post(f"{address}end/", {"at": "2026-11-20T21:00:00+01:00"})[1]["ended_at"] == "2026-11-20T21:00:00+01:00"
    )
    assert jana.post(f"{address}end/", {"at": "2026-11-20T21:30:00+01:00"})[0] == 409
    assert jana.post(f"{address}dismiss/", {})[0] == 400
    assert jana.post(f"{address}dismiss/", {"reason": "A drill"})[1]["counts"] is False
    assert jana.post(f"{address}confirm/")[0] == 409


def test_rights_come_before_mistakes(house: House, product: Product, clock: Traveller) -> None:
    row, mira = proposal(product, start=NOW - HOUR), Caller(house.mira)

    assert mira.post("/outages/", DOWN)[0] == 403
    for answer in (
        mira.patch(f"/outages/{row.pk}/", {}),
        *(mira.post(f"/outages/{row.pk}/{step}/", {}) for step in ("end", "confirm", "dismiss")),
    ):
        assert answer[0] == 403
    assert standing(row) == "proposed"


def test_a_restricted_product_is_nowhere(house: House, product: Product, rita: Caller) -> None:
    Product.objects.filter(pk=product.pk).update(visible_to="stakeholders")
    row, silence = proposal(product, start=NOW - HOUR), gap(product, start=NOW - 40 * HOUR)

    assert rita.get("/outages/")[1]["results"] == []
    assert rita.get("/no-data/")[1]["results"] == []
    for path in (f"/outages/{row.pk}/", f"/no-data/{silence.pk}/"):
        assert rita.get(path)[0] == 404
    assert rita.post(f"/outages/{row.pk}/confirm/")[0] == 404
    assert list(rita.post("/outages/", DOWN)[1]) == ["products"]


def test_the_list_is_narrowed_and_refuses_what_it_does_not_know(product: Product, jana: Caller) -> None:
    first = proposal(product, start=NOW - 3 * HOUR)
    second = proposal(product, start=NOW - HOUR, length=None)

    def found(**asked: str) -> list[int]:
        return [row["id"] for row in jana.get("/outages/", **asked)[1]["results"]]

    assert found() == [second.pk, first.pk]
    assert found(going_on="true") == [second.pk]
    assert found(product="kasse") == []
    assert found(standing="confirmed") == []
    assert found(started_before="2026-11-20T20:00:00+01:00", ordering="started_at") == [first.pk]
    assert jana.get("/outages/", nonsense="1")[0] == 400


@pytest.mark.parametrize("count", [1, 3])
def test_more_rows_cost_no_more_questions(
    product: Product, jana: Caller, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hours in range(1, count + 1):
        proposal(product, start=NOW - hours * HOUR, length=None)
        gap(product, start=NOW - (hours + 20) * HOUR)
    jana.get("/outages/")

    with django_assert_num_queries(7):
        assert len(jana.get("/outages/")[1]["results"]) == count
    with django_assert_num_queries(4):
        assert len(jana.get("/no-data/")[1]["results"]) == count
