"""Opening tickets through the API: what it asks for, the past, and requests that arrive twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from time_machine import Traveller

from incidents.models import CreationKey, Ticket
from slas.models import Notice, Product
from tests.callers import Answer, Caller
from tests.factories import House, ProductFactory, build_house

REPORT = {"product": "kasse", "priority": "P1", "title": "Till stands still"}


@pytest.mark.parametrize(
    ("change", "beside", "sentence"),
    [
        ({"product": None}, "product", "This field may not be null."),
        ({"product": "nothing"}, "product", "There is no “nothing”."),
        ({"product": 1}, "product", "Invalid value."),
        ({"priority": "P5"}, "priority", '"P5" is not a valid choice.'),
        ({"title": " \t\n"}, "title", "This field may not be blank."),
        ({"title": "x" * 301}, "title", "Ensure this field has no more than 300 characters."),
        ({"description": "x" * 20_001}, "description", "Ensure this field has no more than 20000 characters."),
        ({"external_reference": "x" * 101}, "external_reference", "Ensure this field has no more than 100 characters."),
        ({"opened_at": "2026-11-20T22:00:01+01:00"}, "opened_at", "That moment lies in the future."),
        (
            {"opened_at": "2026-11-20T21:00:00"},
            "opened_at",
            "The time needs an offset, such as 2026-11-27T22:00:00+01:00.",
        ),
        (
            {"opened_at": "1969-12-31T23:59:59Z"},
            "opened_at",
            "The time must lie between the years 1970 and 2200.",
        ),
    ],
)
def test_malformed_report_is_a_400_beside_the_field(
    rita: Caller, change: dict[str, object], beside: str, sentence: str
) -> None:
    assert rita.post("/tickets/", {**REPORT, **change}) == (400, {beside: [sentence]})
    assert not Ticket.objects.exists()


def test_everything_missing_is_said_at_once(rita: Caller) -> None:
    missing = ["This field is required."]

    assert rita.post("/tickets/", {}) == (400, {"product": missing, "priority": missing, "title": missing})


def test_what_is_not_asked_for_changes_nothing(rita: Caller) -> None:
    smuggled = {"status": "resolved", "reporter": "mira", "number": "T-1", "team": "lagerteam", "is_history": True}

    _, ticket = rita.post("/tickets/", {**REPORT, **smuggled})

    assert (ticket["status"], ticket["reporter"], ticket["team"], ticket["is_history"]) == (
        "new", "rita", "kassenteam", False,
    )  # fmt: skip
    assert ticket["number"] != "T-1"


def test_title_and_description_are_kept_letter_by_letter(rita: Caller) -> None:
    words = {"title": "\t=1+1\n", "description": "  first\r\n\r\nlast  "}

    _, ticket = rita.post("/tickets/", {**REPORT, **words})

    assert (ticket["title"], ticket["description"]) == ("\t=1+1\n", "  first\r\n\r\nlast  ")


def test_restricted_product_of_others_answers_like_one_that_does_not_exist(house: House, rita: Caller) -> None:
    ProductFactory(slug="geheim", team=house.team, owner=house.mira, visible_to="stakeholders")

    hidden = rita.post("/tickets/", {**REPORT, "product": "geheim"})
    missing = rita.post("/tickets/", {**REPORT, "product": "gehein"})

    assert hidden == (400, {"product": ["There is no “geheim”."]})
    assert missing == (400, {"product": ["There is no “gehein”."]})


def test_product_without_agreement_takes_no_ticket(house: House, rita: Caller) -> None:
    ProductFactory(slug="waage", name="Waage", team=house.team, owner=house.mira)

    status, answer = rita.post("/tickets/", {**REPORT, "product": "waage"})

    assert (status, answer) == (409, {"detail": "Waage had no agreement in force then; ask for one first."})


def test_auditor_opens_nothing(house: House, clock: Traveller) -> None:
    assert Caller(house.anton).post("/tickets/", REPORT) == (
        403,
        {"detail": "Auditors read everything and change nothing."},
    )


@pytest.mark.parametrize(
    ("opened_at", "is_history", "told"),
    [
        ("2026-11-20T21:58:59+01:00", True, 0),
        ("2026-11-20T21:59:00+01:00", False, 2),
        ("2026-11-20T22:00:00+01:00", False, 2),
    ],
    ids=["a minute and a second", "a minute", "now"],
)
def test_tickets_of_the_past_are_recorded_and_nobody_is_told(
    house: House, clock: Traveller, opened_at: str, is_history: bool, told: int
) -> None:
    status, ticket = Caller(house.ida).post("/tickets/", {**REPORT, "opened_at": opened_at})

    assert (status, ticket["opened_at"], ticket["is_history"]) == (201, opened_at, is_history)
    assert Notice.objects.count() == told


def test_past_is_for_importers(rita: Caller) -> None:
    assert rita.post("/tickets/", {**REPORT, "opened_at": "2026-11-20T21:59:59+01:00"}) == (
        403,
        {"detail": "Only importers open tickets in the past."},
    )


def test_external_reference_is_unique_within_a_product(house: House, rita: Caller) -> None:
    first, _ = rita.post("/tickets/", {**REPORT, "external_reference": "INC-1"})
    second = rita.post("/tickets/", {**REPORT, "external_reference": "INC-1"})
    without = [rita.post("/tickets/", {**REPORT, "external_reference": None})[0] for _ in range(2)]

    assert (first, without) == (201, [201, 201])
    assert second == (409, {"detail": "Another ticket of this product has this external reference."})


class TestKeys:
    """`Idempotency-Key`: once is once, however often it is said."""

    def test_same_request_finds_the_same_ticket(self, rita: Caller, clock: Traveller) -> None:
        first = rita.post("/tickets/", REPORT, **{"Idempotency-Key": "k-1"})
        again = rita.post("/tickets/", dict(reversed(REPORT.items())), **{"Idempotency-Key": "k-1"})

        assert first[0] == 201
        assert again == first
        assert Ticket.objects.count() == 1

    def test_another_request_under_the_same_key_is_refused(self, rita: Caller) -> None:
        rita.post("/tickets/", REPORT, **{"Idempotency-Key": "k-1"})

        other = rita.post("/tickets/", {**REPORT, "title": "Another"}, **{"Idempotency-Key": "k-1"})

        assert other == (409, {"detail": "This Idempotency-Key was used for another request; take a new one."})
        assert Ticket.objects.count() == 1

    def test_keys_are_per_person(self, rita: Caller, jana: Caller) -> None:
        numbers = [one.post("/tickets/", REPORT, **{"Idempotency-Key": "k"})[1]["number"] for one in (rita, jana)]

        assert len(set(numbers)) == 2
        assert list(CreationKey.objects.order_by("person").values_list("key", flat=True)) == ["k", "k"]

    def test_refused_request_leaves_its_key_free(self, rita: Caller) -> None:
        rita.post("/tickets/", {**REPORT, "title": ""}, **{"Idempotency-Key": "k"})

        assert rita.post("/tickets/", REPORT, **{"Idempotency-Key": "k"})[0] == 201

    @pytest.mark.parametrize("key", ["k" * 201, "a\x00b", "a\u202eb"])
    def test_key_that_nobody_can_read_is_a_400(self, rita: Caller, key: str) -> None:
        assert rita.post("/tickets/", REPORT, **{"Idempotency-Key": key}) == (
            400,
            {"Idempotency-Key": ["The key has at most 200 printable characters."]},
        )


def at_once(*calls: Callable[[], Answer]) -> list[Answer]:
    """The answers to calls made at the same time, each on a connection of its own."""

    def alone(call: Callable[[], Answer]) -> Answer:
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(alone, calls))


@pytest.mark.django_db(transaction=True)
def test_twins_at_the_same_time_open_one_ticket() -> None:
    caller = Caller(build_house().rita)

    answers = at_once(*[lambda: caller.post("/tickets/", REPORT, **{"Idempotency-Key": "twin"})] * 6)

    assert {status for status, _ in answers} == {201}
    assert {answer["number"] for _, answer in answers} == {Ticket.objects.get().number}


@pytest.mark.django_db(transaction=True)
def test_same_external_reference_at_the_same_time_is_one_ticket_and_refusals() -> None:
    caller = Caller(build_house().rita)

    answers = at_once(*[lambda: caller.post("/tickets/", {**REPORT, "external_reference": "INC-1"})] * 4)

    assert sorted(status for status, _ in answers) == [201, 409, 409, 409]
    assert Product.objects.get().tickets.count() == 1
