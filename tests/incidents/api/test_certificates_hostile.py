"""What nobody should send about months: hostile texts are kept letter by letter or refused beside their field."""

from collections.abc import Iterator

import pytest
import time_machine

from incidents.actions import credits
from incidents.models import Certificate, Credit
from slas import mail
from slas.models import Notice
from tests.callers import Caller
from tests.factories import House
from tests.incidents.api.test_hostile import cases, is_keepable
from tests.incidents.shop import FOURTH_OF_JULY, Shop, build_shop
from tests.incidents.views.reading import HOSTILE, signed_in

TEXTS = cases("mail-header", "formula", "xss-template", "unicode", "sql-orm")


@pytest.fixture(autouse=True)
def _july() -> Iterator[None]:
    with time_machine.travel(FOURTH_OF_JULY, tick=False):
        yield


@pytest.fixture
def shop(house: House) -> Shop:
    """A shop whose June was certified before its outage was known."""
    shop = build_shop(house)
    shop.certified()
    shop.down()
    return shop


def is_reason(value: str, longest: int) -> bool:
    return is_keepable(value) and bool(value.strip()) and len(value) <= longest


@pytest.mark.parametrize("value", TEXTS)
def test_the_reason_of_a_correction(shop: Shop, value: str) -> None:
    mira = Caller(shop.house.mira)

    status, answer = mira.post("/certificates/", {"agreement": "shop-2026", "month": "2026-06", "reason": value})

    if not is_keepable(value) or len(value) > 500:
        assert (status, list(answer)) == (400, ["reason"])
    elif not value.strip():
        assert status == 409  # nothing said is no reason
    else:
        assert (status, answer["reason"]) == (201, value.strip())
        assert mira.get(f"/certificates/{answer['id']}/")[1]["reason"] == value.strip()


@pytest.mark.parametrize("value", TEXTS)
def test_the_reason_of_a_refusal(shop: Shop, value: str) -> None:
    house = shop.house
    shop.certified(reason="More is known.")
    credit = credits.claim(shop.credit(), by=house.mira, now=FOURTH_OF_JULY)

    status, answer = Caller(house.holger).post(f"/credits/{credit.pk}/decline/", {"reason": value})

    if is_reason(value, 1000):
        assert (status, answer["state"], answer["decision_reason"]) == (200, "declined", value.strip())
        letter = Notice.objects.select_related("recipient").get(kind="credit_decided")
        assert "\n" not in mail.compose(letter).subject
    else:
        assert (status, list(answer), Credit.objects.get().state) == (400, ["reason"], "claimed")


@pytest.mark.parametrize("value", cases("sql-orm", "unicode"))
@pytest.mark.parametrize("field", ["agreement", "month"])
def test_names_that_mean_nothing(shop: Shop, field: str, value: str) -> None:
    body = {"agreement": "shop-2026", "month": "2026-06", "reason": "Because.", field: value}

    status, answer = Caller(shop.house.mira).post("/certificates/", body)

    assert (status, list(answer), Certificate.objects.count()) == (400, [field], 1)


@pytest.mark.parametrize("value", HOSTILE[::7])
def test_pages_show_hostile_words_and_run_none(shop: Shop, value: str) -> None:
    shop.product.outages.update(title=value)
    row = shop.certified(reason=value)
    client = signed_in(shop.house.mira)

    for address in (f"/certificates/{row.pk}/", f"/credits/{shop.credit().pk}/", "/certificates/", "/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()
    assert client.get(f"/certificates/{row.pk}/certificate.pdf").content.startswith(b"%PDF-")
