"""Both sides sign the newest certificate of a month: two people, each once, and nobody else."""

import pytest
from django.core.exceptions import PermissionDenied

from incidents.actions import certificates
from incidents.models import Certificate
from incidents.queries.certificates import Side, sides_open, to_sign
from incidents.rules import desk_of
from slas.errors import Refused
from slas.models import Notice, User
from tests.factories import House
from tests.incidents.shop import DAY, FOURTH_OF_JULY, Shop, build_shop

LATER = FOURTH_OF_JULY + DAY
MAY: dict[Side, set[str]] = {"provider": {"holger", "doris", "adam"}, "customer": {"mira", "olaf", "adam"}}


@pytest.fixture
def shop(house: House) -> Shop:
    return build_shop(house)


def sign(row: Certificate, by: User, side: Side) -> Certificate:
    return certificates.sign(row, by=by, now=LATER, side=side)


def signatures(row: Certificate) -> tuple[object, ...]:
    row.refresh_from_db()
    return row.provider_signed_by, row.provider_signed_at, row.customer_signed_by, row.customer_signed_at


def people(house: House) -> dict[str, User]:
    return {name: one for name in House.__dataclass_fields__ if isinstance(one := getattr(house, name), User)}


@pytest.mark.parametrize("side", MAY)
def test_who_may_sign_for_a_side(shop: Shop, side: Side) -> None:
    row, allowed = shop.certified(), set()
    for name, person in people(shop.house).items():
        try:
            sign(row, person, side)
        except PermissionDenied:
            continue
        allowed.add(name)

    assert allowed == MAY[side]


def test_both_signatures_stand_under_the_month(shop: Shop) -> None:
    row = shop.certified()

    sign(row, shop.house.holger, "provider")
    signed = sign(row, shop.house.olaf, "customer")

    assert signatures(row) == (shop.house.holger, LATER, shop.house.olaf, LATER)
    assert signed.is_signed


def test_the_first_signature_of_a_side_stands(shop: Shop) -> None:
    row = shop.certified()
    sign(row, shop.house.mira, "customer")

    for person in (shop.house.mira, shop.house.olaf):
        certificates.sign(row, by=person, now=LATER + DAY, side="customer")

    assert signatures(row) == (None, None, shop.house.mira, LATER)


def test_one_person_alone_signs_for_one_side(shop: Shop) -> None:
    row = shop.certified()
    sign(row, shop.house.adam, "provider")

    with pytest.raises(Refused, match="Two different people"):
        sign(row, shop.house.adam, "customer")


def test_what_was_corrected_is_signed_no_more(shop: Shop) -> None:
    first = shop.certified()
    sign(first, shop.house.holger, "provider")
    shop.down()
    second = shop.certified(reason="More is known.")

    with pytest.raises(Refused, match="corrected"):
        sign(first, shop.house.mira, "customer")

    sign(second, shop.house.mira, "customer")
    assert signatures(first) == (shop.house.holger, LATER, None, None)


def test_letters_that_ask_for_a_signature_are_taken_back_once_both_have_signed(shop: Shop) -> None:
    row = shop.certified()
    sign(row, shop.house.holger, "provider")
    assert set(Notice.objects.filter(kind="certificate").values_list("state", flat=True)) == {"pending"}

    sign(row, shop.house.mira, "customer")

    assert set(Notice.objects.filter(kind="certificate").values_list("state", flat=True)) == {"withdrawn"}


def test_what_waits_for_whose_signature(shop: Shop) -> None:
    row, house = shop.certified(), shop.house

    def waiting() -> list[str]:
        return [name for name, person in people(house).items() if row in to_sign(desk_of(person))]

    assert waiting() == ["holger", "doris", "mira", "olaf"]
    sign(row, house.mira, "customer")
    assert waiting() == ["holger", "doris"]
    sign(row, house.doris, "provider")
    assert waiting() == []


def test_a_person_of_both_sides_is_not_asked_for_the_second_signature(shop: Shop) -> None:
    row, house = shop.certified(), shop.house
    shop.product.deputies.add(house.holger)
    sign(row, house.holger, "customer")
    row.refresh_from_db()

    assert row not in to_sign(desk_of(house.holger))
    assert sides_open(house.holger, row, is_newest=True) == []
    assert sides_open(house.doris, row, is_newest=True) == ["provider"]


def test_a_corrected_certificate_waits_for_nobody(shop: Shop) -> None:
    first = shop.certified()
    shop.down()
    second = shop.certified(reason="More is known.")

    assert list(to_sign(desk_of(shop.house.mira))) == [second]
    assert sides_open(shop.house.mira, first, is_newest=False) == []
