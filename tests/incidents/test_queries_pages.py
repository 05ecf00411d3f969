"""The page of one ticket, read once for each reader: what is on it, and what is kept from whom."""

import pytest
from pytest_django import DjangoAssertNumQueries

from incidents.actions import breaches as breach_actions
from incidents.actions import tickets as actions
from incidents.models import Breach, Escalation, Ticket
from incidents.queries import tickets
from incidents.queries.holders import Holding
from incidents.queries.moves import MovedDeadline
from incidents.queries.pages import TicketPage, page, shown_timers
from slas.models import User
from slas.queries import calendars
from tests.factories import CalendarRevisionFactory, House
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, MONDAY_9, MONDAY_10, MONDAY_12, clock, in_state, opened

PROVIDERS = ("vera", "holger", "doris", "jana", "anton", "adam")
CUSTOMERS = ("mira", "olaf", "stella", "rita")


def read(house: House, ticket: Ticket, who: str, now: object = MONDAY_12) -> TicketPage:
    """The page as this person opens it."""
    reader: User = getattr(house, who)
    return page(tickets.by_number(reader, ticket.number), reader=reader, now=now)  # type: ignore[arg-type]  # a moment


def worked_on(house: House) -> Ticket:
    """Answered late by Jana, worked on for an hour and a half, and talked about."""
    ticket = actions.assign(opened(house), by=house.holger, now=MONDAY_9, assignee=house.jana)
    actions.respond(ticket, by=house.jana, now=MONDAY_10, text="Sorry, now.")
    actions.comment(ticket, by=house.jana, now=MONDAY_10, text="Router again.", is_public=False)
    actions.log_time(ticket, by=house.jana, now=MONDAY_10 + MINUTE, minutes=60)
    actions.log_time(ticket, by=house.timo, now=MONDAY_10 + MINUTE, minutes=30)
    return ticket


@pytest.mark.parametrize("who", PROVIDERS)
def test_the_provider_reads_everything(house: House, who: str) -> None:
    found = read(house, worked_on(house), who)

    assert found.reads_internal
    assert [event.kind for event in found.history] == [
        "opened", "assigned", "responded", "commented", "time_logged", "time_logged",
    ]  # fmt: skip
    assert [(entry.person.username, entry.minutes) for entry in found.time_entries] == [("jana", 60), ("timo", 30)]
    assert found.worked == HOUR + 30 * MINUTE


@pytest.mark.parametrize("who", CUSTOMERS)
def test_the_customer_reads_what_is_public(house: House, who: str) -> None:
    found = read(house, worked_on(house), who)

    assert not found.reads_internal
    assert [event.kind for event in found.history] == ["opened", "assigned", "responded"]
    assert (list(found.time_entries), found.worked) == ([], 0 * HOUR)


@pytest.mark.parametrize(
    ("who", "actions_shown"),
    [
        ("jana", ["respond", "comment", "assign", "pause", "reprioritise", "resolve", "reject", "log-time"]),
        ("doris", ["comment", "assign", "reprioritise"]),
        ("rita", ["comment"]),
        ("stella", ["comment"]),
        ("vera", ["comment"]),
        ("anton", []),
    ],
)
def test_buttons_are_those_that_would_work(house: House, who: str, actions_shown: list[str]) -> None:
    assert list(read(house, worked_on(house), who).actions) == actions_shown


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("holger", True),
        ("doris", True),
        ("vera", True),
        ("adam", True),
        ("jana", False),
        ("mira", False),
        ("anton", False),
    ],
)
def test_a_breach_is_explained_by_who_answers_for_it(house: House, who: str, may: bool) -> None:
    found = read(house, worked_on(house), who)

    assert [(breach.kind, breach.due_at, breach.over_seconds) for breach in found.breaches] == [
        ("response", MONDAY_9, 3600)
    ]
    assert found.may_explain == may


def test_without_a_breach_there_is_nothing_to_explain(house: House) -> None:
    assert not read(house, opened(house), "holger", MONDAY_8).may_explain


