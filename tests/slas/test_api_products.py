"""Products, “what if” and terms through the API."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from slas.models import Product, Team
from tests.callers import Caller
from tests.factories import (
    AgreementFactory,
    CalendarRevisionFactory,
    House,
    ProductFactory,
    RevisionFactory,
    agreement_in_force,
    fill,
    publish,
)

FRIDAY = "2026-11-27T22:00:00+01:00"
MONDAY_8, MONDAY_9 = "2026-11-30T08:00:00+01:00", "2026-11-30T09:00:00+01:00"
KASSE = {
    "slug": "kasse",
    "name": "Kasse",
    "team": "kassenteam",
    "owner": "mira",
    "deputies": ["olaf"],
    "tier": 2,
    "visible_to": "everyone",
    "public_promise": "",
    "revision": {"agreement": "kasse-2026", "number": 1},
}


@pytest.fixture
def rita(house: House) -> Caller:
    """Somebody without any role."""
    return Caller(house.rita)


@pytest.fixture
def secret(house: House) -> Product:
    """A product that only those concerned see."""
    return ProductFactory(slug="geheim", name="Geheim", team=house.team, owner=house.mira, visible_to="stakeholders")


def names(answer: tuple[int, Any]) -> list[str]:
    """The short names in a list, in its order."""
    status, body = answer
    assert (status, body["count"]) == (200, len(body["results"]))
    return [row["slug"] for row in body["results"]]


def test_product_says_who_answers_for_it_and_what_is_in_force(house: House, rita: Caller) -> None:
    Product.objects.filter(slug="kasse").update(tier=2)

    assert rita.get("/products/kasse/") == (200, KASSE)
    assert rita.get("/products/") == (200, {"count": 1, "next": None, "previous": None, "results": [KASSE]})


def test_products_without_agreement_stand_in_the_same_list(house: House, rita: Caller) -> None:
    ProductFactory(slug="waage", name="Waage", team=house.team, owner=house.mira)
    draft = RevisionFactory(agreement=AgreementFactory(product=Product.objects.get(slug="waage")))
    fill(draft, office=house.office, clock=house.clock)

    assert names(rita.get("/products/")) == ["kasse", "waage"]
    assert rita.get("/products/waage/")[1]["revision"] is None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["kasse", "waage"]),
        ({"team": "lagerteam"}, ["waage"]),
        ({"owner": "mira"}, ["kasse"]),
        ({"tier": "1"}, ["waage"]),
        ({"q": "KASS"}, ["kasse"]),
        ({"q": "%"}, []),
        ({"ordering": "-name"}, ["waage", "kasse"]),
        ({"ordering": "tier,-slug"}, ["waage", "kasse"]),
    ],
)
def test_filters(house: House, rita: Caller, asked: dict[str, str], found: list[str]) -> None:
    ProductFactory(slug="waage", name="Waage", team=Team.objects.get(slug="lagerteam"), owner=house.olaf, tier=1)
    Product.objects.filter(slug="kasse").update(tier=2)

    assert names(rita.get("/products/", **asked)) == found


@pytest.mark.parametrize("asked", [{"tier": "x"}, {"tier": "0"}, {"tier": "NaN"}, {"owner__email": "x"}, {"q": "\0"}])
def test_what_no_filter_means_is_a_400(rita: Caller, asked: dict[str, str]) -> None:
    status, answer = rita.get("/products/", **asked)

    assert (status, list(answer)) == (400, list(asked))


@pytest.mark.parametrize("place", ["", "what-if/?priority=P1&at=2026-11-27T22:00:00Z", "terms/"])
def test_restricted_product_of_others_does_not_exist(house: House, secret: Product, rita: Caller, place: str) -> None:
    hidden = rita.get(f"/products/geheim/{place}")

    assert hidden == (404, {"detail": "No Product matches the given query."})
    assert hidden == rita.get(f"/products/nothing/{place}")
    assert Caller(house.stella).get("/products/geheim/")[0] == 404


def test_restricted_product_is_in_no_list_count_or_search_of_others(
    house: House, secret: Product, rita: Caller
) -> None:
    agreement_in_force(secret, provider=house.holger, customer=house.mira, office=house.office, clock=house.clock)

    for asked in ({}, {"q": "geheim"}, {"team": "kassenteam", "owner": "mira"}, {"page_size": "1"}):
        assert "geheim" not in names(rita.get("/products/", **asked))
    assert names(rita.get("/agreements/")) == ["kasse-2026"]
    assert names(rita.get("/agreements/", product="geheim")) == []
    assert rita.get("/agreements/geheim-2026/")[0] == 404


@pytest.mark.parametrize("who", ["mira", "jana", "holger", "doris", "vera", "anton", "adam"])
def test_those_concerned_see_a_restricted_product(house: House, secret: Product, who: str) -> None:
    assert names(Caller(getattr(house, who)).get("/products/")) == ["geheim", "kasse"]


class TestWhatIf:
    """“What if I report a P1 then?”, answered by the clock."""

    def test_answer_has_every_timer_with_its_ledger(self, rita: Caller) -> None:
        status, answer = rita.get("/products/kasse/what-if/", priority="P1", at=FRIDAY)

        assert (status, answer["revision"]) == (200, {"agreement": "kasse-2026", "number": 1})
        assert answer["timers"][0] == {
            "kind": "response",
            "due_at": MONDAY_9,
            "allowance_seconds": 3600,
            "sentence": "A P1, reported Friday 22:00, is answered by Monday 09:00.",
            "ledger": [
                {
                    "timer": "response",
                    "from": FRIDAY,
                    "to": MONDAY_8,
                    "what": "closed",
                    "seconds": 58 * 3600,
                    "label": "closed until Monday 08:00",
                },
                {
                    "timer": "response",
                    "from": MONDAY_8,
                    "to": MONDAY_9,
                    "what": "counted",
                    "seconds": 3600,
                    "label": "1\u00a0h counted",
                },
            ],
        }
        assert [(timer["kind"], timer["due_at"]) for timer in answer["timers"]] == [
            ("response", MONDAY_9),
            ("update", "2026-11-30T10:00:00+01:00"),
            ("resolution", "2026-11-28T02:00:00+01:00"),
        ]

    def test_answer_is_in_the_language_of_the_person(self, house: House, rita: Caller) -> None:
        house.rita.language = "de"
        house.rita.save()

        _, answer = rita.get("/products/kasse/what-if/", priority="P1", at=FRIDAY)

        assert answer["timers"][0]["sentence"] == "Ein P1, gemeldet Freitag 22:00, wird bis Montag 09:00 beantwortet."

    def test_a_p4_is_asked_about_as_it_would_be_judged(self, rita: Caller) -> None:
        of_p4, of_p3 = (rita.get("/products/kasse/what-if/", priority=name, at=FRIDAY) for name in ("P4", "P3"))

        assert of_p4 == of_p3

    @pytest.mark.parametrize(
        ("asked", "sentence"),
        [
            (
                {"priority": "P1", "at": "2020-01-01T00:00:00Z"},
                "No agreement is in force for this product at that time.",
            ),
        ],
    )
    def test_what_is_not_promised_is_a_409(self, rita: Caller, asked: dict[str, str], sentence: str) -> None:
        assert rita.get("/products/kasse/what-if/", **asked) == (409, {"detail": sentence})

    @pytest.mark.parametrize(
        ("asked", "beside"),
        [
            ({"at": FRIDAY}, ["priority"]),
            ({"priority": "P1"}, ["at"]),
            ({"priority": "P7", "at": FRIDAY}, ["priority"]),
            ({"priority": "P1", "at": "2026-11-27T22:00:00"}, ["at"]),
            ({"priority": "P1", "at": "2201-01-01T00:00:00Z"}, ["at"]),
            ({}, ["priority", "at"]),
        ],
    )
    def test_malformed_questions(self, rita: Caller, asked: dict[str, str], beside: list[str]) -> None:
        status, answer = rita.get("/products/kasse/what-if/", **asked)

        assert (status, list(answer)) == (400, beside)


class TestTerms:
    """Everything promised at an instant."""

    def test_terms_are_sentences_targets_and_the_ladder(self, rita: Caller) -> None:
        status, answer = rita.get("/products/kasse/terms/", at=FRIDAY)

        assert status == 200
        assert (answer["revision"], answer["at"], answer["reopen_within_seconds"]) == (
            {"agreement": "kasse-2026", "number": 1},
            FRIDAY,
            120 * 3600,
        )
        assert answer["targets"][0] == {
            "priority": "P1",
            "kind": "response",
            "allowance_seconds": 3600,
            "calendar": "Büro Hamburg",
            "zone": "Europe/Berlin",
            "binding": "commitment",
            "attainment": "95.00",
        }
        assert [(target["priority"], target["kind"]) for target in answer["targets"]] == [
            ("P1", "response"),
            ("P1", "update"),
            ("P1", "resolution"),
            ("P2", "response"),
            ("P2", "resolution"),
            ("P3", "response"),
            ("P3", "resolution"),
        ]
        assert answer["steps"][2] == {
            "position": 3,
            "kind": "response",
            "at_percent": 100,
            "offset_seconds": None,
            "audience": ["manager", "product_owner"],
            "repeat_seconds": 3600,
            "max_repeats": 5,
        }
        assert answer["priorities"][2]["means"] == "A small fault or a question"
        assert len(answer["priorities"][0]["sentences"]) == 3

    def test_terms_are_those_of_now_without_an_instant(self, rita: Caller) -> None:
        with travel("2026-11-20T22:00:00+01:00", tick=False):
            _, answer = rita.get("/products/kasse/terms/")

        assert answer["at"] == "2026-11-20T22:00:00+01:00"

    def test_hours_are_those_in_force_at_the_instant(self, house: House, rita: Caller) -> None:
        CalendarRevisionFactory(
            calendar=house.office, in_force_from=datetime(2026, 12, 1, tzinfo=UTC), zone="Europe/Lisbon"
        )

        zones = [
            rita.get("/products/kasse/terms/", at=at)[1]["targets"][0]["zone"]
            for at in ("2026-11-30T12:00:00Z", "2026-12-01T00:00:00Z")
        ]

        assert zones == ["Europe/Berlin", "Europe/Lisbon"]

    def test_nothing_in_force_is_a_409_and_a_naive_time_a_400(self, rita: Caller) -> None:
        assert rita.get("/products/kasse/terms/", at="2020-01-01T00:00:00Z")[0] == 409
        assert rita.get("/products/kasse/terms/", at="2026-11-27")[0] == 400


def test_agreement_has_all_its_wordings(house: House, rita: Caller) -> None:
    first = house.revision
    first.in_force_to = datetime(2026, 11, 1, tzinfo=UTC)
    first.save()
    second = RevisionFactory(agreement=house.agreement, in_force_from=first.in_force_to, title="Better")
    fill(second, office=house.office, clock=house.clock)
    publish(second, provider=house.holger, customer=house.mira)
    RevisionFactory(agreement=house.agreement, in_force_from=datetime(2027, 1, 1, tzinfo=UTC), title="Cheaper")

    with travel("2026-11-20T22:00:00+01:00", tick=False):
        status, answer = rita.get("/agreements/kasse-2026/")

    assert (status, answer["slug"], answer["product"]) == (200, "kasse-2026", "kasse")
    assert [(row["number"], row["state"], row["title"]) for row in answer["revisions"]] == [
        (1, "superseded", "Running the till"),
        (2, "in_force", "Better"),
        (3, "draft", "Cheaper"),
    ]
    better = answer["revisions"][1]
    assert (better["provider_signed_by"], better["customer_signed_by"], better["reopen_within_seconds"]) == (
        "holger", "mira", 120 * 3600,
    )  # fmt: skip
    assert [one for one in better["targets"] if (one["priority"], one["kind"]) == ("P1", "response")] == [
        {
            "priority": "P1",
            "kind": "response",
            "allowance_seconds": 3600,
            "calendar": "Büro Hamburg",
            "binding": "commitment",
            "attainment": "95.00",
        }
    ]
    assert [step["position"] for step in better["steps"]] == [1, 2, 3, 4, 5, 6]


def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    house: House, rita: Caller, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for slug in ("waage", "regal"):
        product = ProductFactory(slug=slug, team=house.team, owner=house.mira)
        agreement_in_force(product, provider=house.holger, customer=house.mira, office=house.office, clock=house.clock)

    for path, limit in (("/products/", 8), ("/agreements/", 12)):
        seen = []
        for size in (1, 3):
            with django_assert_max_num_queries(limit) as queries:
                assert len(rita.get(path, page_size=str(size))[1]["results"]) == size
            seen.append(len(queries))
        assert seen[0] == seen[1], path
