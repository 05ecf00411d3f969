"""What needs one person today, as rows."""

from datetime import date, timedelta

import pytest

from incidents.models import Pause, Status, Ticket
from reporting.queries import clocks
from reporting.queries.desk import Desk, desk, to_sign
from slas.models import Product, Revision, User
from slas.models.parties import Visibility
from tests.factories import AgreementFactory, House, ProductFactory, RevisionFactory
from tests.incidents import rows
from tests.incidents.rows import HOUR, NOW


def held_by(person: User, ticket: Ticket) -> Ticket:
    """The ticket in these hands."""
    Ticket.objects.filter(pk=ticket.pk).update(assignee=person)
    return ticket


def numbers(person: User) -> list[str]:
    """The queue of this person."""
    return [entry.ticket.number for entry in clocks.of_person(person, NOW)]


def test_desk_of_somebody_without_a_part_is_empty(house: House) -> None:
    assert desk(house.rita, NOW) == Desk([], [], [], [], [], [], [], [], [])


def test_desk_counts_what_waits_for_a_word_and_not_what_is_only_work(house: House) -> None:
    rows.timer(held_by(house.holger, rows.ticket(house)), NOW + HOUR)
    rows.review(house, date(2026, 12, 1))
    rows.breach(rows.ticket(house, status=Status.CLOSED), NOW - HOUR)

    found = desk(house.holger, NOW)

    assert (len(found.tickets), len(found.reviews), len(found.to_explain), found.asks) == (1, 1, 1, 2)


def test_queue_holds_own_tickets_and_those_nobody_took(house: House) -> None:
    mine, free = held_by(house.jana, rows.ticket(house)), rows.ticket(house)
    taken = held_by(house.timo, rows.ticket(house))

    assert sorted(numbers(house.jana)) == sorted([mine.number, free.number])
    assert sorted(numbers(house.timo)) == sorted([taken.number, free.number])
    assert numbers(house.mira) == []


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED, Status.REJECTED])
def test_settled_tickets_leave_the_queue(house: House, status: str) -> None:
    held_by(house.jana, rows.ticket(house, status=status))

    assert numbers(house.jana) == []


def test_queue_begins_with_the_earliest_deadline(house: House) -> None:
    late, early = (held_by(house.jana, rows.ticket(house)) for _ in range(2))
    Ticket.objects.filter(pk=late.pk).update(queue_due_at=NOW + 2 * HOUR)
    Ticket.objects.filter(pk=early.pk).update(queue_due_at=NOW + HOUR)

    assert numbers(house.jana) == [early.number, late.number]


def test_clocks_that_stopped_are_not_shown(house: House) -> None:
    ticket = held_by(house.jana, rows.ticket(house))
    rows.timer(ticket, NOW - HOUR, late=-HOUR)
    rows.timer(ticket, NOW + HOUR, kind="resolution")

    [entry] = clocks.of_person(house.jana, NOW)

    assert [clock.kind for clock in entry.clocks] == ["resolution"]


def test_clock_of_a_waiting_ticket_is_paused(house: House) -> None:
    ticket = held_by(house.jana, rows.ticket(house))
    Ticket.objects.filter(pk=ticket.pk).update(
        status=Status.WAITING, waiting_since=ticket.opened_at, waiting_reason="reporter"
    )
    ticket.refresh_from_db()
    rows.timer(ticket, None, kind="resolution")
    Pause.objects.create(ticket=ticket, reason="reporter", started_at=ticket.opened_at)

    [entry] = clocks.of_person(house.jana, NOW)

    assert [clock.standing.state for clock in entry.clocks] == ["paused"]


def test_ticket_of_a_product_is_shown_to_its_readers_only(house: House) -> None:
    ticket = rows.ticket(house)

    seen = {
        person.username: [entry.ticket for entry in clocks.of_product(house.product, reader=person, now=NOW)]
        for person in (house.mira, house.jana, house.rita, house.anton, house.outsider)
    }

    assert seen == {"mira": [ticket], "jana": [ticket], "rita": [ticket], "anton": [ticket], "outsider": []}


def draft_of(house: House, **facts: object) -> Revision:
    """A draft of the till's agreement."""
    return RevisionFactory(agreement=house.agreement, **facts)


def test_nobody_signs_before_somebody_did(house: House) -> None:
    draft_of(house)

    assert [to_sign(person) for person in (house.mira, house.holger, house.vera)] == [[], [], []]


def test_other_side_signs_next(house: House) -> None:
    draft = draft_of(house, provider_signed_by=house.holger, provider_signed_at=NOW)

    assert [to_sign(person) for person in (house.mira, house.olaf, house.holger, house.doris)] == [
        [draft],
        [draft],
        [],
        [],
    ]


def test_draft_of_another_product_waits_for_others(house: House) -> None:
    other = ProductFactory(owner=house.rita)
    RevisionFactory(
        agreement=AgreementFactory(product=other), provider_signed_by=other.team.lead, provider_signed_at=NOW
    )

    assert (to_sign(house.mira), len(to_sign(house.rita))) == ([], 1)


def test_restricted_product_stands_on_the_desk_of_its_people(house: House) -> None:
    Product.objects.filter(pk=house.product.pk).update(visible_to=Visibility.STAKEHOLDERS)

    names = {
        person.username: [line.product.name for line in desk(person, NOW).products]
        for person in (house.stella, house.jana, house.outsider)
    }

    assert names == {"stella": ["Kasse"], "jana": ["Kasse"], "outsider": []}


@pytest.mark.parametrize(("days", "is_asked"), [(-10, True), (0, True), (14, True), (15, False)])
def test_review_waits_from_two_weeks_before_it_is_due(house: House, days: int, is_asked: bool) -> None:
    rows.review(house, NOW.date() + timedelta(days=days))

    assert bool(desk(house.mira, NOW).reviews) is is_asked
