"""Agreements on pages: drafted in a form, signed by two, read in sentences, never edited once published."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from slas.models import Agreement, Revision, User
from slas.queries.wordings import wording_of
from tests.factories import House, ProductFactory


@pytest.fixture
def vera(client: Client, house: House) -> Client:
    client.force_login(house.vera)
    return client


def filled(house: House, **changes: object) -> dict[str, object]:
    """What a person would send for a small agreement."""
    sent: dict[str, object] = {
        "title": "Betrieb",
        "provider": "IT-Betrieb",
        "customer": "Vertrieb",
        "relation": "same_entity",
        "language": "de",
        "zone": "Europe/Berlin",
        "in_force_from": "2099-01-01T00:00",
        "reopen_within": "120h",
        "inside": "Kassen\nZahlung",
        "glossary": "Reaktion: die erste öffentliche Antwort",
        "review_rhythms": ["monthly"],
        "participants": ["mira"],
        "P1_means": "Verkauf steht",
        "P1_response_allowance": "1h30m",
        "P1_response_calendar": house.office.name,
        "P1_response_binding": "commitment",
        "P1_response_attainment": "95",
        "step-TOTAL_FORMS": "2",
        "step-INITIAL_FORMS": "0",
        "step-0-kind": "response",
        "step-0-at": "75%",
        "step-0-audience": ["assignee", "team_lead"],
        "step-1-kind": "response",
        "step-1-at": "+30m",
        "step-1-audience": ["manager"],
        "step-1-person": "doris",
        "step-1-repeat": "1h",
        "step-1-max_repeats": "3",
    }
    kinds = [
        f"{priority}_{kind}" for priority in ("P1", "P2", "P3", "P4") for kind in ("response", "update", "resolution")
    ]
    return {**{f"{name}_binding": "objective" for name in kinds}, **sent, **changes}


def new_agreement(client: Client, house: House, **changes: object) -> object:
    product = ProductFactory(slug="wlan", name="WLAN", team=house.team, owner=house.mira)
    sent = filled(house, product=product.pk, slug="wlan-2099", **changes)
    return client.post(reverse("slas:agreement_new"), sent)


def test_form_writes_the_whole_draft(vera: Client, house: House) -> None:
    answer = new_agreement(vera, house)

    draft = Revision.objects.get(agreement__slug="wlan-2099")
    wording = wording_of(draft)
    assert answer.status_code == 302  # type: ignore[attr-defined]  # a test response
    assert (wording.inside, wording.glossary, wording.participants, wording.review_rhythms) == (
        ("Kassen", "Zahlung"),
        {"Reaktion": "die erste öffentliche Antwort"},
        ("mira",),
        ("monthly",),
    )
    assert [(one.priority, one.kind, one.allowance, one.attainment) for one in wording.targets] == [
        ("P1", "response", timedelta(minutes=90), 95)
    ]
    assert [(step.at_percent, step.at_offset, step.audience, step.max_repeats) for step in wording.steps] == [
        (75, None, ("assignee", "team_lead"), 0),
        (None, timedelta(minutes=30), ("manager", "person:doris"), 3),
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"reopen_within": "five days"}, "reopen_within"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"P1_response_allowance": "1d"}, "P1_response_allowance"),
        ({"P1_response_calendar": ""}, "P1_response_calendar"),
        ({"P1_response_allowance": ""}, "P1_response_allowance"),
        ({"P1_response_attainment": "101"}, "P1_response_attainment"),
        ({"P1_response_attainment": "NaN"}, "P1_response_attainment"),
        ({"glossary": "no colon"}, "glossary"),
        ({"in_force_from": "soon"}, "in_force_from"),
    ],
)
def test_wrong_input_stands_beside_its_field_and_nothing_is_lost(
    vera: Client, house: House, wrong: dict[str, object], field: str
) -> None:
    answer = new_agreement(vera, house, **wrong)

    assert answer.status_code == 400  # type: ignore[attr-defined]  # a test response
    assert list(answer.context["form"].errors) == [field]  # type: ignore[attr-defined]  # as above
    assert "Verkauf steht" in answer.content.decode()  # type: ignore[attr-defined]  # as above
    assert not Agreement.objects.filter(slug="wlan-2099").exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"step-0-at": "half time"}, "at"),
        ({"step-0-audience": []}, "audience"),
        ({"step-0-audience": ["emperor"]}, "audience"),
        ({"step-0-at": ""}, "at"),
        ({"step-0-repeat": "often"}, "repeat"),
    ],
)
def test_wrong_step_is_shown_in_its_row(vera: Client, house: House, wrong: dict[str, object], field: str) -> None:
    answer = new_agreement(vera, house, **wrong)

    assert answer.status_code == 400  # type: ignore[attr-defined]  # a test response
    assert list(answer.context["form"].ladder[0].errors) == [field]  # type: ignore[attr-defined]  # as above
    assert not Agreement.objects.filter(slug="wlan-2099").exists()


def test_agreement_without_targets_is_refused_in_a_sentence(vera: Client, house: House) -> None:
    answer = new_agreement(vera, house, P1_response_allowance="", P1_response_calendar="")

    assert answer.status_code == 409  # type: ignore[attr-defined]  # a test response
    assert not Agreement.objects.filter(slug="wlan-2099").exists()


def test_two_signatures_put_it_in_force(vera: Client, house: House, client: Client) -> None:
    new_agreement(vera, house)
    draft = Revision.objects.get(agreement__slug="wlan-2099")
    for person, side in ((house.holger, "provider"), (house.mira, "customer")):
        client.force_login(person)
        assert client.post(reverse(f"slas:sign_as_{side}", args=["wlan-2099", 1])).status_code == 302

    draft.refresh_from_db()
    assert draft.is_published
    assert (draft.provider_signed_by, draft.customer_signed_by) == (house.holger, house.mira)


def test_only_the_sides_may_sign(client: Client, house: House) -> None:
    client.force_login(house.vera)
    new_agreement(client, house)

    for person in (house.jana, house.rita, house.anton):
        client.force_login(person)
        assert client.post(reverse("slas:sign_as_customer", args=["wlan-2099", 1])).status_code == 403


def test_draft_of_the_next_revision_starts_from_the_wording_in_force(vera: Client, house: House) -> None:
    page = vera.get(reverse("slas:agreement_edit", args=[house.agreement.slug]))
    form = page.context["form"]

    assert form["title"].value() == house.revision.title
    assert form["P1_response_allowance"].value() == "1h"
    assert form["P1_response_calendar"].value() == house.office.name
    assert [row["at"].value() for row in form.ladder][:6] == ["50%", "75%", "100%", "75%", "100%", "+1h"]
    assert "slug" not in form.fields


TABLE = {
    "availability_target": "99.5",
    "credits_kind": "bands",
    "band-TOTAL_FORMS": "2",
    "band-INITIAL_FORMS": "0",
    "band-0-lower_is": "inclusive",
    "band-0-lower": "99",
    "band-0-upper_is": "exclusive",
    "band-0-upper": "99.5",
    "band-0-percent": "10",
    "band-1-lower_is": "inclusive",
    "band-1-upper_is": "exclusive",
    "band-1-upper": "99",
    "band-1-percent": "25",
}
OPEN = "Its table of credits leaves something open; see “Credits” below."


def test_credits_are_read_in_sentences(vera: Client, house: House) -> None:
    answer = vera.post("/agreements/kasse-2026/edit/", filled(house, **TABLE), follow=True)

    page = answer.content.decode().replace("\u00a0", " ")
    assert "is at least 99 % and below 99.5 %, 10 % of the monthly fee is credited.</li>" in page
    assert "A credit can be claimed without a time limit.</li>" in page
    assert [str(message) for message in answer.context["messages"]] == [
        "The draft is saved. It is in force once both sides have signed."
    ]


def test_a_table_that_leaves_something_open_is_saved_with_a_warning(vera: Client, house: House) -> None:
    answer = vera.post("/agreements/kasse-2026/edit/", filled(house, **TABLE | {"band-1-upper": "98"}), follow=True)

    assert [str(message) for message in answer.context["messages"]][1:] == [OPEN]
    said = "The table says nothing about an availability between 98 % and 99 %."
    assert said in answer.content.decode()
    # Whoever signs it reads the same.
    assert said in vera.get("/agreements/kasse-2026/?revision=2").content.decode()
    assert Revision.objects.get(number=2).credit_bands.count() == 2


def test_a_wrong_band_is_shown_in_its_row_and_nothing_is_lost(vera: Client, house: House) -> None:
    answer = vera.post("/agreements/kasse-2026/edit/", filled(house, **TABLE | {"band-0-upper": "viel"}))

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Something is wrong with the bands of the table." in page
    assert re.search(r'name="band-0-upper" value="viel"[^>]*aria-invalid="true"', page)
    assert 'name="band-1-upper" value="99"' in page


def test_credits_without_a_table_of_rows_are_malformed(vera: Client, house: House) -> None:
    answer = vera.post("/agreements/kasse-2026/edit/", filled(house, availability_target="99", credits_kind="bands"))

    assert answer.status_code == 400


def test_saving_twice_keeps_one_draft(vera: Client, house: House) -> None:
    address = reverse("slas:agreement_edit", args=[house.agreement.slug])
    for title in ("Erster Entwurf", "Zweiter Entwurf"):
        assert vera.post(address, filled(house, title=title)).status_code == 302

    titles = list(house.agreement.revisions.order_by("number").values_list("title", flat=True))
    assert titles == [house.revision.title, "Zweiter Entwurf"]


def test_published_revision_offers_no_way_to_change_it(client: Client, house: House) -> None:
    client.force_login(house.mira)

    shown = client.get(reverse("slas:agreement", args=[house.agreement.slug])).content.decode()

    assert reverse("slas:agreement_edit", args=[house.agreement.slug]) not in shown
    assert client.get(reverse("slas:agreement_edit", args=[house.agreement.slug])).status_code == 403
    assert client.post(reverse("slas:agreement_discard", args=[house.agreement.slug, 1])).status_code == 403


def test_discarding_a_published_revision_is_refused(vera: Client, house: House) -> None:
    answer = vera.post(reverse("slas:agreement_discard", args=[house.agreement.slug, 1]))

    assert answer.status_code == 409
    assert Revision.objects.filter(pk=house.revision.pk).exists()


def test_retiring_sets_the_end_once(vera: Client, house: House) -> None:
    address = reverse("slas:agreement_retire", args=[house.agreement.slug, 1])

    assert vera.post(address, {"at": "2099-12-31T23:00"}).status_code == 302
    assert vera.post(address, {"at": "2098-12-31T23:00"}).status_code == 409
    house.revision.refresh_from_db()
    assert house.revision.in_force_to is not None
    assert house.revision.in_force_to.year == 2099


def test_page_says_the_promise_and_the_ladder_in_sentences(client: Client, house: House) -> None:
    client.force_login(house.mira)

    shown = client.get(reverse("slas:agreement", args=[house.agreement.slug])).content.decode()

    assert "in 95\u00a0% of cases" in shown
    assert "the assignee and the team lead" in shown
    assert "60\u00a0min" in shown or "1\u00a0h" in shown


def test_restricted_agreement_does_not_exist_for_others(client: Client, house: House) -> None:
    house.product.visible_to = "stakeholders"
    house.product.save()
    address = reverse("slas:agreement", args=[house.agreement.slug])

    statuses = {}
    for person in (house.mira, house.jana, house.stella, house.anton, house.rita, house.outsider):
        client.force_login(person)
        statuses[person.username] = client.get(address).status_code

    assert statuses == {"mira": 200, "jana": 200, "stella": 200, "anton": 200, "rita": 404, "outsider": 404}


def test_file_is_for_those_who_read_everything(client: Client, house: House) -> None:
    address = reverse("slas:agreement_file", args=[house.agreement.slug])
    client.force_login(house.anton)
    assert client.get(address).content.decode().startswith("fallback:")

    client.force_login(User.objects.get(username="rita"))
    assert client.get(address).status_code == 403


def test_list_shows_the_newest_title_with_its_state(client: Client, house: House) -> None:
    client.force_login(house.rita)

    answer = client.get(reverse("slas:agreements"))

    assert [(row.title, state) for row, state in answer.context["agreements"]] == [("Running the till", "in_force")]
