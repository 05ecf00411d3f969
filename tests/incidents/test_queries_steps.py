"""Escalations as people read them: the step in words, what comes next, the whole ladder, and who was told."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from incidents.actions import escalations, tickets
from incidents.actions.escalations import Watermark
from incidents.models import Escalation, Ticket
from incidents.queries import steps
from incidents.queries.escalations import visible_to
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.kiosk import MINUTE, Kiosk, build_kiosk


@pytest.fixture
def kiosk(house: House) -> Kiosk:
    return build_kiosk(house)


def fired(kiosk: Kiosk, minutes: int) -> list[Escalation]:
    """The escalations of a ticket opened so long ago, as a list page reads them: lowest rung first."""
    ticket = kiosk.ticket(minutes * MINUTE)
    escalations.sweep(watermark=Watermark())
    return rows(kiosk, ticket)


def rows(kiosk: Kiosk, ticket: Ticket) -> list[Escalation]:
    found = visible_to(kiosk.house.adam).filter(ticket=ticket, timer__kind="response")
    return list(found.order_by("position", "repeat"))


def test_each_escalation_says_its_step_and_what_comes_next(kiosk: Kiosk) -> None:
    (row,) = fired(kiosk, 31)

    (listed,) = steps.listed([row])

    assert listed.row == row
    assert listed.next_step is not None
    found = listed.next_step
    assert (found.rung.position, found.repeat, found.moment) == (2, 0, row.ticket.opened_at + 45 * MINUTE)
    assert listed.sentence == steps.ladder_of(row)[0].sentence


def test_after_the_last_rung_its_repeats_come_next(kiosk: Kiosk) -> None:
    found = fired(kiosk, 61)

    listed = steps.listed(found)

    assert [one.row.position for one in listed] == [1, 2, 3]
    assert {(one.next_step.moment, one.next_step.repeat) for one in listed if one.next_step} == {
        (found[0].ticket.opened_at + 120 * MINUTE, 1)
    }


def test_what_was_answered_has_no_next_step(kiosk: Kiosk) -> None:
    (row,) = fired(kiosk, 31)
    tickets.begin(row.ticket, by=kiosk.house.jana, now=database_now())

    (listed,) = steps.listed(rows(kiosk, row.ticket))

    assert listed.next_step is None


def test_an_earlier_cycle_says_nothing_about_the_next_step(kiosk: Kiosk) -> None:
    (row,) = fired(kiosk, 31)
    tickets.reprioritise(row.ticket, by=kiosk.house.jana, now=database_now(), priority="P2", reason="Less")

    (listed,) = steps.listed(rows(kiosk, row.ticket))
    ladder = steps.ladder_of(listed.row)

    assert listed.next_step is None
    assert [(rung.position, len(rung.fired), rung.next_at) for rung in ladder] == [
        (1, 1, None),
        (2, 0, None),
        (3, 0, None),
    ]


def test_the_ladder_shows_every_rung_with_its_firings(kiosk: Kiosk) -> None:
    first, second = fired(kiosk, 46)

    ladder = steps.ladder_of(second)

    opened_at = first.ticket.opened_at
    assert [(rung.position, [row.pk for row in rung.fired], rung.next_at) for rung in ladder] == [
        (1, [first.pk], None), (2, [second.pk], None), (3, [], opened_at + 60 * MINUTE),
    ]  # fmt: skip
    assert len({rung.sentence for rung in ladder}) == 3
    assert [rung.acknowledged for rung in ladder] == [None, None, None]


def test_the_ladder_names_the_firing_that_was_taken_on(kiosk: Kiosk) -> None:
    (row,) = fired(kiosk, 31)
    escalations.acknowledge(row, by=kiosk.house.holger, now=database_now())

    ladder = steps.ladder_of(rows(kiosk, row.ticket)[0])

    assert [rung.acknowledged for rung in ladder] == [row, None, None]
    assert ladder[0].acknowledged is not None
    assert ladder[0].acknowledged.acknowledged_by == kiosk.house.holger


def test_told_is_everybody_who_got_the_letter_that_spoke_for_it(kiosk: Kiosk) -> None:
    low, high = fired(kiosk, 46)
    assert low.told_with_id == high.pk

    readers = [notice.recipient.username for notice in steps.told(high)]

    assert sorted(readers) == ["holger", "jana", "timo"]
    assert list(steps.told(low)) == list(steps.told(high))


def test_nothing_listed_asks_for_nothing(kiosk: Kiosk) -> None:
    assert steps.listed([]) == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_for_one_and_for_three(
    kiosk: Kiosk, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for _ in range(count):
        kiosk.ticket(31 * MINUTE)
    escalations.sweep(watermark=Watermark())
    found = list(visible_to(kiosk.house.adam).filter(timer__kind="response"))
    steps.listed(found)

    with django_assert_max_num_queries(5):
        listed = steps.listed(found)

    assert len(listed) == count
    assert all(one.next_step and one.next_step.moment > one.row.due_at + timedelta(minutes=14) for one in listed)
