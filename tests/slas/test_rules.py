"""Who may edit, read and sign; who stands above whom."""

import pytest

from slas import rules
from slas.models import User
from slas.models.parties import Visibility
from slas.queries import parties
from tests.factories import House, ProductFactory, TeamFactory, UserFactory

INSIDERS = {"vera", "holger", "doris", "jana", "timo", "mira", "olaf", "stella", "anton", "adam"}
CAST = [*sorted(INSIDERS), "rita", "ida", "outsider"]


def those(house: House, asked: object) -> set[str]:
    """The people of the house for whom a question is answered with yes."""
    assert callable(asked)
    return {name for name in CAST if asked(getattr(house, name))}


def test_may_edit_is_for_service_level_managers_administrators_and_the_operator(house: House) -> None:
    assert those(house, rules.may_edit) == {"vera", "adam"}
    assert rules.may_edit(None)


def test_may_read_everything_adds_the_auditor(house: House) -> None:
    assert those(house, rules.may_read_everything) == {"vera", "adam", "anton"}


def test_sides_of_a_product(house: House) -> None:
    assert those(house, lambda user: rules.is_provider_side(user, house.product)) == {"jana", "timo", "holger", "doris"}
    assert those(house, lambda user: rules.is_customer_side(user, house.product)) == {"mira", "olaf"}
    assert those(house, lambda user: rules.is_in_team(user, house.team)) == {"jana", "timo", "holger"}


def test_sign_is_for_the_lead_and_above_and_for_the_owner_and_deputies(house: House) -> None:
    provider = those(house, lambda user: rules.may_sign_as_provider(user, house.product))
    customer = those(house, lambda user: rules.may_sign_as_customer(user, house.product))

    assert provider == {"holger", "doris", "adam"}
    assert customer == {"mira", "olaf", "adam"}


def test_everyone_sees_an_open_product(house: House) -> None:
    assert those(house, lambda user: parties.visible_to(user).filter(pk=house.product.pk).exists()) == set(CAST)


def test_a_restricted_product_is_for_its_people_their_line_and_the_readers(house: House) -> None:
    house.product.visible_to = Visibility.STAKEHOLDERS
    house.product.save()

    assert those(house, lambda user: parties.visible_to(user).filter(pk=house.product.pk).exists()) == INSIDERS


def test_visible_products_come_once_each_by_name(house: House) -> None:
    # Owner, deputy and stakeholder at once: a join would list the product three times.
    both = ProductFactory(name="Anlage", team=house.team, owner=house.mira, visible_to=Visibility.STAKEHOLDERS)
    both.deputies.set([house.mira, house.olaf])
    both.stakeholders.set([house.mira])

    assert list(parties.visible_to(house.mira)) == [both, house.product]


def test_visible_products_are_one_query(house: House, django_assert_num_queries: object) -> None:
    assert callable(django_assert_num_queries)
    for _ in range(3):
        ProductFactory(team=house.team)

    with django_assert_num_queries(1):
        shown = [(product.team.lead.name, product.owner.name) for product in parties.visible_to(house.jana)]

    assert len(shown) == 4


def test_managers_above_start_with_the_nearest(house: House) -> None:
    top = UserFactory()
    house.doris.manager = top
    house.doris.save()

    assert rules.managers_above(house.jana) == [house.holger, house.doris, top]
    assert rules.managers_above(top) == []


def test_a_reporting_line_in_a_circle_ends(db: None) -> None:
    first = UserFactory()
    second = UserFactory(manager=first)
    third = UserFactory(manager=second)
    User.objects.filter(pk=first.pk).update(manager=third)
    team = TeamFactory(lead=second)

    assert rules.managers_above(first) == [third, second]
    assert set(rules.line_of(team)) == {first, second, third}
    assert list(rules.teams_in_line(third)) == [team]


def test_line_of_team_counts_managers_of_members_too(house: House) -> None:
    other_manager = UserFactory(name="Zoe")
    house.team.members.add(UserFactory(manager=other_manager))

    assert list(rules.line_of(house.team)) == [house.doris, house.holger, other_manager]
    assert rules.is_above(other_manager, house.team)
    assert not rules.is_above(house.jana, house.team)


@pytest.mark.parametrize("name", ["rita", "outsider"])
def test_teams_in_line_of_people_elsewhere(house: House, name: str) -> None:
    slugs = list(rules.teams_in_line(getattr(house, name)).values_list("slug", flat=True))

    assert slugs == ([] if name == "rita" else ["lagerteam"])


def test_an_auditor_changes_nothing_wherever_else_they_belong(house: House) -> None:
    for person in (house.vera, house.holger, house.mira):
        person.roles = [*person.roles, "auditor"]

    assert not rules.may_edit(house.vera)
    assert not rules.may_sign_as_provider(house.holger, house.product)
    assert not rules.may_sign_as_customer(house.mira, house.product)
    house.vera.roles = [*house.vera.roles, "administrator"]
    assert rules.may_edit(house.vera)
