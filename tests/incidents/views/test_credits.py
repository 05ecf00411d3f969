"""Pages of credits: the list, one of them, and the buttons of each hand."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Credit
from slas.models import Product, User
from slas.models.parties import Visibility
from tests.factories import House
from tests.incidents.shop import DAY, FOURTH_OF_JULY, JUNE, MID_JUNE, Shop, build_shop
from tests.incidents.test_actions_credits import brought_to
from tests.incidents.views.reading import text

BUTTONS = ("Claim the credit", "Grant the credit", "Decline the credit", "The credit is settled")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(FOURTH_OF_JULY, tick=False):
        yield


@pytest.fixture
def shop(house: House) -> Shop:
    """A shop with a broken June, certified."""
    shop = build_shop(house)
    shop.down()
    shop.certified()
    return shop


def buttons(client: Client, person: User, credit: Credit) -> list[str]:
    client.force_login(person)
    said = text(client.get(f"/credits/{credit.pk}/"))
    return [button for button in BUTTONS if button in said]


def press(client: Client, person: User, credit: Credit, name: str, **words: str) -> tuple[int, str]:
    client.force_login(person)
    answer = client.post(f"/credits/{credit.pk}/{name}/", words)
    return answer.status_code, Credit.objects.get(pk=credit.pk).state


def test_credits_ask_to_sign_in_first(client: Client, db: None) -> None:
    assert client.get("/credits/").headers["Location"] == "/accounts/login/?next=/credits/"


def test_the_list_by_product_month_and_state(client: Client, shop: Shop, house: House) -> None:
    client.force_login(house.mira)
    credit = shop.credit()

    def listed(asked: str) -> list[Credit]:
        return list(client.get(f"/credits/?{asked}").context["listing"].rows)

    assert listed("") == listed("state=proposed&month=2026-06&product=shop&q=sho") == [credit]
    assert listed("state=claimed") == listed("month=2026-05") == listed("product=kasse") == listed("q=else") == []


def test_the_list_as_a_file_holds_exact_numbers(client: Client, shop: Shop, house: House) -> None:
    client.force_login(house.mira)

    answer = client.get("/credits/?format=csv")

    assert b"".join(answer.streaming_content).decode("utf-8-sig").splitlines() == [
        "Month,Product,Agreement,Amount,Currency,Percent of the fee,State,Claim by",
        "2026-06,Shop,shop-2026,150.00,EUR,15,proposed,2026-07-30",
    ]


@pytest.mark.parametrize("months", [1, 3])
def test_the_list_costs_the_same_for_one_credit_and_for_three(
    client: Client, shop: Shop, house: House, months: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for back in range(1, months):
        shop.down(MID_JUNE - 30 * back * DAY)
        shop.certified(month=JUNE.replace(month=6 - back))
    client.force_login(house.mira)

    with django_assert_max_num_queries(8):
        assert len(client.get("/credits/").context["listing"].rows) == months


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("proposed", {"mira": BUTTONS[:1]}),
        ("claimed", {"holger": BUTTONS[1:3], "doris": BUTTONS[1:3]}),
        ("granted", {"vera": BUTTONS[3:]}),
        ("declined", {}),
        ("expired", {}),
        ("settled", {}),
    ],
)
def test_everybody_sees_their_own_button(
    client: Client, shop: Shop, state: str, offered: dict[str, tuple[str, ...]]
) -> None:
    credit = brought_to(shop, state)

    for name in ("mira", "holger", "doris", "vera", "anton", "rita"):
        assert buttons(client, getattr(shop.house, name), credit) == list(offered.get(name, ())), name


def test_the_page_says_what_it_is_worth_and_what_happened(client: Client, shop: Shop, house: House) -> None:
    credit = brought_to(shop, "declined")
    client.force_login(house.mira)

    said = text(client.get(f"/credits/{credit.pk}/")).replace("\u00a0", " ")

    for words in (
        "Credit: Shop, June 2026", "150.00 EUR", "15 % of the monthly fee of 1,000.00 EUR.", "The portal",
        "proposed by the portal, 150.00 EUR", "Holger Brandt", "It was the customer&#x27;s line.",
        "5 % of the fee for every full 0.1 percentage points below the target.",
    ):  # fmt: skip
        assert words in said or words.replace("&#x27;", "'") in said, words


def test_from_hand_to_hand(client: Client, shop: Shop) -> None:
    house, credit = shop.house, shop.credit()

    assert press(client, house.olaf, credit, "claim") == (302, "claimed")
    assert press(client, house.holger, credit, "grant") == (302, "granted")
    assert press(client, house.vera, credit, "settle") == (302, "settled")
    assert press(client, house.vera, credit, "settle") == (302, "settled")


def test_declining_keeps_what_was_typed(client: Client, shop: Shop) -> None:
    credit = brought_to(shop, "claimed")

    assert press(client, shop.house.holger, credit, "decline", reason=" ") == (400, "claimed")
    assert press(client, shop.house.holger, credit, "decline", reason="x" * 1001) == (400, "claimed")
    assert press(client, shop.house.holger, credit, "decline", reason="No.") == (302, "declined")


def test_what_is_not_possible_now_is_said_on_the_page(client: Client, shop: Shop) -> None:
    house, credit = shop.house, shop.credit()

    assert press(client, house.holger, credit, "grant") == (409, "proposed")
    assert press(client, house.rita, credit, "claim") == (403, "proposed")
    assert press(client, house.anton, credit, "claim") == (403, "proposed")
    assert press(client, house.mira, credit, "burn") == (404, "proposed")
    with time_machine.travel(FOURTH_OF_JULY + 60 * DAY, tick=False):
        assert press(client, house.mira, credit, "claim") == (409, "proposed")


def test_a_correction_after_the_decision_is_shown_beside_it(client: Client, shop: Shop, house: House) -> None:
    credit = brought_to(shop, "granted")
    shop.down(MID_JUNE + DAY)
    shop.certified(reason="A second outage.")
    client.force_login(house.mira)

    said = text(client.get(f"/credits/{credit.pk}/")).replace("\u00a0", " ")

    assert "by the correction the credit would be 350.00 EUR. What was decided stays." in said


def test_a_hidden_product_hides_its_credits(client: Client, shop: Shop, house: House) -> None:
    credit = shop.credit()
    Product.objects.filter(pk=shop.product.pk).update(visible_to=Visibility.STAKEHOLDERS)
    client.force_login(house.outsider)

    assert client.get(f"/credits/{credit.pk}/").status_code == 404
    assert press(client, house.outsider, credit, "claim") == (404, "proposed")
