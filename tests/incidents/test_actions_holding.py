"""Who holds a ticket, and the minutes they log."""

import pytest

from incidents.actions import tickets
from incidents.models import TimeEntry
from slas.errors import Refused
from slas.models import Team
from tests.factories import House, TeamFactory, UserFactory
from tests.incidents.acting import HOUR, MONDAY_8, MONDAY_9, clocks, last_event, letters, opened


def lager() -> Team:
    """The other team of the house."""
    return Team.objects.get(slug="lagerteam")


def test_assign_gives_it_to_a_person(house: House) -> None:
    ticket = opened(house)
    before = clocks(ticket)

    ticket = tickets.assign(ticket, by=house.holger, now=MONDAY_9, assignee=house.jana, reason="You know tills.")

    assert (ticket.assignee, ticket.team, ticket.status) == (house.jana, house.team, "new")
    assert clocks(ticket) == before
    assert (last_event(ticket).kind, last_event(ticket).text) == ("assigned", "You know tills.")
    assert last_event(ticket).facts == {
        "held_before": {"assignee": "", "assignee_name": "", "team": "kassenteam", "team_name": "Kassenteam"},
        "held_by": {
            "assignee": "jana",
            "assignee_name": "Jana Petersen",
            "team": "kassenteam",
            "team_name": "Kassenteam",
        },
    }
    assert letters()[-1] == ("assigned", "jana")


def test_taking_a_ticket_tells_nobody(house: House) -> None:
    ticket = opened(house)
    before = letters()

    tickets.assign(ticket, by=house.jana, now=MONDAY_9, assignee=house.jana)

    assert letters() == before


def test_handing_over_to_a_team_leaves_it_to_all_of_them(house: House) -> None:
    ticket = tickets.assign(opened(house), by=house.jana, now=MONDAY_8, assignee=house.jana)

    ticket = tickets.assign(ticket, by=house.jana, now=MONDAY_9, team=lager(), reason="Scanner")

    assert (ticket.assignee, ticket.team) == (None, lager())


def test_handing_over_to_a_person_of_another_team_names_both(house: House) -> None:
    ticket = tickets.assign(opened(house), by=house.jana, now=MONDAY_9, team=lager(), assignee=house.outsider)

    assert (ticket.assignee, ticket.team) == (house.outsider, lager())


def test_who_holds_it_now_may_work_on_it(house: House) -> None:
    ticket = tickets.assign(opened(house), by=house.jana, now=MONDAY_8, team=lager())

    ticket = tickets.respond(ticket, by=house.outsider, now=MONDAY_9, text="Mine now.")

    assert ticket.status == "open"


def test_naming_nobody_gives_it_back_to_the_team(house: House) -> None:
    ticket = tickets.assign(opened(house), by=house.jana, now=MONDAY_8, assignee=house.jana)

    ticket = tickets.assign(ticket, by=house.jana, now=MONDAY_9)

    assert (ticket.assignee, ticket.team) == (None, house.team)


def test_assign_refuses_people_of_other_teams(house: House) -> None:
    with pytest.raises(Refused, match=r"Otto Außen is not in Kassenteam\."):
        tickets.assign(opened(house), by=house.jana, now=MONDAY_9, assignee=house.outsider)


def test_assign_refuses_people_who_left(house: House) -> None:
    gone = UserFactory(name="Gone Girl", is_active=False)
    house.team.members.add(gone)

    with pytest.raises(Refused, match=r"Gone Girl is not in Kassenteam\."):
        tickets.assign(opened(house), by=house.jana, now=MONDAY_9, assignee=gone)


def test_assign_refuses_what_is_so_already(house: House) -> None:
    ticket = opened(house)

    with pytest.raises(Refused, match=rf"{ticket.number} is in these hands already\."):
        tickets.assign(ticket, by=house.jana, now=MONDAY_9)


def test_the_lead_counts_as_one_of_the_team(house: House) -> None:
    team = TeamFactory(lead=house.holger)
    house.product.team = team
    house.product.save()

    ticket = tickets.assign(opened(house), by=house.holger, now=MONDAY_9, assignee=house.holger)

    assert ticket.assignee == house.holger


def test_log_time_keeps_minutes_and_words(house: House) -> None:
    ticket = opened(house)

    tickets.log_time(ticket, by=house.jana, now=MONDAY_9, minutes=25, text="Restarted twice")

    assert list(TimeEntry.objects.values_list("person__username", "minutes", "text", "at")) == [
        ("jana", 25, "Restarted twice", MONDAY_9)
    ]
    assert (last_event(ticket).is_public, last_event(ticket).facts) == (False, {"minutes": 25})


@pytest.mark.parametrize("minutes", [-1, 0, 1441, 10**9])
def test_log_time_refuses_what_no_day_holds(house: House, minutes: int) -> None:
    with pytest.raises(ValueError, match=r"Log between 1 minute and 24 hours at a time\."):
        tickets.log_time(opened(house), by=house.jana, now=MONDAY_9, minutes=minutes)

    assert not TimeEntry.objects.exists()


def test_a_held_ticket_keeps_its_place_in_the_queue(house: House) -> None:
    ticket = opened(house)
    place = ticket.queue_position

    ticket = tickets.assign(ticket, by=house.jana, now=MONDAY_8 + HOUR, assignee=house.timo)

    ticket.refresh_from_db()
    assert ticket.queue_position == place
