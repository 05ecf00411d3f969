"""Time by holder: support time, hand by hand."""

from datetime import datetime, timedelta

from incidents.actions import tickets
from incidents.models import Ticket
from incidents.queries.holders import Holding, time_by_holder
from slas.models import Team
from tests.factories import House
from tests.incidents.acting import HOUR, MONDAY_8, MONDAY_9, MONDAY_10, MONDAY_11, MONDAY_12, opened


def test_time_goes_to_whoever_held_it(house: House) -> None:
    ticket = tickets.assign(opened(house), by=house.jana, now=MONDAY_9, assignee=house.jana)
    ticket = tickets.assign(ticket, by=house.jana, now=MONDAY_11, team=Team.objects.get(slug="lagerteam"))

    assert time_by_holder(ticket, MONDAY_12) == [
        Holding("Kassenteam", "", HOUR),
        Holding("Kassenteam", "Jana Petersen", 2 * HOUR),
        Holding("Lagerteam", "", HOUR),
    ]


def test_time_of_two_turns_is_added(house: House) -> None:
    ticket = opened(house)
    for at, person in ((MONDAY_9, house.jana), (MONDAY_10, house.timo), (MONDAY_11, house.jana)):
        ticket = tickets.assign(ticket, by=house.holger, now=at, assignee=person)

    assert time_by_holder(ticket, MONDAY_12) == [
        Holding("Kassenteam", "", HOUR),
        Holding("Kassenteam", "Jana Petersen", 2 * HOUR),
        Holding("Kassenteam", "Timo Kern", HOUR),
    ]


def test_waiting_counts_for_nobody(house: House) -> None:
    ticket = tickets.pause(opened(house), by=house.jana, now=MONDAY_9, reason="supplier")
    ticket = tickets.resume(ticket, by=house.jana, now=MONDAY_11)

    assert time_by_holder(ticket, MONDAY_12) == [Holding("Kassenteam", "", 2 * HOUR)]


def test_time_ends_with_the_resolution(house: House) -> None:
    ticket = tickets.resolve(opened(house), by=house.jana, now=MONDAY_9, text="Done.")

    assert time_by_holder(ticket, MONDAY_12) == [Holding("Kassenteam", "", HOUR)]


def test_only_support_time_counts(house: House, friday_night: datetime) -> None:
    ticket = opened(house, friday_night, priority="P2")

    assert time_by_holder(ticket, MONDAY_10) == [Holding("Kassenteam", "", 2 * HOUR)]


def test_history_keeps_the_names_of_its_source(house: House) -> None:
    ticket = opened(house, by=house.ida, opened_at=MONDAY_8 - timedelta(hours=2))
    Ticket.objects.filter(pk=ticket.pk).update(team_label="Group 24", assignee_label="Resolver 89")

    assert time_by_holder(Ticket.objects.get(pk=ticket.pk), MONDAY_8) == [
        Holding("Group 24", "Resolver 89", timedelta(hours=2))
    ]
