"""Opening a ticket: what is pinned, what runs, who is told, and how little it asks of the database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoAssertNumQueries

from incidents.actions import tickets
from incidents.models import Event, Ticket, Timer
from incidents.queries import ladders
from slas.errors import Refused
from slas.models import CalendarRevision, Notice, User
from slas.queries import calendars
from tests.factories import CalendarRevisionFactory, House, ProductFactory, UserFactory
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, MONDAY_9, Row, clocks, letters, opened, story

NIGHT_WEEK = {"mon": ["00:00-24:00"]}


def test_open_ticket_counts_from_the_next_opening(house: House, friday_night: datetime) -> None:
    ticket = opened(house, friday_night)

    assert clocks(ticket) == [
        Row("resolution", 1, datetime(2026, 11, 21, 1, tzinfo=UTC)),
        Row("response", 1, MONDAY_9),
    ]


def test_open_ticket_writes_down_what_was_reported(house: House) -> None:
    ticket = opened(house, description="Nothing moves.", external_reference="INC-7")

    ticket.refresh_from_db()
    assert ticket.number.startswith("T-")
    assert (ticket.title, ticket.description, ticket.external_reference) == (
        "Till stands still",
        "Nothing moves.",
        "INC-7",
    )
    assert (ticket.status, ticket.priority, ticket.revision, ticket.team) == ("new", "P1", house.revision, house.team)
    assert (ticket.reporter, ticket.assignee, ticket.is_history) == (house.rita, None, False)
    assert (ticket.opened_at, ticket.updated_at, ticket.resolved_at, ticket.closed_at) == (
        MONDAY_8,
        MONDAY_8,
        None,
        None,
    )
    assert story(ticket) == [("opened", MONDAY_8, "rita")]


def test_open_ticket_numbers_are_never_reused(house: House) -> None:
    first, second = opened(house), opened(house)

    assert int(second.number.removeprefix("T-")) > int(first.number.removeprefix("T-"))


def test_open_ticket_plans_the_first_step_of_each_ladder(house: House) -> None:
    ticket = opened(house)

    planned = {timer.kind: timer.next_fire_at for timer in Timer.objects.filter(ticket=ticket)}

    # Half of an hour, three quarters of four hours.
    assert planned == {"response": MONDAY_8 + 30 * MINUTE, "resolution": MONDAY_8 + 3 * HOUR}


def test_open_ticket_plans_what_the_sweep_would_plan(house: House, friday_night: datetime) -> None:
    ticket = opened(house, friday_night)
    timers = list(Timer.objects.filter(ticket=ticket).select_related("ticket"))

    assert [climb.next_fire_at(friday_night) for climb in ladders.climbs(timers)] == [
        timer.next_fire_at for timer in timers
    ]


def test_open_ticket_stands_in_the_queue_with_its_earliest_deadline(house: House, friday_night: datetime) -> None:
    ticket = opened(house, friday_night)

    clock = CalendarRevision.objects.get(calendar=house.clock)
    due_at = datetime(2026, 11, 21, 1, tzinfo=UTC)
    position = calendars.hours_of(clock).position(due_at) // 1_000_000
    assert (ticket.queue_calendar_id, ticket.queue_due_at, ticket.queue_position) == (clock.pk, due_at, position)


def test_open_ticket_pins_the_hours_of_its_opening(house: House) -> None:
    CalendarRevisionFactory(calendar=house.office, in_force_from=MONDAY_9, week=NIGHT_WEEK)

    before, after = opened(house, MONDAY_8), opened(house, MONDAY_9)

    numbers = [Timer.objects.get(ticket=ticket, kind="response").calendar.number for ticket in (before, after)]
    assert numbers == [1, 2]


def test_open_ticket_tells_the_team(house: House) -> None:
    opened(house)

    assert sorted(letters()) == [("new", "jana"), ("new", "timo")]


def test_open_ticket_does_not_tell_who_opened_it(house: House) -> None:
    opened(house, by=house.jana)

    assert letters() == [("new", "timo")]


def test_open_ticket_tells_the_deputy_of_who_is_away(house: House) -> None:
    house.jana.deputy, house.jana.absent_from_on = house.olaf, MONDAY_8.date()
    house.jana.save()

    opened(house)

    assert sorted(letters()) == [("new", "olaf"), ("new", "timo")]


def test_open_ticket_spares_who_switched_the_notice_off(house: House) -> None:
    house.timo.muted_notices = ["new"]
    house.timo.save()

    opened(house)

    assert letters() == [("new", "jana")]


def test_open_ticket_asks_little_of_the_database(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    opened(house)

    # In force, calendars, ticket, timers, event, team, notices; a savepoint around it because a test is a transaction.
    with django_assert_max_num_queries(9):
        opened(house)


@pytest.mark.parametrize(
    ("asked", "expected"), [("P1", "P1"), ("P2", "P2"), ("P3", "P3"), pytest.param("P4", "P3", id="lowest it has")]
)
def test_open_ticket_judges_a_p4_as_the_lowest_priority_there_is(house: House, asked: str, expected: str) -> None:
    assert opened(house, priority=asked).priority == expected


def test_open_ticket_refuses_a_priority_nobody_promised(house: House) -> None:
    with pytest.raises(Refused, match=r"The agreement promises nothing for P0\."):
        opened(house, priority="P0")

    assert not Ticket.objects.exists()


def test_open_ticket_refuses_a_product_without_agreement(house: House) -> None:
    bare = ProductFactory(name="Lager")

    with pytest.raises(Refused, match=r"Lager had no agreement in force then; ask for one first\."):
        tickets.open_ticket(bare, by=house.rita, now=MONDAY_8, priority="P1", title="Broken")


def test_open_ticket_refuses_a_moment_before_the_agreement(house: House) -> None:
    with pytest.raises(Refused):
        opened(house, by=house.ida, opened_at=datetime(2025, 6, 1, tzinfo=UTC))


@pytest.mark.parametrize("who", ["anton", "outsider"])
def test_open_ticket_is_forbidden_to_auditors_and_to_who_cannot_see_the_product(house: House, who: str) -> None:
    house.product.visible_to = "stakeholders"
    house.product.save()

    with pytest.raises(PermissionDenied):
        opened(house, by=getattr(house, who))

    assert not Ticket.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("who", ["rita", "stella", "mira", "jana", "doris", "vera", "ida", "adam", "outsider"])
def test_open_ticket_is_for_everybody_who_sees_the_product(house: House, who: str) -> None:
    assert opened(house, by=getattr(house, who)).status == "new"


def test_open_ticket_in_the_past_is_for_importers(house: House) -> None:
    with pytest.raises(PermissionDenied, match=r"Only importers open tickets in the past\."):
        opened(house, opened_at=MONDAY_8 - HOUR)


@pytest.mark.parametrize(
    ("age", "is_history"), [(timedelta(seconds=60), False), (timedelta(seconds=61), True), (24 * HOUR, True)]
)
def test_open_ticket_more_than_a_minute_late_is_history(house: House, age: timedelta, is_history: bool) -> None:
    ticket = opened(house, by=house.ida, opened_at=MONDAY_8 - age)

    assert ticket.is_history is is_history


def test_history_is_recorded_but_never_told(house: House) -> None:
    ticket = opened(house, by=house.ida, opened_at=MONDAY_8 - 24 * HOUR)

    assert [timer.next_fire_at for timer in Timer.objects.filter(ticket=ticket)] == [None, None]
    assert (ticket.queue_calendar_id, ticket.queue_position, ticket.queue_due_at) == (None, None, None)
    assert letters() == []
    assert Event.objects.get(ticket=ticket).at == MONDAY_8 - 24 * HOUR


def test_open_ticket_in_the_future_makes_no_sense(house: House) -> None:
    with pytest.raises(ValueError, match=r"A ticket cannot be opened in the future\."):
        opened(house, by=house.ida, opened_at=MONDAY_9)


def test_open_ticket_goes_to_the_lead_of_a_team_without_members(house: House) -> None:
    house.team.members.clear()

    opened(house)

    assert letters() == [("new", "holger")]


def test_open_ticket_leaves_out_people_who_left(house: House) -> None:
    gone: User = UserFactory(is_active=False)
    house.team.members.add(gone)

    opened(house)

    assert sorted(letters()) == [("new", "jana"), ("new", "timo")]