def test_an_explained_breach_names_who_explained_it(house: House) -> None:
    ticket = worked_on(house)
    breach = Breach.objects.get(ticket=ticket)
    breach_actions.explain(breach, by=house.holger, now=MONDAY_12, cause="Asleep", responsible_team=house.team)

    (found,) = read(house, ticket, "rita").breaches

    assert (found.cause, found.explained_by, found.responsible_team) == ("Asleep", house.holger, house.team)


def test_holders_stand_in_turn(house: House) -> None:
    assert read(house, worked_on(house), "rita").holders == [
        Holding("Kassenteam", "", HOUR), Holding("Kassenteam", "Jana Petersen", 3 * HOUR),
    ]  # fmt: skip


@pytest.mark.parametrize("status", ["new", "open", "waiting", "resolved", "rejected"])
def test_timers_bring_their_standing_their_hours_and_their_ledger(house: House, status: str) -> None:
    ticket = tickets.by_number(house.jana, in_state(house, status).number)

    found = shown_timers(ticket, MONDAY_12)

    assert [one.timer for one in found] == tickets.current_timers(ticket)
    for one in found:
        assert one.standing == tickets.standing(one.timer, MONDAY_12)
        assert one.hours is calendars.hours_by_id(one.timer.calendar_id)
        assert {row["timer"] for row in one.ledger} == {one.timer.kind}


def fired(house: House) -> Ticket:
    """A first step that fired."""
    ticket = opened(house)
    timer = clock(ticket, "response")
    Escalation.objects.create(
        ticket=ticket, timer=timer, cycle=1, step=ticket.revision.steps.get(position=1), position=1, due_at=MONDAY_8,
        fired_at=MONDAY_9,
    )  # fmt: skip
    return ticket


@pytest.mark.parametrize(
    ("who", "may"),
    [("holger", True), ("doris", True), ("adam", True), ("jana", False), ("rita", False), ("anton", False)],
)
def test_who_may_take_an_escalation_on_sees_the_button(house: House, who: str, may: bool) -> None:
    (shown,) = read(house, fired(house), who).escalations

    assert (shown.row.position, shown.may_acknowledge) == (1, may)


def test_an_escalation_is_taken_on_once(house: House) -> None:
    ticket = fired(house)
    Escalation.objects.update(acknowledged_at=MONDAY_9, acknowledged_by=house.doris)

    (shown,) = read(house, ticket, "holger").escalations

    assert not shown.may_acknowledge


@pytest.mark.parametrize(
    ("who", "is_shown"), [("vera", True), ("adam", True), ("jana", False), ("rita", False), ("anton", False)]
)
def test_moving_to_newer_hours_is_previewed_for_who_may_do_it(house: House, who: str, is_shown: bool) -> None:
    ticket = opened(house)
    CalendarRevisionFactory(
        calendar=house.office, in_force_from=MONDAY_8 + MINUTE, week={"mon": ["08:30-18:00"], "tue": ["08:30-18:00"]}
    )

    found = read(house, ticket, who, MONDAY_9)

    assert list(found.moves) == (
        [MovedDeadline("response", due_at=MONDAY_9, would_be_due_at=MONDAY_9 + 30 * MINUTE)] if is_shown else []
    )


@pytest.mark.parametrize("status", ["resolved", "closed", "rejected"])
def test_what_is_settled_is_moved_nowhere(house: House, status: str) -> None:
    ticket = in_state(house, status)
    CalendarRevisionFactory(calendar=house.office, in_force_from=MONDAY_8 + MINUTE, week={"mon": ["08:30-18:00"]})

    assert list(read(house, ticket, "vera").moves) == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_however_much_was_said(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    ticket = worked_on(house)
    for minute in range(count):
        actions.respond(ticket, by=house.jana, now=MONDAY_10 + minute * MINUTE, text="Still looking.")
    read(house, ticket, "jana")

    # Ticket with its rows, place, breaches, escalations and letters, history, hand-overs, time.
    with django_assert_max_num_queries(14):
        read(house, ticket, "jana")
