"""People, teams and products: what is kept, what is refused, and who may."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from slas.actions import parties, products
from slas.errors import Refused
from slas.models import FallbackPerson, Product, Team, User
from slas.queries.parties import fallback_people
from tests.factories import House

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_english() -> object:
    with translation.override("en"):
        yield


def test_a_new_person_has_no_password_yet(house: House) -> None:
    parties.create_person(
        username="nele", name="Nele Voss", email="nele@example.test", manager=house.holger, by=house.vera, now=NOW
    )

    nele = User.objects.get(username="nele")
    assert (nele.name, nele.email, nele.manager, nele.language, nele.zone) == (
        "Nele Voss",
        "nele@example.test",
        house.holger,
        "de",
        "Europe/Berlin",
    )
    assert (nele.roles, nele.is_staff, nele.is_superuser, nele.has_usable_password()) == ([], False, False, False)


def test_a_change_leaves_the_rest_as_it_is(house: House) -> None:
    parties.change_person(
        house.jana,
        by=house.vera,
        now=NOW,
        roles=["importer", "auditor", "importer"],
        deputy=house.timo,
        absent_from_on=date(2026, 12, 1),
    )

    jana = User.objects.get(username="jana")
    assert (jana.roles, jana.deputy, jana.absent_from_on, jana.absent_to_on) == (
        ["auditor", "importer"],
        house.timo,
        date(2026, 12, 1),
        None,
    )
    assert (jana.name, jana.manager, jana.password) == ("Jana Petersen", house.holger, house.jana.password)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "name: This field cannot be blank."),
        ({"email": "nowhere"}, "e-mail: Enter a valid email address."),
        ({"email": "MIRA@example.test"}, "Another person already has the address MIRA@example.test."),
        ({"zone": "Mars/Base"}, "time zone: “Mars/Base” is no time zone, such as Europe/Berlin."),
        ({"language": "fr"}, "language: Value 'fr' is not a valid choice."),
        ({"roles": ["boss"]}, "roles: Item 1 in the array did not validate: Value 'boss' is not a valid choice."),
        (
            {"manager": "jana"},
            "Jana Petersen reports to Holger Brandt already; a reporting line cannot run in a circle.",
        ),
        ({"is_active": False}, "Holger Brandt leads a team. Give it another lead first."),
    ],
)
def test_what_a_person_cannot_be(house: House, changes: dict[str, object], sentence: str) -> None:
    before = User.objects.filter(pk=house.holger.pk).values().get()
    if "manager" in changes:
        changes = {"manager": house.jana}

    with pytest.raises(Refused) as refusal:
        parties.change_person(house.holger, by=house.vera, now=NOW, **changes)  # type: ignore[arg-type]  # wrong on purpose

    assert str(refusal.value) == sentence
    assert User.objects.filter(pk=house.holger.pk).values().get() == before


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("vera", "Vera Blum is told when nobody else can be. Name somebody else first."),
        ("mira", "Mira Aydin owns a product. Give it another owner first."),
    ],
)
def test_nobody_leaves_who_is_needed(house: House, name: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        parties.change_person(getattr(house, name), by=house.adam, now=NOW, is_active=False)

    assert str(refusal.value) == sentence


def test_a_username_is_taken_whatever_its_case(house: House) -> None:
    with pytest.raises(Refused, match="already somebody known as “JANA”"):
        parties.create_person(username="JANA", name="Jana", email="j@example.test", by=house.vera, now=NOW)


def test_only_administrators_make_and_unmake_administrators(house: House) -> None:
    for person, roles in ((house.vera, ["administrator"]), (house.adam, [])):
        with pytest.raises(PermissionDenied):
            parties.change_person(person, by=house.vera, now=NOW, roles=roles)

    parties.change_person(house.jana, by=house.adam, now=NOW, roles=["administrator"])
    assert User.objects.get(username="jana").is_staff
    parties.change_person(house.jana, by=house.adam, now=NOW, roles=[])
    assert not User.objects.get(username="jana").is_staff


def test_the_fallback_keeps_its_order_and_is_never_empty(house: House) -> None:
    parties.set_fallback([house.doris, house.vera, house.doris], by=house.vera, now=NOW)
    assert list(fallback_people()) == [house.doris, house.vera]

    rows = list(FallbackPerson.objects.values())
    parties.set_fallback([house.doris, house.vera], by=house.vera, now=NOW)
    assert list(FallbackPerson.objects.values()) == rows
    with pytest.raises(Refused, match="Name at least one person"):
        parties.set_fallback([], by=house.vera, now=NOW)


def test_teams_are_made_and_changed(house: House) -> None:
    team = products.create_team(
        slug="netz", name="Netz", lead=house.doris, members=[house.timo], by=house.vera, now=NOW
    )
    products.change_team(team, by=house.vera, now=NOW, members=[house.jana, house.timo], name="Netzteam")

    found = Team.objects.get(slug="netz")
    assert (found.name, found.lead, set(found.members.all())) == ("Netzteam", house.doris, {house.jana, house.timo})
    with pytest.raises(Refused, match="already a team named “netz”"):
        products.create_team(slug="netz", name="Netz", lead=house.doris, by=house.vera, now=NOW)
    with pytest.raises(Refused, match="short name: Enter a valid “slug”"):
        products.create_team(slug="a b", name="Netz", lead=house.doris, by=house.vera, now=NOW)


def test_products_are_made_and_changed(house: House) -> None:
    product = products.create_product(
        slug="lager", name="Lager", team=house.team, owner=house.mira, deputies=[house.olaf], by=house.vera, now=NOW
    )
    products.change_product(
        product, by=house.vera, now=NOW, stakeholders=[house.stella], tier=1, visible_to="stakeholders"
    )

    found = Product.objects.get(slug="lager")
    assert (found.name, found.team, found.owner, found.tier, found.visible_to) == (
        "Lager",
        house.team,
        house.mira,
        1,
        "stakeholders",
    )
    assert (list(found.deputies.all()), list(found.stakeholders.all())) == ([house.olaf], [house.stella])
    with pytest.raises(Refused, match="already a product named “lager”"):
        products.create_product(slug="lager", name="x", team=house.team, owner=house.mira, by=house.vera, now=NOW)
    with pytest.raises(Refused, match="visible to: Value 'nobody' is not a valid choice"):
        products.change_product(product, by=house.vera, now=NOW, visible_to="nobody")


@pytest.mark.parametrize("name", ["holger", "mira", "anton", "rita"])
def test_only_service_level_managers_edit_parties(house: House, name: str) -> None:
    by = getattr(house, name)
    deeds: list[Callable[[], object]] = [
        lambda: parties.create_person(username="x", name="x", email="x@example.test", by=by, now=NOW),
        lambda: parties.change_person(house.jana, by=by, now=NOW, name="x"),
        lambda: parties.set_fallback([house.jana], by=by, now=NOW),
        lambda: products.create_team(slug="x", name="x", lead=house.jana, by=by, now=NOW),
        lambda: products.change_team(house.team, by=by, now=NOW, name="x"),
        lambda: products.create_product(slug="x", name="x", team=house.team, owner=by, by=by, now=NOW),
        lambda: products.change_product(house.product, by=by, now=NOW, name="x"),
    ]

    for deed in deeds:
        with pytest.raises(PermissionDenied):
            deed()
    assert User.objects.get(username="jana").name == "Jana Petersen"
    assert Product.objects.get().name == "Kasse"
