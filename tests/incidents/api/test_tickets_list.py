"""Lists of tickets: filters, order, pages, who sees what, and how many queries it takes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from time_machine import Traveller

from incidents.actions import tickets
from incidents.models import Ticket
from tests.callers import Caller
from tests.factories import House, ProductFactory, agreement_in_force
from tests.incidents.acting import in_state, opened

NOW = datetime.fromisoformat("2026-11-20T22:00:00+01:00")
HOUR = timedelta(hours=1)


def titles(answer: tuple[int, Any]) -> list[str]:
    """The titles of a list, in its order."""
    status, body = answer
    assert status == 200, body
    assert body["count"] == len(body["results"])
    return [row["title"] for row in body["results"]]


@pytest.fixture
def three(house: House, clock: Traveller) -> list[Ticket]:
    """Three tickets, opened an hour apart, the first one changed last."""
    first = opened(house, NOW - 3 * HOUR, title="Till 50% slower", priority="P3")
    second = opened(house, NOW - 2 * HOUR, title="Till_2 stands", by=house.mira, external_reference="INC-2")
    third = opened(house, NOW - HOUR, title="Printer", priority="P2")
    tickets.assign(second, by=house.jana, now=NOW - HOUR, assignee=house.timo)
    tickets.resolve(first, by=house.jana, now=NOW - HOUR / 2, text="Cleaned.")
    return [first, second, third]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Printer", "Till_2 stands", "Till 50% slower"]),
        ({"product": "kasse"}, ["Printer", "Till_2 stands", "Till 50% slower"]),
        ({"product": "other"}, []),
        ({"team": "kassenteam"}, ["Printer", "Till_2 stands", "Till 50% slower"]),
        ({"team": "lagerteam"}, []),
        ({"assignee": "timo"}, ["Till_2 stands"]),
        ({"reporter": "mira"}, ["Till_2 stands"]),
        ({"status": "resolved"}, ["Till 50% slower"]),
        ({"status": ["new", "resolved"]}, ["Printer", "Till_2 stands", "Till 50% slower"]),
        ({"priority": ["P1", "P2"]}, ["Printer", "Till_2 stands"]),
        ({"is_history": "true"}, []),
        ({"is_history": "false", "priority": "P3"}, ["Till 50% slower"]),
        ({"external_reference": "INC-2"}, ["Till_2 stands"]),
        ({"opened_after": "2026-11-20T20:00:00+01:00"}, ["Printer", "Till_2 stands"]),
        ({"opened_before": "2026-11-20T20:00:00+01:00"}, ["Till 50% slower"]),
        ({"updated_since": "2026-11-20T20:30:00Z"}, ["Till 50% slower"]),
        ({"q": "till"}, ["Till_2 stands", "Till 50% slower"]),
        ({"q": "50%"}, ["Till 50% slower"]),
        ({"q": "%"}, ["Till 50% slower"]),
        ({"q": "_"}, ["Till_2 stands"]),
        ({"q": "inc-2"}, ["Till_2 stands"]),
        ({"ordering": "opened_at"}, ["Till 50% slower", "Till_2 stands", "Printer"]),
        ({"ordering": "-updated_at"}, ["Till 50% slower", "Printer", "Till_2 stands"]),
        ({"ordering": "priority"}, ["Till_2 stands", "Printer", "Till 50% slower"]),
    ],
)
def test_filters_find_what_they_say(house: House, three: list[Ticket], asked: dict[str, Any], found: list[str]) -> None:
    assert titles(Caller(house.jana).get("/tickets/", **asked)) == found


def test_search_finds_a_number(house: House, three: list[Ticket]) -> None:
    assert titles(Caller(house.jana).get("/tickets/", q=three[1].number.lower())) == ["Till_2 stands"]


@pytest.mark.parametrize(
    ("asked", "beside"),
    [
        ({"titel": "x"}, "titel"),
        ({"title__regex": ".*"}, "title__regex"),
        ({"ordering": "reporter__password"}, "ordering"),
        ({"status": "gone"}, "status"),
        ({"priority": "P9"}, "priority"),
        ({"is_history": "maybe"}, "is_history"),
        ({"updated_since": "2026-11-20T20:30:00"}, "updated_since"),
        ({"updated_since": "2026-11-20"}, "updated_since"),
        ({"q": "x" * 201}, "q"),
        ({"page": "x"}, "page"),
        ({"page_size": "0"}, "page_size"),
    ],
)
def test_what_no_filter_means_is_a_400(house: House, jana: Caller, asked: dict[str, str], beside: str) -> None:
    status, answer = jana.get("/tickets/", **asked)

    assert (status, list(answer)) == (400, [beside])
    assert all(" " in sentence for sentence in answer[beside])


def test_pages_follow_one_another_without_a_gap(house: House, three: list[Ticket]) -> None:
    # The same moment everywhere: only the key tells the rows apart.
    Ticket.objects.update(updated_at=NOW)
    jana = Caller(house.jana)

    pages = [jana.get("/tickets/", page_size="1", page=page, ordering="-updated_at")[1] for page in ("1", "2", "3")]

    assert [row["title"] for page in pages for row in page["results"]] == [
        "Printer",
        "Till_2 stands",
        "Till 50% slower",
    ]
    assert [page["count"] for page in pages] == [3, 3, 3]
    assert pages[0]["previous"] is None
    assert pages[0]["next"] == "http://testserver/api/v1/tickets/?ordering=-updated_at&page=2&page_size=1"
    assert pages[2]["next"] is None
    assert jana.get("/tickets/", page_size="1", page="4")[0] == 404


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("rita", ["Printer", "Till 50% slower"]),
        ("mira", ["Printer", "Till_2 stands", "Till 50% slower"]),
        ("olaf", ["Printer", "Till_2 stands", "Till 50% slower"]),
        ("stella", ["Printer", "Till_2 stands", "Till 50% slower"]),
        ("doris", ["Printer", "Till_2 stands", "Till 50% slower"]),
        ("vera", ["Printer", "Till_2 stands", "Till 50% slower"]),
        ("anton", ["Printer", "Till_2 stands", "Till 50% slower"]),
        ("outsider", []),
        ("ida", []),
    ],
)
def test_everybody_sees_their_own(house: House, three: list[Ticket], who: str, sees: list[str]) -> None:
    caller = Caller(getattr(house, who))

    assert titles(caller.get("/tickets/")) == sees
    assert titles(caller.get("/tickets/", product="kasse")) == sees
    assert titles(caller.get("/tickets/", q="i")) == sees
    assert [caller.get(f"/tickets/{ticket.number}/")[0] for ticket in three] == [
        200 if ticket.title in sees else 404 for ticket in three
    ]


@pytest.mark.parametrize("place", ["", "ledger/", "comments/"])
def test_invisible_ticket_answers_like_one_that_does_not_exist(house: House, three: list[Ticket], place: str) -> None:
    stranger = Caller(house.outsider)

    answers = [stranger.get(f"/tickets/{number}/{place}") for number in (three[0].number, "T-999999999")]

    assert answers[0] == answers[1] == (404, {"detail": "No Ticket matches the given query."})


def test_list_takes_as_many_queries_for_three_rows_as_for_one(
    house: House, jana: Caller, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    in_state(house, "waiting", now=NOW - HOUR)
    jana.get("/tickets/")  # hours and rules are remembered from here on
    with django_assert_max_num_queries(14) as one:
        jana.get("/tickets/")
    for status in ("resolved", "open"):
        in_state(house, status, now=NOW - HOUR)
    product = ProductFactory(slug="waage", team=house.team, owner=house.mira)
    agreement_in_force(product, provider=house.holger, customer=house.mira, office=house.office, clock=house.clock)
    tickets.open_ticket(product, by=house.rita, now=NOW, priority="P1", title="x")
    jana.get("/tickets/")

    with django_assert_max_num_queries(14) as many:
        _, answer = jana.get("/tickets/")

    assert len(answer["results"]) == 4
    assert len(many) == len(one)


@pytest.mark.parametrize("place", ["", "ledger/", "comments/"])
def test_detail_takes_few_queries(
    house: House, jana: Caller, place: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ticket = in_state(house, "closed", now=NOW - HOUR)
    jana.get(f"/tickets/{ticket.number}/{place}")

    with django_assert_max_num_queries(9):
        assert jana.get(f"/tickets/{ticket.number}/{place}")[0] == 200
