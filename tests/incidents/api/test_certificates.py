"""Certificates, credits and months of availability through the API."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries
from time_machine import Traveller

from incidents.models import Certificate
from slas.availability.records import fingerprint
from slas.models import Product, Revision
from slas.models.parties import Visibility
from tests.callers import Caller
from tests.factories import House
from tests.incidents.shop import BERLIN, DAY, FOURTH_OF_JULY, JUNE, MID_JUNE, Shop, build_shop, followed_by
from tests.incidents.test_actions_credits import brought_to

SPRING = "2026-05"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Traveller]:
    """The fourth of July, noon in UTC, until a test moves it."""
    with time_machine.travel(FOURTH_OF_JULY, tick=False) as moved:
        yield moved


@pytest.fixture
def shop(house: House) -> Shop:
    return build_shop(house)


@pytest.fixture
def mira(house: House) -> Caller:
    """The product owner."""
    return Caller(house.mira)


class TestAvailability:
    """GET /products/{slug}/availability/."""

    ADDRESS = "/products/shop/availability/"

    def test_every_figure_is_exact(self, shop: Shop, mira: Caller) -> None:
        shop.down()

        status, answer = mira.get(self.ADDRESS, month="2026-06")

        assert status == 200
        segments, parts = answer.pop("segments"), answer.pop("parts")
        assert answer == {
            "month": "2026-06", "zone": "Europe/Berlin", "agreed": "2592000", "excluded": "0", "down": "10800",
            "unknown": "0", "allowed": "2592", "availability": "1195/12", "budget_used": "1250/3", "coverage": "100",
            "target": "999/10", "denominator": "2592000", "so_far": "2592000", "kept": False,
            "period": {"start": "2026-06-01T00:00:00+02:00", "end": "2026-07-01T00:00:00+02:00"},
            "until": "2026-07-01T00:00:00+02:00", "is_final": True, "availability_shown": "99.583",
            "incidents": [
                {"start": "2026-06-15T10:00:00+02:00", "end": "2026-06-15T13:00:00+02:00", "down": "10800"}
            ],
            "revision": {"agreement": "shop-2026", "number": 1},
        }  # fmt: skip
        assert [(one["state"], one["weight"]) for one in segments] == [("up", "0"), ("down", "1"), ("up", "0")]
        (part,) = parts
        whole = {**answer, "segments": segments}
        assert part == {name: value for name, value in whole.items() if name in part}

    def test_without_a_month_it_is_the_running_one(self, shop: Shop, mira: Caller) -> None:
        status, answer = mira.get(self.ADDRESS)

        assert (status, answer["month"], answer["is_final"], answer["until"]) == (
            200, "2026-07", False, "2026-07-04T14:00:00+02:00",
        )  # fmt: skip
        assert mira.get(self.ADDRESS, month="2026-07") == (status, answer)

    def test_a_change_inside_the_month_gives_two_parts(self, shop: Shop, mira: Caller) -> None:
        followed_by(shop, datetime(2026, 6, 16, tzinfo=BERLIN), availability={"target": 99})

        _, answer = mira.get(self.ADDRESS, month="2026-06")

        assert [(part["revision"]["number"], part["target"], part["agreed"]) for part in answer["parts"]] == [
            (1, "999/10", "1296000"),
            (2, "99", "1296000"),
        ]
        assert (answer["target"], answer["revision"]["number"]) == (None, 2)

    @pytest.mark.parametrize("month", ["2025-12", "2026-08", "1970-01", "2199-12"])
    def test_a_month_without_a_promise_or_to_come_is_nothing(self, shop: Shop, mira: Caller, month: str) -> None:
        assert mira.get(self.ADDRESS, month=month)[0] == 404

    @pytest.mark.parametrize("month", ["2026", "2026-13", "2026-6", "06-2026", "2026-06-01", "0000-01", "9999-12",
                                       "２０２６-06", "\x00", "2026-06'"])  # fmt: skip
    def test_a_malformed_month_is_said_beside_the_field(self, shop: Shop, mira: Caller, month: str) -> None:
        status, answer = mira.get(self.ADDRESS, month=month)

        assert (status, list(answer)) == (400, ["month"])

    def test_a_product_without_a_promise_has_no_figures(self, house: House, mira: Caller) -> None:
        assert mira.get("/products/kasse/availability/")[0] == 404

    def test_an_invisible_product_is_no_product(self, shop: Shop, house: House) -> None:
        Product.objects.filter(pk=shop.product.pk).update(visible_to=Visibility.STAKEHOLDERS)

        assert Caller(house.outsider).get(self.ADDRESS)[0] == 404
        assert Caller(house.olaf).get(self.ADDRESS)[0] == 200

    def test_an_agreement_that_has_ended_has_no_running_month(self, shop: Shop, mira: Caller) -> None:
        Revision.objects.filter(pk=shop.revision.pk).update(in_force_to=datetime(2026, 6, 1, tzinfo=BERLIN))

        assert mira.get(self.ADDRESS)[0] == 404
        assert mira.get(self.ADDRESS, month=SPRING)[0] == 200


class TestCertificates:
    """/certificates/."""

    WANTED = {"agreement": "shop-2026", "month": "2026-06"}

    def test_a_month_is_certified_once(self, shop: Shop, mira: Caller, clock: Traveller) -> None:
        shop.down()

        status, answer = mira.post("/certificates/", self.WANTED)

        row = Certificate.objects.get()
        assert (status, answer) == (
            201,
            {
                "id": row.pk, "agreement": "shop-2026", "product": "shop", "month": "2026-06",
                "zone": "Europe/Berlin", "number": 1, "reason": "", "drawn_up_at": "2026-07-04T14:00:00+02:00",
                "drawn_up_by": "mira", "kept": False, "availability": "1195/12", "availability_shown": "99.583",
                "evidence_hash": row.evidence_hash, "engine_version": "1", "provider_signed_by": None,
                "provider_signed_at": None, "customer_signed_by": None, "customer_signed_at": None,
            },
        )  # fmt: skip
        clock.shift(60)
        assert mira.post("/certificates/", self.WANTED) == (200, answer)

    def test_one_certificate_carries_its_evidence(self, shop: Shop, mira: Caller) -> None:
        shop.down()
        row = shop.certified()

        _, answer = mira.get(f"/certificates/{row.pk}/")

        assert fingerprint(answer["evidence"]) == answer["evidence_hash"]
        # The same figures as live, and the credit that followed from them.
        _, live = mira.get("/products/shop/availability/", month="2026-06")
        assert answer["figures"].pop("credit")["amount"] == "150.00"
        assert (answer["figures"], answer["is_stale"]) == (live, False)
        shop.down(MID_JUNE + DAY)
        assert mira.get(f"/certificates/{row.pk}/")[1]["is_stale"] is True

    def test_other_evidence_needs_a_reason(self, shop: Shop, mira: Caller) -> None:
        shop.certified()
        shop.down()

        assert mira.post("/certificates/", self.WANTED)[0] == 409
        status, answer = mira.post("/certificates/", {**self.WANTED, "reason": "The night shift told us."})

        assert (status, answer["number"], answer["reason"]) == (201, 2, "The night shift told us.")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"month": "2026-06"}, "agreement"),
            ({"agreement": "shop-2026"}, "month"),
            ({"agreement": "nothing", "month": "2026-06"}, "agreement"),
            ({"agreement": ["shop-2026"], "month": "2026-06"}, "agreement"),
            ({"agreement": "shop-2026", "month": 202606}, "month"),
            ({"agreement": "shop-2026", "month": "2026-13"}, "month"),
            ({"agreement": "shop-2026", "month": "2026-06", "reason": "x" * 501}, "reason"),
            ({"agreement": "shop-2026", "month": "2026-06", "reason": "\x00"}, "reason"),
        ],
    )
    def test_what_is_malformed_is_said_beside_the_field(
        self, shop: Shop, mira: Caller, body: dict[str, object], field: str
    ) -> None:
        status, answer = mira.post("/certificates/", body)

        assert (status, list(answer), Certificate.objects.count()) == (400, [field], 0)

    @pytest.mark.parametrize(("month", "status"), [("2026-07", 409), ("2025-12", 409)])
    def test_what_is_not_possible_now(self, shop: Shop, mira: Caller, month: str, status: int) -> None:
        assert mira.post("/certificates/", {**self.WANTED, "month": month})[0] == status

    def test_both_sides_sign(self, shop: Shop, house: House, mira: Caller) -> None:
        row = shop.certified()

        assert mira.post(f"/certificates/{row.pk}/sign/")[1]["customer_signed_by"] == "mira"
        status, answer = Caller(house.doris).post(f"/certificates/{row.pk}/sign/", {"side": "provider"})

        assert (status, answer["provider_signed_by"], answer["provider_signed_at"]) == (
            200, "doris", "2026-07-04T14:00:00+02:00",
        )  # fmt: skip

    def test_signatures_that_are_none(self, shop: Shop, house: House, mira: Caller) -> None:
        address = f"/certificates/{shop.certified().pk}/sign/"

        assert Caller(house.rita).post(address)[0] == 403
        assert Caller(house.rita).post(address, {"side": "nobody"})[0] == 403
        assert mira.post(address, {"side": "provider"})[0] == 403
        assert [mira.post(address, {"side": "nobody"})[0], list(mira.post(address, {"side": "nobody"})[1])] == [
            400, ["side"],
        ]  # fmt: skip
        adam = Caller(house.adam)
        assert list(adam.post(address)[1]) == ["side"]
        assert adam.post(address, {"side": "provider"})[0] == 200
        assert adam.post(address, {"side": "customer"})[0] == 409

    def test_filters(self, shop: Shop, mira: Caller) -> None:
        shop.certified(month=JUNE.replace(month=5))
        shop.down()
        shop.certified()

        def months(**asked: str) -> list[str]:
            return [row["month"] for row in mira.get("/certificates/", **asked)[1]["results"]]

        assert months() == months(agreement="shop-2026", product="shop") == ["2026-06", "2026-05"]
        assert (months(kept="true"), months(month="2026-06"), months(product="kasse")) == (["2026-05"], ["2026-06"], [])
        assert months(ordering="month") == ["2026-05", "2026-06"]
        assert mira.get("/certificates/", month="June")[0] == 400
        assert mira.get("/certificates/", colour="red")[0] == 400

    @pytest.mark.parametrize("months", [1, 3])
    def test_the_list_costs_the_same_for_one_and_for_three(
        self, shop: Shop, mira: Caller, months: int, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for month in range(6, 6 - months, -1):
            shop.certified(month=JUNE.replace(month=month))

        with django_assert_max_num_queries(6):
            assert mira.get("/certificates/")[1]["count"] == months


class TestCredits:
    """/credits/."""

    @pytest.fixture
    def shop(self, house: House) -> Shop:
        """A shop with a broken June, certified."""
        shop = build_shop(house)
        shop.down()
        shop.certified()
        return shop

    def test_a_credit_with_its_history(self, shop: Shop, house: House, mira: Caller) -> None:
        credit = brought_to(shop, "declined")

        status, answer = mira.get(f"/credits/{credit.pk}/")

        events = answer.pop("events")
        assert (status, answer) == (
            200,
            {
                "id": credit.pk, "agreement": "shop-2026", "product": "shop", "month": "2026-06",
                "certificate": credit.certificate_id, "state": "declined", "percent": "15", "amount": "150.00",
                "currency": "EUR", "fee": "1000.00", "claim_by": "2026-07-30",
                "proposed_at": "2026-07-04T14:00:00+02:00", "claimed_by": "mira",
                "claimed_at": "2026-07-05T14:00:00+02:00", "decided_by": "holger",
                "decided_at": "2026-07-05T14:00:00+02:00", "decision_reason": "It was the customer's line.",
                "settled_by": None, "settled_at": None, "expired_at": None,
                "reading": ["5 % of the fee for every full 0.1 percentage points below the target."], "actions": [],
            },
        )  # fmt: skip
        assert [(one["kind"], one["actor"], one["amount"]) for one in events] == [
            ("proposed", None, "150.00"), ("claimed", "mira", "150.00"), ("declined", "holger", "150.00"),
        ]  # fmt: skip

    def test_from_hand_to_hand(self, shop: Shop, house: House, mira: Caller) -> None:
        address = f"/credits/{shop.credit().pk}"
        holger, vera = Caller(house.holger), Caller(house.vera)
        assert mira.get(f"{address}/")[1]["actions"] == ["claim"]

        assert mira.post(f"{address}/claim/")[1]["state"] == "claimed"
        assert holger.get(f"{address}/")[1]["actions"] == ["grant", "decline"]
        assert holger.post(f"{address}/grant/")[1]["state"] == "granted"
        assert vera.post(f"{address}/settle/")[1]["state"] == "settled"
        # A second time changes nothing.
        assert [vera.post(f"{address}/settle/")[0], len(vera.get(f"{address}/")[1]["events"])] == [200, 4]

    def test_what_may_not_be_comes_before_what_is_malformed(self, shop: Shop, house: House, mira: Caller) -> None:
        address = f"/credits/{brought_to(shop, 'claimed').pk}/decline/"

        assert mira.post(address)[0] == 403
        status, answer = Caller(house.holger).post(address, {"reason": " "})

        assert (status, list(answer)) == (400, ["reason"])

    def test_what_is_not_possible_now(self, shop: Shop, house: House, mira: Caller, clock: Traveller) -> None:
        address = f"/credits/{shop.credit().pk}"

        assert Caller(house.holger).post(f"{address}/grant/")[0] == 409
        clock.move_to(FOURTH_OF_JULY + 60 * DAY)
        assert mira.post(f"{address}/claim/")[0] == 409

    def test_filters(self, shop: Shop, mira: Caller) -> None:
        def found(**asked: str) -> int:
            return int(mira.get("/credits/", **asked)[1]["count"])

        assert found(product="shop", agreement="shop-2026", month="2026-06", state="proposed") == 1
        assert found(claim_before="2026-07-31") == 1
        assert (found(state="settled"), found(claim_before="2026-07-30"), found(month=SPRING)) == (0, 0, 0)
        assert mira.get("/credits/", state="burnt")[0] == 400

    @pytest.mark.parametrize("months", [1, 3])
    def test_the_list_costs_the_same_for_one_and_for_three(
        self, shop: Shop, mira: Caller, months: int, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for back in range(1, months):
            shop.down(MID_JUNE - 30 * back * DAY)
            shop.certified(month=JUNE.replace(month=6 - back))

        with django_assert_max_num_queries(6):
            assert mira.get("/credits/")[1]["count"] == months

    def test_an_invisible_product_has_no_credits(self, shop: Shop, house: House) -> None:
        Product.objects.filter(pk=shop.product.pk).update(visible_to=Visibility.STAKEHOLDERS)
        outsider = Caller(house.outsider)

        assert outsider.get("/credits/")[1]["count"] == 0
        assert outsider.post(f"/credits/{shop.credit().pk}/claim/")[0] == 404
