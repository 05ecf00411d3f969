"""Answers put together by hand say what the schema promises, and a fresh ticket is told without reading it again."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from knox.models import AuthToken

from incidents import rules
from incidents.actions import tickets
from incidents.api import answers, shapes
from incidents.models import Ticket
from incidents.queries.tickets import with_all_shown
from tests.factories import House
from tests.incidents.acting import MONDAY_8, opened

BODY = {"product": "kasse", "priority": "P1", "title": "Till stands still"}


def test_an_answer_has_the_fields_of_the_schema_in_their_order(house: House) -> None:
    told = answers.ticket(opened(house), desk=rules.desk_of(house.rita), now=MONDAY_8)

    assert tuple(told) == shapes.TicketShape.Meta.fields
    assert list(told["timers"][0]) == list(shapes.TimerShape().fields)


def test_a_waiting_ticket_says_what_the_schema_promises(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_8, reason="supplier", text="Ordered.")

    told = answers.ticket(ticket, desk=rules.desk_of(house.jana), now=MONDAY_8)

    assert list(told["waiting"]) == list(shapes.Waiting().fields)
    assert told["waiting"]["reason"] == "supplier"


@pytest.mark.parametrize("who", ["rita", "jana", "doris", "mira", "adam"])
def test_what_is_told_from_memory_is_what_stands_in_the_database(house: House, who: str) -> None:
    person = getattr(house, who)
    ticket = opened(house, by=person)
    desk = rules.desk_of(person)

    at_once = answers.ticket(ticket, desk=desk, now=MONDAY_8)
    read_again = with_all_shown(Ticket.objects.filter(pk=ticket.pk)).get()

    assert at_once == answers.ticket(read_again, desk=desk, now=MONDAY_8)


def test_telling_a_fresh_ticket_reads_nothing(house: House) -> None:
    desk = rules.desk_of(house.rita)
    answers.ticket(opened(house), desk=desk, now=MONDAY_8)  # the hours of its calendars are remembered from here on
    ticket = opened(house)

    with CaptureQueriesContext(connection) as asked:
        answers.ticket(ticket, desk=desk, now=MONDAY_8)

    assert len(asked) == 0


def test_opening_through_the_api_is_five_statements(house: House) -> None:
    _, token = AuthToken.objects.create(user=house.rita)
    client = Client(headers={"authorization": f"Token {token}"})

    def post() -> int:
        return client.post("/api/v1/tickets/", BODY, content_type="application/json").status_code

    assert post() == 201
    with CaptureQueriesContext(connection) as asked:
        assert post() == 201

    # Token and its siblings, product and the reporter's place, terms with number and team, everything that is written.
    assert len(asked) == 5
