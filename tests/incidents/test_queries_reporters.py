"""The product of a report, for those who may see it, with the place of who reports."""

import pytest

from incidents.queries.reporters import product_and_desk
from incidents.rules import desk_of
from slas.models import Product
from tests.factories import House, ProductFactory

pytestmark = pytest.mark.django_db


def test_a_product_is_found_with_its_team_and_the_place_of_who_asks(house: House) -> None:
    found, desk = product_and_desk(house.mira, "kasse")

    assert (found, found.name, found.visible_to, found.team, found.team.lead_id) == (
        house.product,
        "Kasse",
        "everyone",
        house.team,
        house.holger.pk,
    )
    assert desk == desk_of(house.mira)
    assert {field.attname: getattr(found, field.attname) for field in Product._meta.concrete_fields} == {
        field.attname: getattr(house.product, field.attname) for field in Product._meta.concrete_fields
    }


@pytest.mark.parametrize(("who", "sees"), [("jana", True), ("mira", True), ("vera", True), ("rita", False)])
def test_a_hidden_product_is_found_by_its_own_people_alone(house: House, who: str, sees: bool) -> None:
    hidden: Product = ProductFactory(slug="lager", team=house.team, owner=house.mira, visible_to="stakeholders")

    if sees:
        assert product_and_desk(getattr(house, who), "lager")[0] == hidden
    else:
        with pytest.raises(Product.DoesNotExist):
            product_and_desk(getattr(house, who), "lager")


def test_a_product_nobody_knows_is_not_found(house: House) -> None:
    with pytest.raises(Product.DoesNotExist):
        product_and_desk(house.adam, "kasse'; --")
