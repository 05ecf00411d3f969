"""Who sees and who may, person by person: the tables of contracts.md, written out."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from slas import rules
from slas.models import Product, Role, Team, User
from slas.models.parties import Visibility
from slas.queries import agreements, parties
from tests.factories import House, ProductFactory, TeamFactory, UserFactory
from tests.laws import law

CAST = ("vera", "holger", "doris", "jana", "timo", "mira", "olaf", "stella", "rita", "anton", "ida", "adam", "outsider")
OPEN, RESTRICTED = Visibility.EVERYONE, Visibility.STAKEHOLDERS

# Person → sees the restricted product, edits, reads everything, signs for the provider, signs for the customer.
TABLE: dict[str, tuple[bool, bool, bool, bool, bool]] = {
    "vera": (True, True, True, False, False),
    "holger": (True, False, False, True, False),
    "doris": (True, False, False, True, False),
    "jana": (True, False, False, False, False),
    "timo": (True, False, False, False, False),
    "mira": (True, False, False, False, True),
    "olaf": (True, False, False, False, True),
    "stella": (True, False, False, False, False),
    "rita": (False, False, False, False, False),
    "anton": (True, False, True, False, False),
    "ida": (False, False, False, False, False),
    "adam": (True, True, True, True, True),
    "outsider": (False, False, False, False, False),
}


def restricted(house: House) -> Product:
    """The till, seen by its own people only."""
    Product.objects.filter(pk=house.product.pk).update(visible_to=RESTRICTED)
    return Product.objects.get(pk=house.product.pk)


def test_the_table_is_about_everybody() -> None:
    assert set(TABLE) == set(CAST)


@pytest.mark.parametrize("name", CAST)
def test_a_person_may_what_the_table_says(house: House, name: str) -> None:
    product, person = restricted(house), getattr(house, name)

    assert (
        parties.visible_to(person).filter(pk=product.pk).exists(),
        rules.may_edit(person),
        rules.may_read_everything(person),
        rules.may_sign_as_provider(person, product),
        rules.may_sign_as_customer(person, product),
    ) == TABLE[name]


@pytest.mark.parametrize("name", CAST)
def test_everybody_sees_an_open_product_and_its_agreement(house: House, name: str) -> None:
    person = getattr(house, name)

    assert list(parties.visible_to(person)) == [house.product]
    assert list(agreements.visible_to(person)) == [house.agreement]


@pytest.mark.parametrize("name", CAST)
def test_an_agreement_is_seen_by_exactly_those_who_see_its_product(house: House, name: str) -> None:
    product, person = restricted(house), getattr(house, name)

    sees = parties.visible_to(person).filter(pk=product.pk).exists()

    assert agreements.visible_to(person).filter(product=product).exists() is sees


@pytest.mark.parametrize("visibility", [OPEN, RESTRICTED])
def test_nobody_sees_anything_without_signing_in(house: House, visibility: str) -> None:
    Product.objects.update(visible_to=visibility)

    assert list(parties.visible_to(AnonymousUser())) == []
    assert list(agreements.visible_to(AnonymousUser())) == []


def joined(product: Product, person: User, place: str) -> None:
    """Give a person a place around a product."""
    team = product.team
    places: dict[str, Callable[[], object]] = {
        "owner": lambda: Product.objects.filter(pk=product.pk).update(owner=person),
        "deputy": lambda: product.deputies.add(person),
        "stakeholder": lambda: product.stakeholders.add(person),
        "member": lambda: team.members.add(person),
        "lead": lambda: Team.objects.filter(pk=team.pk).update(lead=person),
        "manager of the lead": lambda: User.objects.filter(pk=team.lead_id).update(manager=person),
        "manager of a member": lambda: team.members.add(UserFactory(manager=person)),
        "two above a member": lambda: team.members.add(UserFactory(manager=UserFactory(manager=person))),
        "nine above a member": lambda: team.members.add(chain(9, person)),
        "manager of the owner": lambda: User.objects.filter(pk=product.owner_id).update(manager=person),
        "manager of a deputy": lambda: product.deputies.add(UserFactory(manager=person)),
        "report of a member": lambda: team.members.add(manager_of(person)),
        "deputy of the owner in person": lambda: User.objects.filter(pk=product.owner_id).update(deputy=person),
        "none": lambda: None,
    }
    places[place]()


def chain(length: int, top: User) -> User:
    """Somebody so many steps below the top."""
    for _ in range(length):
        top = UserFactory(manager=top)
    return top


def manager_of(person: User) -> User:
    """Somebody whom this person reports to."""
    person.manager = UserFactory()
    person.save()
    return person.manager


# Place → sees a restricted product, stands on the provider's side, stands on the customer's side.
PLACES: dict[str, tuple[bool, bool, bool]] = {
    "owner": (True, False, True),
    "deputy": (True, False, True),
    "stakeholder": (True, False, False),
    "member": (True, True, False),
    "lead": (True, True, False),
    "manager of the lead": (True, True, False),
    "manager of a member": (True, True, False),
    "two above a member": (True, True, False),
    "nine above a member": (True, True, False),
    # The line runs above the provider's team, not above the customer.
    "manager of the owner": (False, False, False),
    "manager of a deputy": (False, False, False),
    "report of a member": (False, False, False),
    # Standing in for somebody's letters is no right to their products.
    "deputy of the owner in person": (False, False, False),
    "none": (False, False, False),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_place_around_a_product_gives_its_rights_and_no_more(db: None, place: str) -> None:
    product = ProductFactory(visible_to=RESTRICTED)
    person = UserFactory()
    joined(product, person, place)
    product = Product.objects.get(pk=product.pk)

    assert (
        parties.visible_to(person).filter(pk=product.pk).exists(),
        rules.is_provider_side(person, product),
        rules.is_customer_side(person, product),
    ) == PLACES[place]


@pytest.mark.parametrize(
    ("roles", "edits", "reads"),
    [
        ([], False, False),
        ([Role.IMPORTER], False, False),
        ([Role.AUDITOR], False, True),
        ([Role.SERVICE_LEVEL_MANAGER], True, True),
        ([Role.ADMINISTRATOR], True, True),
        ([Role.AUDITOR, Role.IMPORTER], False, True),
        ([Role.AUDITOR, Role.SERVICE_LEVEL_MANAGER], False, True),
        ([Role.AUDITOR, Role.ADMINISTRATOR], True, True),
    ],
)
def test_a_role_gives_what_it_says_everywhere(db: None, roles: list[Role], edits: bool, reads: bool) -> None:
    product = ProductFactory(visible_to=RESTRICTED)
    person = UserFactory(roles=roles)

    assert (rules.may_edit(person), rules.may_read_everything(person)) == (edits, reads)
    assert parties.visible_to(person).filter(pk=product.pk).exists() is reads


@pytest.mark.parametrize("role", Role.values)
def test_an_administrator_holds_every_role_and_a_role_only_itself(role: str) -> None:
    admin, holder, nobody = User(roles=["administrator"]), User(roles=[role]), User(roles=[])

    assert admin.has_role(Role(role))
    assert holder.has_role(Role(role))
    assert not nobody.has_role(*Role)
    others = [other for other in Role if other != role]
    assert holder.has_role(*others) is (role == Role.ADMINISTRATOR)


def test_the_operator_at_the_machine_may_edit_and_nobody_else_without_a_name() -> None:
    assert rules.may_edit(None)


@pytest.mark.parametrize("count", [1, 3])
def test_what_a_person_sees_is_one_question_however_much_there_is(house: House, count: int) -> None:
    for _ in range(count):
        ProductFactory(team=house.team, visible_to=RESTRICTED).stakeholders.add(house.jana)

    with CaptureQueriesContext(connection) as asked:
        seen = [(product.team.lead.name, product.owner.name) for product in parties.visible_to(house.jana)]

    assert (len(asked), len(seen)) == (1, count + 1)


class ReportingLines(TestCase):
    """Any reporting line at all, circles too, against a walk in plain Python."""

    @law
    @given(st.lists(st.none() | st.integers(0, 7), min_size=8, max_size=8))
    def test_a_line_is_walked_to_its_end_and_a_circle_once(self, managers: list[int | None]) -> None:
        people = [UserFactory() for _ in managers]
        line = {number: above for number, above in enumerate(managers) if above != number}
        for number, above in line.items():
            User.objects.filter(pk=people[number].pk).update(manager=None if above is None else people[above])
        team = TeamFactory(lead=people[0])
        team.members.set([people[1]])

        for start, person in enumerate(people):
            walked: list[int] = []
            above = line.get(start)
            while above is not None and above != start and above not in walked:
                walked.append(above)
                above = line.get(above)
            assert rules.managers_above(person) == [people[number] for number in walked]
            leads_to_team = start in {0, 1} or any(
                people[start] in rules.managers_above(member) for member in people[:2]
            )
            assert rules.teams_in_line(person).filter(pk=team.pk).exists() is leads_to_team


@pytest.mark.parametrize(
    ("lead", "members", "above"),
    [
        ("holger", [], {"doris"}),
        ("holger", ["jana"], {"doris", "holger"}),
        ("jana", [], {"holger", "doris"}),
        ("rita", [], set()),
        ("rita", ["timo"], {"holger", "doris"}),
        ("rita", ["rita", "mira"], {"doris"}),
    ],
)
def test_the_line_of_a_team_is_everybody_above_its_lead_or_a_member(
    house: House, lead: str, members: list[str], above: set[str]
) -> None:
    team = TeamFactory(lead=getattr(house, lead))
    team.members.set([getattr(house, name) for name in members])

    assert set(rules.line_of(team).values_list("username", flat=True)) == above
    assert {name for name in CAST if rules.is_above(getattr(house, name), team)} == above
    assert {name for name in CAST if rules.is_in_team(getattr(house, name), team)} == {lead, *members}
