"""People, teams and products: what the pages of service level managers keep, refuse and hide."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from slas.models import FallbackPerson, Product, Team, User
from tests.factories import House, TeamFactory, UserFactory

PAGES = [
    "slas:people",
    "slas:teams",
    "slas:person_new",
    "slas:team_new",
    "slas:product_new",
    "slas:fallback",
]
PERSON = {
    "name": "Nora Neu",
    "email": "nora@example.test",
    "language": "de",
    "zone": "Europe/Berlin",
    "is_active": "on",
}


@pytest.fixture
def vera(client: Client, house: House) -> Client:
    client.force_login(house.vera)
    return client


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_service_level_managers(vera: Client, name: str) -> None:
    answer = vera.get(reverse(name))

    assert answer.status_code == 200
    assert b"<h1>" in answer.content


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_forbidden_for_others(client: Client, house: House, name: str) -> None:
    client.force_login(house.jana)

    assert client.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_pages_ask_strangers_to_sign_in(client: Client, house: House, name: str) -> None:
    answer = client.get(reverse(name))

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))


def test_auditor_reads_lists_and_finds_no_way_to_change(client: Client, house: House) -> None:
    client.force_login(house.anton)

    shown = client.get(reverse("slas:people")).content.decode()

    assert "Jana Petersen" in shown
    assert reverse("slas:person_new") not in shown
    assert client.get(reverse("slas:person", args=["jana"])).status_code == 403


def test_new_person_is_kept_and_cannot_sign_in_yet(vera: Client, house: House) -> None:
    sent = {**PERSON, "username": "nora", "manager": house.holger.pk, "roles": ["importer"]}

    answer = vera.post(reverse("slas:person_new"), sent)

    nora = User.objects.get(username="nora")
    assert answer.status_code == 302
    assert (nora.name, nora.manager, nora.roles, nora.has_usable_password()) == (
        "Nora Neu",
        house.holger,
        ["importer"],
        False,
    )


def test_person_keeps_what_the_form_does_not_ask(vera: Client, house: House) -> None:
    User.objects.filter(pk=house.jana.pk).update(muted_notices=["new"])
    sent = {**PERSON, "deputy": house.timo.pk, "absent_from_on": "2026-12-01", "absent_to_on": "2026-12-08"}

    vera.post(reverse("slas:person", args=["jana"]), sent)

    jana = User.objects.get(username="jana")
    assert (jana.name, jana.deputy, str(jana.absent_to_on), jana.muted_notices) == (
        "Nora Neu",
        house.timo,
        "2026-12-08",
        ["new"],
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "a@b.c\nBcc: x@y.z"}, "email"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"name": ""}, "name"),
        ({"absent_from_on": "2026-12-08", "absent_to_on": "2026-12-01"}, "absent_to_on"),
        ({"absent_to_on": "2026-12-01"}, "absent_from_on"),
        ({"roles": ["emperor"]}, "roles"),
        ({"manager": "999999"}, "manager"),
    ],
)
def test_wrong_input_stands_beside_its_field_and_loses_nothing(
    vera: Client, wrong: dict[str, object], field: str
) -> None:
    answer = vera.post(reverse("slas:person_new"), {**PERSON, "username": "nora", **wrong})

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert 'value="nora"' in answer.content.decode()
    assert not User.objects.filter(username="nora").exists()


def test_reporting_line_in_a_circle_is_refused_on_the_page(vera: Client, house: House) -> None:
    sent = {**PERSON, "name": "Doris Lang", "email": "doris@example.test", "manager": house.jana.pk}

    answer = vera.post(reverse("slas:person", args=["doris"]), sent)

    assert answer.status_code == 409
    assert User.objects.get(username="doris").manager is None


def test_service_level_manager_cannot_make_an_administrator(vera: Client) -> None:
    answer = vera.post(reverse("slas:person_new"), {**PERSON, "username": "nora", "roles": ["administrator"]})

    assert answer.status_code == 403
    assert not User.objects.filter(username="nora").exists()


def test_team_and_product_are_made_in_two_forms(vera: Client, house: House) -> None:
    vera.post(
        reverse("slas:team_new"),
        {"slug": "netz", "name": "Netzteam", "lead": house.holger.pk, "members": [house.jana.pk, house.timo.pk]},
    )
    netz = Team.objects.get(slug="netz")
    answer = vera.post(
        reverse("slas:product_new"),
        {
            "slug": "wlan",
            "name": "WLAN",
            "team": netz.pk,
            "owner": house.mira.pk,
            "stakeholders": [house.stella.pk],
            "tier": 2,
            "visible_to": "stakeholders",
            "public_promise": "Immer an",
        },
    )

    wlan = Product.objects.get(slug="wlan")
    assert answer.status_code == 302
    assert {person.username for person in netz.members.all()} == {"jana", "timo"}
    assert (wlan.team, wlan.owner, wlan.tier, wlan.visible_to) == (netz, house.mira, 2, "stakeholders")
    assert list(wlan.stakeholders.all()) == [house.stella]


def test_product_form_starts_from_what_is_stored(vera: Client, house: House) -> None:
    form = vera.get(reverse("slas:product_edit", args=["kasse"])).context["form"]

    assert "slug" not in form.fields
    assert (form["name"].value(), form["team"].value(), form["deputies"].value()) == (
        "Kasse",
        house.team.pk,
        [house.olaf.pk],
    )


def test_taken_short_name_is_refused(vera: Client, house: House) -> None:
    answer = vera.post(reverse("slas:team_new"), {"slug": "kassenteam", "name": "Zwei", "lead": house.holger.pk})

    assert answer.status_code == 409
    assert Team.objects.filter(slug="kassenteam").count() == 1


def test_fallback_keeps_the_chosen_order(vera: Client, house: House) -> None:
    vera.post(reverse("slas:fallback"), {"first": house.doris.pk, "second": house.vera.pk})

    assert list(FallbackPerson.objects.order_by("position").values_list("person__username", flat=True)) == [
        "doris",
        "vera",
    ]


def test_fallback_needs_somebody(vera: Client, house: House) -> None:
    assert vera.post(reverse("slas:fallback"), {"first": ""}).status_code == 400
    assert FallbackPerson.objects.get().person == house.vera


@pytest.mark.parametrize("name", ["slas:people", "slas:teams"])
def test_lists_ask_the_same_number_of_questions_for_one_row_and_three(vera: Client, name: str) -> None:
    address = f"{reverse(name)}?q={'Lagerteam' if name == 'slas:teams' else 'mira'}"
    few = _queries(vera, address)
    for number in range(3):
        UserFactory(name=f"mirabelle {number}")
        TeamFactory(name=f"Lagerteam {number}")
    many = _queries(vera, address)

    assert many == few


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_people_as_a_file_are_harmless_for_spreadsheets(vera: Client) -> None:
    UserFactory(name="=1+1", username="formel")

    answer = vera.get(f"{reverse('slas:people')}?format=csv&q=formel")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    assert text.splitlines()[1].startswith("'=1+1,formel,")
