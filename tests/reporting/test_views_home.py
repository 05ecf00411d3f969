"""The first page: what needs this person, and nothing of what needs others."""

from datetime import date, timedelta

import pytest
from django.test import Client

from incidents.models import Escalation, Status, Ticket
from slas.models import Revision
from tests.factories import House, RevisionFactory
from tests.incidents import rows
from tests.incidents.rows import HOUR, NOW
from tests.reporting.readers import Reader


def escalation(house: House) -> Escalation:
    """A step that fired on a ticket that Jana holds."""
    ticket = rows.ticket(house)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=house.jana)
    return Escalation.objects.create(
        ticket=ticket,
        timer=rows.timer(ticket, NOW + HOUR),
        cycle=1,
        step=house.revision.steps.get(position=1),
        position=1,
        due_at=NOW - HOUR,
        fired_at=NOW - HOUR,
    )


def draft(house: House, *, signed_by_provider: bool) -> Revision:
    """A draft that one side has signed, or none."""
    return RevisionFactory(
        agreement=house.agreement,
        title="Running the till, better",
        provider_signed_by=house.holger if signed_by_provider else None,
        provider_signed_at=NOW if signed_by_provider else None,
    )


def test_home_asks_to_sign_in_first(client: Client, db: None) -> None:
    answer = client.get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/")


@pytest.mark.parametrize(
    ("who", "is_asked"), [("jana", True), ("holger", True), ("doris", True), ("mira", False), ("rita", False)]
)
def test_escalation_waits_for_its_people(house: House, who: str, is_asked: bool) -> None:
    fired = escalation(house)

    page = Reader(getattr(house, who)).page("/")

    assert (f"Acknowledge the escalation of {fired.ticket.number}: Till stands still" in page) is is_asked


@pytest.mark.parametrize(
    ("who", "signed_by_provider", "is_asked"),
    [
        ("mira", True, True),
        ("olaf", True, True),
        ("holger", True, False),
        ("mira", False, False),
        ("vera", True, False),
    ],
)
def test_draft_waits_for_the_signature_of_the_other_side(
    house: House, who: str, signed_by_provider: bool, is_asked: bool
) -> None:
    draft(house, signed_by_provider=signed_by_provider)

    page = Reader(getattr(house, who)).page("/")

    assert ("Sign revision 2 of “Running the till, better”" in page) is is_asked


def test_draft_signed_by_the_customer_waits_for_the_provider(house: House) -> None:
    RevisionFactory(agreement=house.agreement, customer_signed_by=house.mira, customer_signed_at=NOW)

    assert [("Sign revision 2" in Reader(one).page("/")) for one in (house.holger, house.doris, house.jana)] == [
        True,
        True,
        False,
    ]


def test_reviews_soon_and_open_actions_wait_for_their_people(house: House) -> None:
    soon = rows.review(house, date(2026, 12, 1))
    rows.review(house, date(2027, 1, 4), rhythm="quarterly")
    rows.taken_on(soon, house.mira, date(2026, 11, 30))

    page = Reader(house.mira).page("/")

    assert "Review of Kasse (monthly, tactical)" in page
    assert "quarterly" not in page
    assert "Replace the router" in page
    assert "2 things wait for your word." in page


@pytest.mark.parametrize(("who", "is_asked"), [("holger", True), ("doris", True), ("jana", False), ("mira", False)])
def test_fresh_breach_without_a_cause_waits_for_the_lead(house: House, who: str, is_asked: bool) -> None:
    rows.breach(rows.ticket(house), NOW - HOUR)
    rows.breach(rows.ticket(house), NOW - timedelta(days=40))

    page = Reader(getattr(house, who)).page("/")

    assert page.count("Say why the promise broke") == int(is_asked)


@pytest.mark.parametrize(("who", "is_shown"), [("jana", True), ("timo", True), ("holger", True), ("mira", False)])
def test_unassigned_ticket_stands_in_the_queue_of_the_whole_team(house: House, who: str, is_shown: bool) -> None:
    rows.timer(rows.ticket(house, status=Status.NEW), NOW + HOUR)

    assert ("My queue" in Reader(getattr(house, who)).page("/")) is is_shown


def test_ticket_of_a_colleague_is_not_in_my_queue(house: House) -> None:
    ticket = rows.ticket(house)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=house.jana)

    assert ticket.number in Reader(house.jana).page("/")
    assert ticket.number not in Reader(house.timo).page("/")


def test_somebody_without_a_part_is_shown_the_way(house: House) -> None:
    page = Reader(house.rita).page("/")

    assert "Nothing waits for your word." in page
    assert "You have no part in any product yet." in page


@pytest.mark.parametrize("who", ["mira", "stella", "jana", "doris"])
def test_own_products_stand_on_the_first_page(house: House, who: str) -> None:
    assert '<a href="/products/kasse/">Kasse</a>' in Reader(getattr(house, who)).page("/")


def test_home_takes_as_many_queries_for_three_of_everything_as_for_one(house: House) -> None:
    reader = Reader(house.holger)
    rows.breach(rows.ticket(house), NOW - HOUR)
    rows.review(house, date(2026, 12, 1))
    escalation(house)
    one = reader.queries("/")

    for days in (2, 3):
        rows.breach(rows.ticket(house), NOW - days * HOUR)
        rows.review(house, date(2026, 12, days))
        escalation(house)

    assert reader.queries("/") == one
