"""Pages of certificates: the list, one of them, signed, corrected and drawn up by hand."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from incidents.models import Certificate
from slas.models import Product, User
from slas.models.parties import Visibility
from tests.factories import House
from tests.incidents.shop import DAY, FOURTH_OF_JULY, JUNE, MID_JUNE, Shop, build_shop, followed_by
from tests.incidents.views.reading import text


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(FOURTH_OF_JULY, tick=False):
        yield


@pytest.fixture
def shop(house: House) -> Shop:
    return build_shop(house)


@pytest.fixture
def mira(house: House, client: Client) -> User:
    """The product owner, signed in."""
    client.force_login(house.mira)
    return house.mira


def listed(client: Client, address: str) -> list[Certificate]:
    return list(client.get(address).context["listing"].rows)


@pytest.mark.parametrize("address", ["/certificates/", "/certificates/1/", "/certificates/new/"])
def test_certificates_ask_to_sign_in_first(client: Client, db: None, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"


def test_the_list_by_product_month_state_and_words(client: Client, shop: Shop, mira: User) -> None:
    may = shop.certified(month=JUNE.replace(month=5))
    first = shop.certified()
    shop.down()
    second = shop.certified(reason="More is known.")

    assert listed(client, "/certificates/") == [second, first, may]
    assert listed(client, "/certificates/?state=unsigned") == [second, may]
    assert listed(client, "/certificates/?state=signed") == []
    assert listed(client, "/certificates/?state=broken") == [second]
    assert listed(client, "/certificates/?state=kept&month=2026-06") == [first]
    assert listed(client, "/certificates/?product=kasse") == []
    assert listed(client, f"/certificates/?q={second.evidence_hash[:20]}") == [second]
    # Nonsense in the address bar is ignored.
    assert len(listed(client, "/certificates/?month=soon&page=x&sort=-nothing")) == 3


def test_the_list_as_a_file(client: Client, shop: Shop, mira: User) -> None:
    row = shop.certified()

    answer = client.get("/certificates/?format=csv")

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines == [
        "Month,Product,Agreement,Number,Verdict,Availability,Signatures,Drawn up,Hash of the evidence",
        "2026-06,Shop,shop-2026,1,kept,100.000,not signed by both sides yet,2026-07-04T14:00:00+02:00,"
        + row.evidence_hash,
    ]


@pytest.mark.parametrize("months", [1, 3])
def test_the_list_costs_the_same_for_one_month_and_for_three(
    client: Client, shop: Shop, mira: User, months: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for month in range(6, 6 - months, -1):
        shop.certified(month=JUNE.replace(month=month))

    with django_assert_max_num_queries(8):
        assert len(listed(client, "/certificates/")) == months


def test_the_page_says_what_was_measured_and_on_what(client: Client, shop: Shop, mira: User) -> None:
    shop.down(title="<b>Payment</b> fails")
    shop.down(MID_JUNE + DAY, title="Their line", responsibility="customer")
    row = shop.certified()

    said = text(client.get(f"/certificates/{row.pk}/"))

    for words in (
        "Certificate: Shop, June 2026", "99.583 %", "99.9 %", "720 h", "3 h", "43 min 12 s", "Europe/Berlin",
        "counts with 3 h", "does not count: the customer’s doing", "15 %, 150.00 EUR", row.evidence_hash,
        "Sign for the customer",
    ):  # fmt: skip
        assert words in said.replace("\u00a0", " "), words
    assert "Sign for the provider" not in said
    assert "&lt;b&gt;Payment" in client.get(f"/certificates/{row.pk}/").content.decode()


def test_a_month_of_two_revisions_shows_both_parts(client: Client, shop: Shop, mira: User) -> None:
    followed_by(shop, MID_JUNE, availability={"target": 99})
    row = shop.certified()

    said = text(client.get(f"/certificates/{row.pk}/"))

    assert "The promise changed during the month" in said
    assert "Revision 1" in said
    assert "Revision 2" in said


def test_one_button_signs(client: Client, shop: Shop, mira: User) -> None:
    row = shop.certified()

    answer = client.post(f"/certificates/{row.pk}/sign/", {"side": "customer"}, follow=True)

    row.refresh_from_db()
    assert (row.customer_signed_by, row.customer_signed_at) == (mira, FOURTH_OF_JULY)
    assert "Your signature stands under this month." in text(answer)
    assert "Sign for the customer" not in text(answer)


@pytest.mark.parametrize(("side", "status"), [("provider", 403), ("nobody", 400), ("", 400)])
def test_a_signature_that_is_none(client: Client, shop: Shop, mira: User, side: str, status: int) -> None:
    row = shop.certified()

    assert client.post(f"/certificates/{row.pk}/sign/", {"side": side}).status_code == status
    assert not Certificate.objects.filter(customer_signed_at__isnull=False).exists()


def test_what_was_corrected_cannot_be_signed(client: Client, shop: Shop, mira: User) -> None:
    first = shop.certified()
    shop.down()
    second = shop.certified(reason="More is known.")

    answer = client.post(f"/certificates/{first.pk}/sign/", {"side": "customer"})

    assert (answer.status_code, f"/certificates/{second.pk}/" in answer.content.decode()) == (409, True)
    assert "This certificate was corrected. Sign the newest one." in text(answer)


def test_later_evidence_offers_a_correction(client: Client, shop: Shop, mira: User) -> None:
    first = shop.certified()
    page = f"/certificates/{first.pk}/"
    assert "Correct this month" not in text(client.get(page))
    shop.down()
    assert "Correct this month" in text(client.get(page))

    answer = client.post(f"{page}correct/", {"reason": "The night shift told us."}, follow=True)

    second = Certificate.objects.get(number=2)
    assert answer.redirect_chain == [(f"/certificates/{second.pk}/", 302)]
    assert (second.reason, second.drawn_up_by) == ("The night shift told us.", mira)
    assert "it stays on record" in text(client.get(page))


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "zero \x00 byte"])
def test_a_correction_without_a_reason_keeps_what_was_typed(
    client: Client, shop: Shop, mira: User, reason: str
) -> None:
    row = shop.certified()
    shop.down()

    answer = client.post(f"/certificates/{row.pk}/correct/", {"reason": reason})

    assert (answer.status_code, Certificate.objects.count()) == (400, 1)
    assert "That did not work yet" in text(answer)


def test_a_month_is_drawn_up_by_hand(client: Client, shop: Shop, mira: User) -> None:
    asked = client.get("/certificates/new/?agreement=shop-2026&month=2026-06")
    assert 'value="2026-06"' in asked.content.decode()
    words = {"agreement": "shop-2026", "month": "2026-06", "reason": ""}

    answer = client.post("/certificates/new/", words, follow=True)
    with time_machine.travel(FOURTH_OF_JULY + DAY, tick=False):
        again = client.post("/certificates/new/", words, follow=True)

    assert "The month is certified." in text(answer)
    assert "This month is certified already, on the same evidence." in text(again)
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(
    ("month", "status"),
    [
        ("2026-07", 409),
        ("2025-01", 409),
        ("", 400),
        ("June", 400),
        ("2026-13", 400),
        ("0001-01", 400),
        ("9999-12", 400),
    ],
)
def test_a_month_that_cannot_be_drawn_up(client: Client, shop: Shop, mira: User, month: str, status: int) -> None:
    answer = client.post("/certificates/new/", {"agreement": "shop-2026", "month": month, "reason": "Because."})

    assert (answer.status_code, Certificate.objects.count()) == (status, 0)
    assert "Because." in answer.content.decode()


def test_who_neither_provides_nor_owns_draws_nothing_up(client: Client, shop: Shop, house: House) -> None:
    client.force_login(house.anton)
    row = shop.certified()
    shop.down()

    assert "Correct this month" not in text(client.get(f"/certificates/{row.pk}/"))
    assert client.post(f"/certificates/{row.pk}/correct/", {"reason": "I see."}).status_code == 403
    assert client.post("/certificates/new/", {"agreement": "shop-2026", "month": "2026-05"}).status_code == 403


def test_a_hidden_product_hides_its_months(client: Client, shop: Shop, house: House) -> None:
    row = shop.certified()
    Product.objects.filter(pk=shop.product.pk).update(visible_to=Visibility.STAKEHOLDERS)
    client.force_login(house.outsider)

    assert listed(client, "/certificates/") == []
    assert client.get(f"/certificates/{row.pk}/").status_code == 404
    assert client.get(f"/certificates/{row.pk}/certificate.pdf").status_code == 404
    assert client.post(f"/certificates/{row.pk}/sign/", {"side": "customer"}).status_code == 404
