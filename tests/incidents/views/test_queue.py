"""The queue on its page: what stands first, for whom, how it is narrowed, and as a file."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from incidents.actions import tickets
from incidents.queries.engine import VITAL
from slas.models import Heartbeat
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, in_state, opened
from tests.incidents.views.reading import HOSTILE, plain, questions, signed_in, table, words


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(MONDAY_8 + 2 * MINUTE, tick=False):
        yield


@pytest.fixture
def jana(house: House) -> Client:
    return signed_in(house.jana)


def numbers(client: Client, address: str) -> list[str]:
    return [row.number for row in client.get(address).context["queue"].rows]


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/tickets/").headers["Location"] == "/accounts/login/?next=/tickets/"


def test_the_least_time_left_stands_first_and_what_waits_stands_last(house: House, jana: Client) -> None:
    waiting = tickets.pause(
        tickets.respond(opened(house), by=house.jana, now=MONDAY_8, text="Soon."),
        by=house.jana, now=MONDAY_8, reason="supplier",
    )  # fmt: skip
    relaxed, urgent = opened(house, priority="P3"), opened(house, title="Till burns")

    assert numbers(jana, "/tickets/") == [urgent.number, relaxed.number, waiting.number]
    page = words(jana, "/tickets/")
    assert f"P1 {urgent.number} Till burns" in page
    assert "Response 58 min" in page
    assert "Monday 09:00" in page


def test_a_row_leads_to_its_ticket(house: House, jana: Client) -> None:
    ticket = opened(house)

    assert (
        f'<a href="/tickets/{ticket.number}/" data-open>{ticket.number}</a>' in jana.get("/tickets/").content.decode()
    )


def test_filters_stand_in_the_address(house: House, jana: Client) -> None:
    p1, p3 = opened(house), opened(house, priority="P3", title="Small thing")
    mine = tickets.assign(opened(house, priority="P2"), by=house.jana, now=MONDAY_8, assignee=house.jana)
    begun = in_state(house, "open")

    assert numbers(jana, "/tickets/?priority=P3") == [p3.number]
    assert numbers(jana, "/tickets/?holder=me") == [mine.number]
    assert set(numbers(jana, "/tickets/?holder=nobody")) == {p1.number, p3.number, begun.number}
    assert numbers(jana, "/tickets/?status=open") == [begun.number]
    assert numbers(jana, "/tickets/?q=small") == [p3.number]
    assert len(numbers(jana, "/tickets/?product=kasse&team=kassenteam")) == 4
    assert numbers(jana, "/tickets/?team=lagerteam") == []


@pytest.mark.parametrize(
    "nonsense", ["priority=P9", "holder=%00", "product=nowhere", "cursor=nonsense", "q=%00", "status=x"]
)
def test_nonsense_in_the_address_narrows_nothing_and_breaks_nothing(house: House, jana: Client, nonsense: str) -> None:
    ticket = opened(house)

    assert numbers(jana, f"/tickets/?{nonsense}") == [ticket.number]


def test_people_see_only_what_they_may(house: House, jana: Client) -> None:
    ticket = opened(house)

    assert numbers(signed_in(house.rita), "/tickets/") == [ticket.number]
    assert numbers(signed_in(house.anton), "/tickets/") == [ticket.number]
    assert "No open tickets" in words(signed_in(house.outsider), "/tickets/")
    assert "Nothing matches" in words(jana, "/tickets/?priority=P2")


def test_a_long_queue_goes_on_on_the_next_page_and_its_file_is_whole(house: House, jana: Client) -> None:
    for second in range(52):
        opened(house, MONDAY_8 + timedelta(seconds=second))

    first = jana.get("/tickets/").context["queue"]
    second_page = numbers(jana, f"/tickets/?cursor={first.next_cursor}")

    assert (len(first.rows), len(second_page)) == (50, 2)
    assert {row.number for row in first.rows}.isdisjoint(second_page)
    assert len(table(jana, "/tickets/?format=csv")) == 53


def test_the_file_says_what_the_page_says_and_runs_no_formula(house: House, jana: Client) -> None:
    ticket = opened(house, title="=HYPERLINK(1)")

    assert table(jana, "/tickets/?format=csv") == [
        ["Number", "Title", "Priority", "State", "Product", "Team", "Held by", "Due"],
        [ticket.number, "'=HYPERLINK(1)", "P1", "new", "Kasse", "Kassenteam", "", "2026-11-23T09:00:00+01:00"],
    ]


def test_the_file_speaks_the_language_and_zone_of_its_reader(house: House) -> None:
    house.jana.language, house.jana.zone = "en", "Asia/Tokyo"
    house.jana.save()
    opened(house)

    assert table(signed_in(house.jana), "/tickets/?format=csv")[1][-1] == "2026-11-23T17:00:00+09:00"


def test_three_rows_cost_no_more_than_one(house: House, jana: Client) -> None:
    opened(house)
    jana.get("/tickets/")
    one = questions(jana, "/tickets/")
    for _ in range(2):
        opened(house)

    assert questions(jana, "/tickets/") == one


@pytest.mark.parametrize("name", ["jana", "holger", "doris", "rita", "vera", "mira"])
def test_a_full_page_needs_eight_questions_at_most(house: House, name: str) -> None:
    at_work = opened(house, MONDAY_8)
    tickets.pause(at_work, by=house.jana, now=MONDAY_8, reason="supplier")
    for second in range(51):
        opened(house, MONDAY_8 + timedelta(seconds=second))
    for part in VITAL:
        Heartbeat.objects.create(name=part, at=database_now())
    reader = signed_in(getattr(house, name))
    assert len(reader.get("/tickets/").context["queue"].rows) == 50

    # Session, person, place, calendars, the walk, its rows, the pulse of the engine, the choices of the filters.
    assert questions(reader, "/tickets/") <= 8


def test_time_already_waited_does_not_count(house: House, jana: Client) -> None:
    ticket = tickets.respond(opened(house, MONDAY_8), by=house.jana, now=MONDAY_8, text="Soon.")
    tickets.pause(ticket, by=house.jana, now=MONDAY_8, reason="supplier")
    tickets.resume(ticket, by=house.jana, now=MONDAY_8 + MINUTE)

    [row] = jana.get("/tickets/").context["queue"].rows
    assert (row.next_clock.kind, row.next_clock.remaining) == ("update", 2 * HOUR - MINUTE)


def test_hostile_titles_are_text(house: House, jana: Client) -> None:
    for minute, title in enumerate(HOSTILE[:45]):
        opened(house, MONDAY_8 - minute * HOUR, title=title)

    page = jana.get("/tickets/").content.decode()

    assert page.count("data-row=") == len(HOSTILE[:45])
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "{{" not in plain(page) or any("{{" in title for title in HOSTILE)
