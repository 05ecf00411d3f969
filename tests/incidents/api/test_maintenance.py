"""Planned work at the API: every deed, its refusals, and who sees what."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from incidents.models import Maintenance
from slas.models import Product
from slas.models.parties import Visibility
from tests.callers import API, Caller
from tests.factories import House, ProductFactory
from tests.incidents.api.test_hostile import cases, is_keepable
from tests.incidents.windows import announced, planned, promising

HOUR = timedelta(hours=1)
NOW = datetime.fromisoformat("2026-11-20T22:00:00+01:00")
FROM, UNTIL = "2026-11-25T22:00:00+01:00", "2026-11-26T01:00:00+01:00"
PLAN: dict[str, Any] = {
    "products": ["shop"], "title": "New tills", "reason": "Version 7", "planned_from": FROM, "planned_to": UNTIL,
}  # fmt: skip


@pytest.fixture
def shop(house: House) -> Product:
    """Promised round the clock, with two days of notice."""
    return promising(house)


def test_a_plan_is_told_with_what_it_means(shop: Product, jana: Caller) -> None:
    status, answer = jana.post("/maintenance/", PLAN)

    assert (status, answer) == (
        201,
        {
            "id": Maintenance.objects.get().pk,
            **PLAN,
            "state": "planned",
            "is_emergency": False,
            "announced_at": None,
            "used_from": None,
            "used_to": None,
            "cancelled_at": None,
            "cancelled_by": None,
            "cancel_reason": "",
            "series": None,
            "sequence": 0,
            "created_at": "2026-11-20T22:00:00+01:00",
            "created_by": "jana",
            "updated_at": "2026-11-20T22:00:00+01:00",
            "effects": [
                {
                    "product": "shop",
                    "meaning": "in_time",
                    "announce_by": "2026-11-23T22:00:00+01:00",
                    "notice_seconds": 172800,
                    "lead_seconds": 432000,
                    "agreed_seconds": 10800,
                    "shielded_seconds": 10800,
                }
            ],
            "actions": ["announce", "move", "cancel"],
        },
    )
    assert jana.get(f"/maintenance/{answer['id']}/") == (200, answer)


def test_a_window_goes_through_its_life(shop: Product, jana: Caller, clock: Traveller) -> None:
    _status, row = jana.post("/maintenance/", PLAN)
    address, states = f"/maintenance/{row['id']}", []

    for action, body, at in (
        ("announce", {}, NOW),
        ("move", {"planned_from": FROM, "planned_to": "2026-11-26T00:00:00+01:00", "reason": "Less"}, NOW),
        ("begin", {}, NOW + 120 * HOUR),
        ("end", {}, NOW + 121 * HOUR),
        ("correct", {"used_from": FROM, "used_to": FROM.replace("T22", "T23"), "reason": "Exact"}, NOW + 122 * HOUR),
    ):
        clock.move_to(at)
        status, row = jana.post(f"{address}/{action}/", body)
        states.append((status, row["state"], row["sequence"]))

    assert states == [
        (200, "announced", 1), (200, "announced", 2), (200, "running", 3), (200, "ended", 4), (200, "ended", 4),
    ]  # fmt: skip
    assert (row["announced_at"], row["actions"]) == ("2026-11-20T22:00:00+01:00", ["correct"])
    assert row["effects"][0]["shielded_seconds"] == 3600


def test_cancelling_and_what_is_not_possible_any_more(shop: Product, jana: Caller) -> None:
    _status, row = jana.post("/maintenance/", PLAN)
    address = f"/maintenance/{row['id']}"

    status, answer = jana.post(f"{address}/cancel/", {"reason": "Frozen zone"})

    assert (status, answer["state"], answer["cancelled_by"], answer["cancel_reason"], answer["actions"]) == (
        200, "cancelled", "jana", "Frozen zone", [],
    )  # fmt: skip
    assert jana.post(f"{address}/announce/") == (409, {"detail": "This maintenance was cancelled. Plan another one."})


def test_an_emergency_is_announced_by_being_recorded(shop: Product, jana: Caller) -> None:
    said = {"planned_from": "2026-11-20T20:00:00+01:00", "planned_to": "2026-11-20T23:00:00+01:00"}

    status, answer = jana.post("/maintenance/", {**PLAN, **said, "is_emergency": True})

    assert (status, answer["state"], answer["effects"][0]["meaning"]) == (201, "announced", "emergency")


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"planned_to": FROM}, ["planned_to"]),
        ({"planned_from": "2026-11-25T22:00:00"}, ["planned_from"]),
        ({"planned_from": "9999-12-31T23:59:59Z"}, ["planned_from"]),
        ({"products": []}, ["products"]),
        ({"products": "shop"}, ["products"]),
        ({"products": ["nowhere"]}, ["products"]),
        ({"products": [{}]}, ["products"]),
        ({"reason": " "}, ["reason"]),
        ({"is_emergency": "perhaps"}, ["is_emergency"]),
    ],
)
def test_what_cannot_be_read_is_a_400_beside_its_field(
    shop: Product, jana: Caller, said: dict[str, object], fields: list[str]
) -> None:
    status, answer = jana.post("/maintenance/", {**PLAN, **said})

    assert (status, list(answer), Maintenance.objects.exists()) == (400, fields, False)


def test_a_correction_names_both_times_or_none(house: House, shop: Product, jana: Caller) -> None:
    row = announced(shop, by=house.jana, now=NOW)

    status, answer = jana.post(f"/maintenance/{row.pk}/correct/", {"used_from": FROM, "used_to": None, "reason": "x"})

    assert (status, list(answer)) == (400, ["used_to"])


@pytest.mark.parametrize("who", ["mira", "rita", "anton"])
def test_others_look_and_change_nothing(house: House, shop: Product, clock: Traveller, who: str) -> None:
    row, caller = announced(shop, by=house.jana, now=NOW), Caller(getattr(house, who))

    status, answer = caller.get(f"/maintenance/{row.pk}/")

    assert (status, answer["actions"]) == (200, [])
    assert caller.post("/maintenance/", PLAN)[0] == 403
    for action in ("announce", "move", "begin", "end", "cancel", "correct"):
        assert caller.post(f"/maintenance/{row.pk}/{action}/")[0] == 403


def test_hidden_windows_are_a_404_and_hidden_products_are_not_named(
    house: House, shop: Product, clock: Traveller
) -> None:
    hidden = ProductFactory(slug="secret", team=house.outsider.leads.get(), visible_to=Visibility.STAKEHOLDERS)
    both, alone = announced(shop, hidden, by=house.vera, now=NOW), announced(hidden, by=house.vera, now=NOW)
    mira = Caller(house.mira)

    status, answer = mira.get(f"/maintenance/{both.pk}/")

    assert (status, answer["products"], [one["product"] for one in answer["effects"]]) == (200, ["shop"], ["shop"])
    assert mira.get(f"/maintenance/{alone.pk}/")[0] == 404
    assert mira.post(f"/maintenance/{alone.pk}/announce/")[0] == 404
    assert mira.get("/maintenance/", product="secret")[1]["count"] == 0
    assert mira.post("/maintenance/", {**PLAN, "products": ["secret"]})[0] == 400


def test_filters(house: House, shop: Product, jana: Caller) -> None:
    planned(shop, by=house.jana, now=NOW, title="Plan")
    announced(house.product, shop, by=house.jana, now=NOW, title="Both")

    def titles(**asked: str) -> list[str]:
        return [row["title"] for row in jana.get("/maintenance/", **asked)[1]["results"]]

    assert titles() == ["Plan", "Both"]
    assert titles(ordering="-updated_at", product="shop") == ["Both", "Plan"]
    assert titles(product="kasse") == ["Both"]
    assert titles(state="planned") == ["Plan"]
    assert titles(state="running") == []
    assert titles(begins_before="2026-11-21T22:00:00+01:00") == []
    assert titles(ends_after="2026-11-22T00:59:59+01:00", updated_since=NOW.isoformat()) == ["Plan", "Both"]
    assert jana.get("/maintenance/", state="nonsense")[0] == 400


def test_a_list_of_three_costs_no_more_questions_than_one(house: House, shop: Product, jana: Caller) -> None:
    announced(shop, house.product, by=house.jana, now=NOW)
    jana.get("/maintenance/")
    counts = []

    for titles in ((), ("Two", "Three")):
        for title in titles:
            announced(shop, house.product, by=house.jana, now=NOW, title=title)
        with CaptureQueriesContext(connection) as asked:
            jana.get("/maintenance/")
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 6


@pytest.mark.parametrize("value", cases("xss-template", "unicode", "formula", "mail-header"))
def test_texts_are_kept_or_refused(shop: Product, jana: Caller, value: str) -> None:
    for field, longest in (("title", 200), ("reason", 1000)):
        status, answer = jana.post("/maintenance/", {**PLAN, field: value})

        if not is_keepable(value) or len(value) > longest or not value.strip():
            assert (status, list(answer)) == (400, [field])
        else:
            assert (status, answer[field]) == (201, value.strip())


@pytest.mark.parametrize("value", cases("id", "filename", "unicode"))
def test_addresses_that_name_nothing_are_a_404(jana: Caller, value: object) -> None:
    named = quote(str(value), safe="", errors="surrogatepass")

    assert jana.client.get(f"{API}/maintenance/{named}/").status_code == 404
    assert jana.client.post(f"{API}/maintenance/{named}/announce/").status_code == 404


@pytest.mark.parametrize("value", cases("datetime"))
def test_moments_are_exact_or_refused(shop: Product, jana: Caller, value: str) -> None:
    # The seventh digit of a second is the only thing a clock may forget; what has passed is no window ahead.
    status, answer = jana.post("/maintenance/", {**PLAN, "planned_from": value})
    filtered, wrong = jana.get("/maintenance/", ends_after=value)

    if filtered == 200:
        assert (status, Maintenance.objects.exists()) == (409, False)
    else:
        assert (status, list(answer), list(wrong)) == (400, ["planned_from"], ["ends_after"])


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_window_is_never_replaced_or_deleted(house: House, shop: Product, jana: Caller, method: str) -> None:
    row = announced(shop, by=house.jana, now=NOW)

    assert getattr(jana.client, method)(f"{API}/maintenance/{row.pk}/").status_code == 405
    assert Maintenance.objects.get() == row


@pytest.mark.parametrize("asked", [{"ordering": "title"}, {"q": "x"}, {"page": "0"}, {"begins_before": "tomorrow"}])
def test_what_is_no_filter_is_a_400(jana: Caller, asked: dict[str, str]) -> None:
    status, answer = jana.get("/maintenance/", **asked)

    assert (status, list(answer)) == (400, list(asked))


def test_the_same_request_twice_plans_one_window(shop: Product, jana: Caller) -> None:
    first, second = jana.post("/maintenance/", PLAN), jana.post("/maintenance/", {**PLAN, "products": ["shop", "shop"]})

    assert first == second
    assert Maintenance.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("jana", 200),
        ("holger", 200),
        ("doris", 200),
        ("vera", 200),
        ("adam", 200),
        ("mira", 403),
        ("olaf", 403),
        ("stella", 403),
        ("rita", 403),
        ("anton", 403),
        ("ida", 403),
        ("outsider", 403),
    ],
)
def test_who_may_plan_announce_and_cancel(house: House, shop: Product, clock: Traveller, who: str, status: int) -> None:
    row, caller = planned(shop, by=house.jana, now=NOW), Caller(getattr(house, who))

    answers = [
        caller.post("/maintenance/", PLAN)[0] - (1 if status == 200 else 0),
        caller.post(f"/maintenance/{row.pk}/announce/")[0],
        caller.post(f"/maintenance/{row.pk}/cancel/", {"reason": "x"})[0],
    ]

    assert answers == [status] * 3
