"""What must never be false of certificates and credits, said by the database itself."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from incidents.models import Certificate, Credit
from tests.factories import House
from tests.incidents.shop import FOURTH_OF_JULY, Shop, build_shop


@pytest.fixture
def shop(house: House) -> Shop:
    """A shop with a broken June, certified."""
    shop = build_shop(house)
    shop.down()
    shop.certified()
    return shop


def certificate(shop: Shop, **changes: object) -> Certificate:
    """Another certificate of June, second number."""
    words = {"number": 2, "reason": "More is known.", **changes}
    row = Certificate.objects.get()
    row.pk, row._state.adding = None, True
    for name, value in words.items():
        setattr(row, name, value)
    with transaction.atomic():
        row.save(force_insert=True)
    return row


def test_the_next_number_of_a_month_can_be_written(shop: Shop) -> None:
    assert certificate(shop).pk


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"number": 1, "reason": ""}, "certificate_once"),
        ({"number": 2, "reason": ""}, "certificate_correction_reasoned"),
        ({"number": 1, "month": date(2026, 5, 1)}, "certificate_correction_reasoned"),
        ({"month": date(2026, 6, 2)}, "certificate_month_is_first_day"),
        ({"provider_signed_at": FOURTH_OF_JULY}, "certificate_provider_signed_whole"),
        ({"customer_signed_at": FOURTH_OF_JULY}, "certificate_customer_signed_whole"),
    ],
)
def test_a_certificate_is_whole(shop: Shop, changes: dict[str, object], name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        certificate(shop, **changes)


def test_one_person_signs_for_one_side(shop: Shop) -> None:
    both = {
        f"{side}_signed_{what}": value
        for side in ("provider", "customer")
        for what, value in (("at", FOURTH_OF_JULY), ("by", shop.house.holger))
    }

    with pytest.raises(IntegrityError, match="certificate_signed_by_two"):
        certificate(shop, **both)


def written(**changes: object) -> None:
    with transaction.atomic():
        Credit.objects.update(**changes)


def hands(house: House, *names: str) -> dict[str, object]:
    """These steps made, each by another person."""
    people = {"claimed": house.mira, "decided": house.holger, "settled": house.vera}
    moments = {f"{name}_at": FOURTH_OF_JULY for name in names}
    return {**moments, **{f"{name}_by": people[name] for name in names}}


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("claimed", ()),
        ("granted", ("claimed",)),
        ("granted", ("decided",)),
        ("declined", ("claimed", "decided")),  # without a reason
        ("settled", ("claimed", "decided")),
        ("settled", ("claimed", "settled")),
        ("expired", ()),
        ("expired", ("claimed",)),
        ("proposed", ("claimed",)),
        ("lost", ()),
    ],
)
def test_a_state_has_its_steps(shop: Shop, state: str, steps: tuple[str, ...]) -> None:
    with pytest.raises(IntegrityError, match="credit_state_has_its_steps"):
        written(state=state, **hands(shop.house, *steps))


@pytest.mark.parametrize(
    ("state", "steps", "more"),
    [
        ("claimed", ("claimed",), {}),
        ("granted", ("claimed", "decided"), {}),
        ("declined", ("claimed", "decided"), {"decision_reason": "No."}),
        ("settled", ("claimed", "decided", "settled"), {}),
        ("expired", (), {"expired_at": FOURTH_OF_JULY}),
    ],
)
def test_every_state_can_be_reached(shop: Shop, state: str, steps: tuple[str, ...], more: dict[str, object]) -> None:
    written(state=state, **hands(shop.house, *steps), **more)

    assert Credit.objects.get().state == state


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"amount": Decimal("-0.01")}, "credit_not_negative"),
        ({"fee": Decimal(-1)}, "credit_not_negative"),
        ({"claimed_at": FOURTH_OF_JULY, "state": "claimed"}, "credit_steps_whole"),
    ],
)
def test_a_credit_is_whole(shop: Shop, changes: dict[str, object], name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        written(**changes)


@pytest.mark.parametrize("pair", [("claimed", "decided"), ("decided", "settled")])
def test_two_steps_in_a_row_need_four_eyes(shop: Shop, pair: tuple[str, str]) -> None:
    made = hands(shop.house, "claimed", "decided", "settled")
    made[f"{pair[1]}_by"] = made[f"{pair[0]}_by"]

    with pytest.raises(IntegrityError, match="credit_four_eyes"):
        written(state="settled", **made)


def test_a_month_has_one_credit(shop: Shop) -> None:
    row = Credit.objects.get()
    row.pk, row._state.adding = None, True

    with pytest.raises(IntegrityError, match="credit_once_a_month"), transaction.atomic():
        row.save(force_insert=True)
