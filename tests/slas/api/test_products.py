"""Products, promises and wordings as JSON: the shapes of contracts.md, for those who may see them, in their words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from slas.models import Product, Revision, User
from tests.factories import (
    AgreementFactory,
    CalendarRevisionFactory,
    House,
    ProductFactory,
    RevisionFactory,
    fill,
    publish,
)

FRIDAY = "2026-11-20T22:00:00+01:00"
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
TILL = {
    "slug": "kasse",
    "name": "Kasse",
    "team": "kassenteam",
    "owner": "mira",
    "deputies": ["olaf"],
    "tier": 3,
    "visible_to": "everyone",
    "public_promise": "",
    "revision": {"agreement": "kasse-2026", "number": 1},
}


def caller(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def told(client: Client, path: str, status: int = 200, **asked: str) -> object:
    """The answer as values."""
    answer = client.get(f"/api/v1/{path}", asked)
    assert answer.status_code == status, answer.content
    return answer.json()


def results(client: Client, path: str, **asked: str) -> list[dict[str, object]]:
    """The rows of a list."""
    found = told(client, path, **asked)
    assert isinstance(found, dict)
    assert found["count"] == len(found["results"])
    rows: list[dict[str, object]] = found["results"]
    return rows


def at(value: object) -> datetime:
    """An instant of an answer."""
    assert isinstance(value, str)
    return datetime.fromisoformat(value)


def test_a_product_is_told_with_the_revision_in_force(house: House) -> None:
    client = caller(house.rita)

    assert results(client, "products/") == [TILL]
    assert told(client, "products/kasse/") == TILL


def test_a_product_without_an_agreement_stands_in_the_same_list(house: House) -> None:
    ProductFactory(slug="wlan", name="WLAN", team=house.team, owner=house.mira)

    found = {row["slug"]: row["revision"] for row in results(caller(house.rita), "products/")}

    assert found == {"kasse": {"agreement": "kasse-2026", "number": 1}, "wlan": None}


@pytest.mark.parametrize(
    ("name", "status"), [("mira", 200), ("jana", 200), ("anton", 200), ("rita", 404), ("ida", 404)]
)
@pytest.mark.parametrize(
    "path",
    [
        "products/kasse/",
        "products/kasse/terms/",
        f"products/kasse/what-if/?priority=P1&at={FRIDAY.replace('+', '%2B')}",
        "agreements/kasse-2026/",
    ],
)
def test_a_restricted_product_is_not_there_for_others(house: House, path: str, name: str, status: int) -> None:
    Product.objects.update(visible_to="stakeholders")
    client = caller(getattr(house, name))

    assert client.get(f"/api/v1/{path}").status_code == status
    assert len(results(client, "products/")) == (1 if status == 200 else 0)
    assert len(results(client, "agreements/")) == (1 if status == 200 else 0)
    assert len(results(client, "products/", q="Kasse")) == (1 if status == 200 else 0)


@pytest.mark.parametrize("path", ["products/", "products/kasse/", "agreements/", "agreements/kasse-2026/"])
def test_strangers_are_told_nothing(client: Client, house: House, path: str) -> None:
    assert client.get(f"/api/v1/{path}").status_code in {401, 403}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["products/", "products/kasse/", "agreements/kasse-2026/", "products/kasse/terms/"])
def test_nothing_is_written_here(house: House, path: str, method: str) -> None:
    client = caller(house.vera)
    before = list(Product.objects.values()), list(Revision.objects.values())

    answer = getattr(client, method)(f"/api/v1/{path}", {"name": "Other"}, content_type="application/json")

    assert answer.status_code == 405
    assert (list(Product.objects.values()), list(Revision.objects.values())) == before


@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        ({}, ["ablage", "kasse", "wlan"]),
        ({"team": "kassenteam"}, ["kasse", "wlan"]),
        ({"team": "nirgends"}, []),
        ({"owner": "mira"}, ["kasse"]),
        ({"tier": "1"}, ["wlan"]),
        ({"q": "KAS"}, ["kasse"]),
        ({"q": "wla"}, ["wlan"]),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"ordering": "-name"}, ["wlan", "kasse", "ablage"]),
        ({"ordering": "tier"}, ["wlan", "kasse", "ablage"]),
        ({"team": "kassenteam", "tier": "3"}, ["kasse"]),
    ],
)
def test_products_are_found_by_people_tier_and_words(house: House, asked: dict[str, str], slugs: list[str]) -> None:
    ProductFactory(slug="wlan", name="WLAN", team=house.team, tier=1)
    ProductFactory(slug="ablage", name="Ablage")

    assert [row["slug"] for row in results(caller(house.rita), "products/", **asked)] == slugs


@pytest.mark.parametrize(
    "asked",
    [
        {"tier": "5"},
        {"tier": "0"},
        {"tier": "x"},
        {"nam": "Kasse"},
        {"ordering": "password"},
        {"page": "0"},
        {"q": "x" * 201},
    ],
)
def test_a_filter_that_nobody_knows_is_refused_and_never_an_empty_list(house: House, asked: dict[str, str]) -> None:
    found = told(caller(house.rita), "products/", 400, **asked)

    assert isinstance(found, dict)
    assert list(found) == list(asked)


def test_a_p1_of_friday_night_is_due_on_monday_at_nine(house: House) -> None:
    found = told(caller(house.mira), "products/kasse/what-if/", priority="P1", at=FRIDAY)

    assert isinstance(found, dict)
    assert found["revision"] == {"agreement": "kasse-2026", "number": 1}
    response, update, resolution = found["timers"]
    assert {key: response[key] for key in ("kind", "allowance_seconds", "sentence")} == {
        "kind": "response",
        "allowance_seconds": 3600,
        "sentence": "A P1, reported Friday 22:00, is answered by Monday 09:00.",
    }
    assert at(response["due_at"]) == MONDAY + HOUR
    assert [(line["what"], line["timer"], at(line["from"]), at(line["to"])) for line in response["ledger"]] == [
        ("closed", "response", at(FRIDAY), MONDAY),
        ("counted", "response", MONDAY, MONDAY + HOUR),
    ]
    assert response["ledger"][1]["seconds"] == 3600
    assert (update["kind"], resolution["kind"]) == ("update", "resolution")
    assert at(resolution["due_at"]) == at(FRIDAY) + 4 * HOUR


@pytest.mark.parametrize(
    ("language", "zone", "sentence"),
    [
        ("en", "Europe/Berlin", "A P1, reported Friday 22:00, is answered by Monday 09:00."),
        ("de", "Europe/Berlin", "Ein P1, gemeldet Freitag 22:00, wird bis Montag 09:00 beantwortet."),
        ("en", "Asia/Kolkata", "A P1, reported Saturday 02:30, is answered by Monday 13:30."),
    ],
)
def test_the_answer_is_in_the_words_and_on_the_clock_of_whoever_asks(
    house: House, language: str, zone: str, sentence: str
) -> None:
    User.objects.filter(pk=house.mira.pk).update(language=language, zone=zone)
    client = caller(User.objects.get(pk=house.mira.pk))

    answer = client.get("/api/v1/products/kasse/what-if/", {"priority": "P1", "at": FRIDAY})

    assert answer.json()["timers"][0]["sentence"] == sentence
    assert answer.headers["Content-Language"] == language


@pytest.mark.parametrize(
    ("asked", "status", "name"),
    [
        ({}, 400, "priority"),
        ({"priority": "P1"}, 400, "at"),
        ({"priority": "P9", "at": FRIDAY}, 400, "priority"),
        ({"priority": "p1", "at": FRIDAY}, 400, "priority"),
        ({"priority": "P1", "at": "2026-11-20T22:00:00"}, 400, "at"),
        ({"priority": "P1", "at": "soon"}, 400, "at"),
        ({"priority": "P1", "at": "9999-01-01T00:00:00Z"}, 400, "at"),
        ({"priority": "P1", "at": "2020-01-01T00:00:00Z"}, 409, "detail"),
    ],
)
def test_a_question_that_cannot_be_answered(house: House, asked: dict[str, str], status: int, name: str) -> None:
    found = told(caller(house.mira), "products/kasse/what-if/", status, **asked)

    assert isinstance(found, dict)
    assert name in found


def test_the_terms_of_a_product_at_an_instant(house: House) -> None:
    found = told(caller(house.mira), "products/kasse/terms/", at=FRIDAY)

    assert isinstance(found, dict)
    assert (found["revision"], at(found["at"]), found["reopen_within_seconds"]) == (
        {"agreement": "kasse-2026", "number": 1},
        at(FRIDAY),
        432_000,
    )
    assert [(one["priority"], one["means"], len(one["sentences"])) for one in found["priorities"]] == [
        ("P1", "Sales stand still", 3),
        ("P2", "An important part is limited", 2),
        ("P3", "A small fault or a question", 2),
    ]
    assert [(one["examples"], one["set_by"]) for one in found["priorities"]] == [
        (["No till takes money", "Bookings get lost"], "Branch leads"),
        ([], ""),
        ([], ""),
    ]
    assert found["targets"][0] == {
        "priority": "P1",
        "kind": "response",
        "allowance_seconds": 3600,
        "calendar": "Büro Hamburg",
        "zone": "Europe/Berlin",
        "binding": "commitment",
        "attainment": "95.00",
    }
    assert found["steps"][2] == {
        "position": 3,
        "kind": "response",
        "at_percent": 100,
        "offset_seconds": None,
        "audience": ["manager", "product_owner"],
        "repeat_seconds": 3600,
        "max_repeats": 5,
    }
    assert found["steps"][-1]["offset_seconds"] == 3600


def test_terms_before_the_agreement_are_a_409_with_a_sentence(house: House) -> None:
    found = told(caller(house.mira), "products/kasse/terms/", 409, at="2020-01-01T00:00:00Z")

    assert found == {"detail": "No agreement is in force for this product at that time."}


def test_an_agreement_is_told_with_every_wording_and_its_state(house: House) -> None:
    RevisionFactory(agreement=house.agreement, title="Entwurf")

    found = told(caller(house.rita), "agreements/kasse-2026/")

    assert isinstance(found, dict)
    assert (found["slug"], found["product"]) == ("kasse-2026", "kasse")
    states = {row["number"]: (row["state"], row["title"], len(row["targets"])) for row in found["revisions"]}
    assert states == {1: ("in_force", "Running the till", 7), 2: ("draft", "Entwurf", 0)}
    first = next(row for row in found["revisions"] if row["number"] == 1)
    assert (first["provider_signed_by"], first["customer_signed_by"]) == ("holger", "mira")
    assert (first["reopen_within_seconds"], first["is_response_paused"], first["review_rhythms"]) == (
        432_000,
        False,
        ["monthly", "quarterly", "yearly"],
    )


@pytest.mark.parametrize("path", ["products/", "agreements/"])
def test_a_list_asks_the_same_number_of_questions_for_more_rows(house: House, path: str) -> None:
    client = caller(house.anton)
    client.get(f"/api/v1/{path}")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/api/v1/{path}")
    for _ in range(3):
        draft = RevisionFactory(agreement=AgreementFactory(product=ProductFactory(team=house.team)))
        fill(draft, office=house.office, clock=house.clock)
        publish(draft, provider=house.holger, customer=house.mira)
    CalendarRevisionFactory()
    with CaptureQueriesContext(connection) as many:
        found = results(client, path)

    assert (len(found), len(many)) == (4, len(few))
