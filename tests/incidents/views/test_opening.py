"""Opening a ticket: two plain questions, the promise beforehand, and what is kept when something is wrong."""

from datetime import datetime

import pytest
import time_machine
from django.test import Client

from incidents.models import Ticket
from slas.models.parties import Visibility
from tests.factories import House, ProductFactory
from tests.incidents.acting import letters
from tests.incidents.views.reading import HOSTILE, plain, signed_in, words

SAID = {
    "product": "kasse",
    "effect": "standstill",
    "workaround": "no",
    "title": "Till is dead",
    "description": "All of them.",
}


@pytest.fixture
def rita(house: House) -> Client:
    return signed_in(house.rita)


def test_a_reporter_sees_when_they_hear_before_they_send_and_then_opens_it(
    house: House, rita: Client, friday_night: datetime
) -> None:
    with time_machine.travel(friday_night, tick=False):
        asked = rita.post("/tickets/new/", {**SAID, "preview": ""})
        assert asked.status_code == 200
        assert "You will hear from us by Monday 09:00 ." in plain(asked.content.decode())
        assert 'value="Till is dead"' in asked.content.decode()
        assert not Ticket.objects.exists()

        sent = rita.post("/tickets/new/", {**SAID, "send": ""})

        ticket = Ticket.objects.get()
        assert sent.headers["Location"] == f"/tickets/{ticket.number}/"
        assert (ticket.priority, ticket.title, ticket.description, ticket.reporter, ticket.product) == (
            "P1", "Till is dead", "All of them.", house.rita, house.product,
        )  # fmt: skip
        assert letters() == [("new", "jana"), ("new", "timo")]
        page = words(rita, sent.headers["Location"])
        assert f"{ticket.number} is open. The team knows." in page
        assert "Due Mon 23 Nov 2026, 09:00" in page


@pytest.mark.parametrize(
    ("effect", "workaround", "priority"),
    [
        ("standstill", "no", "P1"),
        ("standstill", "yes", "P2"),
        ("limited", "no", "P2"),
        ("limited", "yes", "P3"),
        ("small", "no", "P3"),
        ("small", "yes", "P3"),
    ],
)
def test_two_answers_make_a_priority(rita: Client, effect: str, workaround: str, priority: str) -> None:
    rita.post("/tickets/new/", {**SAID, "effect": effect, "workaround": workaround})

    assert Ticket.objects.get().priority == priority


def test_htmx_asks_for_the_promise_alone(rita: Client, friday_night: datetime) -> None:
    chosen = "product=kasse&effect=limited&workaround=no&title=&csrfmiddlewaretoken=x"
    with time_machine.travel(friday_night, tick=False):
        answer = rita.get(f"/tickets/new/promise/?{chosen}", headers={"HX-Request": "true"}).content.decode()

    assert answer.startswith('<div id="promise"') or answer.lstrip().startswith("<div")
    assert "<html" not in answer
    assert "P2 An important part is limited" in plain(answer)
    assert "You will hear from us by Monday 12:00 ." in plain(answer)


def test_an_objective_is_not_promised(rita: Client, friday_night: datetime) -> None:
    with time_machine.travel(friday_night, tick=False):
        shown = words(rita, "/tickets/new/promise/?product=kasse&effect=standstill&workaround=no")

    assert "It should be solved by Saturday 02:00 ; that is an objective." in shown


def test_before_both_questions_are_answered_it_says_what_to_do(rita: Client) -> None:
    assert "answer the two questions" in words(rita, "/tickets/new/promise/?product=kasse")


def test_the_product_of_a_link_is_chosen_already(rita: Client) -> None:
    assert '<option value="kasse" selected>' in rita.get("/tickets/new/?product=kasse").content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "This field is required."),
        ({"title": "x" * 301}, "at most 300 characters"),
        ({"effect": "annoying"}, "Select a valid choice."),
        ({"product": "nowhere"}, "Select a valid choice."),
        ({"title": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_malformed_is_400_beside_the_field_and_keeps_the_rest(rita: Client, change: dict[str, str], said: str) -> None:
    answer = rita.post("/tickets/new/", {**SAID, **change})

    assert answer.status_code == 400
    page = answer.content.decode()
    assert f'id="id_{next(iter(change))}_error"' in page
    assert said in plain(page)
    assert "All of them." in page
    assert not Ticket.objects.exists()


def test_without_an_agreement_it_is_refused_and_nothing_is_lost(house: House, rita: Client) -> None:
    ProductFactory(slug="neu", name="Neuheit")

    asked = rita.post("/tickets/new/", {**SAID, "product": "neu", "preview": ""})
    sent = rita.post("/tickets/new/", {**SAID, "product": "neu"})

    assert "No agreement is in force for Neuheit" in plain(asked.content.decode())
    assert sent.status_code == 409
    assert 'value="Till is dead"' in sent.content.decode()
    assert not Ticket.objects.exists()


def test_a_product_somebody_cannot_see_is_not_offered(house: House, rita: Client) -> None:
    house.product.visible_to = Visibility.STAKEHOLDERS
    house.product.save()

    assert "Kasse" not in words(rita, "/tickets/new/")
    assert rita.post("/tickets/new/", SAID).status_code == 400
    assert signed_in(house.stella).post("/tickets/new/", SAID).status_code == 302


def test_hostile_words_are_kept_and_shown_as_text(house: House, rita: Client) -> None:
    for title in HOSTILE:
        kept = " ".join(title.split())
        answer = rita.post("/tickets/new/", {**SAID, "title": title, "description": title})
        if answer.status_code != 302:  # nothing but control characters
            assert answer.status_code == 400
            continue
        ticket = Ticket.objects.order_by("pk").last()
        assert ticket is not None
        assert " ".join(ticket.title.split()) == kept

    for ticket in Ticket.objects.all():
        page = rita.get(f"/tickets/{ticket.number}/").content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
