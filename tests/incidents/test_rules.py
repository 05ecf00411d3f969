"""Who may: the table of contracts.md, role by role, asked of the rules and of the actions themselves."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoAssertNumQueries

from incidents import rules
from incidents.models import Event, Ticket
from incidents.queries import tickets as queries
from slas.models import Product, Team, User
from tests.factories import CalendarRevisionFactory, House, UserFactory
from tests.incidents.acting import HOUR, MINUTE, MONDAY_8, MONDAY_9, do, in_state, opened

CAST = (
    "vera", "holger", "doris", "jana", "mira", "olaf", "stella", "rita", "anton", "ida", "adam", "outsider",
)  # fmt: skip

TEAM = {"holger", "jana", "adam"}
WHO_MAY: dict[str, set[str]] = {
    "begin": TEAM,
    "respond": TEAM,
    "comment_by_team": TEAM,
    "comment_internal": TEAM,
    "pause": TEAM,
    "resume": TEAM,
    "resolve": TEAM,
    "reject": TEAM,
    "log-time": TEAM,
    "assign": TEAM | {"doris"},
    "reprioritise": TEAM | {"doris"},
    "reopen": TEAM | {"rita", "mira"},
    "close": TEAM | {"rita", "mira"},
    "comment_by_others": {"vera", "holger", "doris", "jana", "mira", "olaf", "stella", "rita", "adam"},
    "move": {"vera", "adam"},
}
STATE_FOR = {"resume": "waiting", "reopen": "resolved", "close": "resolved", "pause": "open"}
SEES = {"vera", "holger", "doris", "jana", "mira", "olaf", "stella", "rita", "anton", "adam"}
READS_INTERNAL = {"vera", "holger", "doris", "jana", "anton", "adam"}


@pytest.mark.parametrize("who", CAST)
def test_may_says_what_the_table_says(house: House, who: str) -> None:
    ticket, desk = opened(house), rules.desk_of(getattr(house, who))

    found = {action for action in WHO_MAY if rules.may(desk, action, ticket)}

    assert found == {action for action, allowed in WHO_MAY.items() if who in allowed}


@pytest.mark.parametrize("action", sorted(WHO_MAY))
def test_actions_ask_the_rules_themselves(house: House, action: str) -> None:
    ticket = in_state(house, STATE_FOR.get(action, "new"))
    CalendarRevisionFactory(calendar=house.clock, in_force_from=MONDAY_8 + 30 * MINUTE)
    count = Event.objects.count()
    forbidden = sorted(set(CAST) - WHO_MAY[action])
    if action.startswith("comment_by"):
        # One deed for both: who is not of the team comments as one of the others.
        forbidden = sorted(set(CAST) - WHO_MAY["comment_by_others"])

    for who in forbidden:
        with pytest.raises(PermissionDenied):
            do(action, ticket, by=getattr(house, who), now=MONDAY_8 + HOUR, house=house)

    assert Event.objects.count() == count


@pytest.mark.parametrize("place", ["member", "lead", "owner", "reporter"])
def test_an_auditor_changes_nothing_wherever_else_they_belong(house: House, place: str) -> None:
    ticket = opened(house)
    if place == "member":
        house.team.members.add(house.anton)
    if place == "lead":
        Team.objects.filter(pk=house.team.pk).update(lead=house.anton)
    if place == "owner":
        Product.objects.filter(pk=house.product.pk).update(owner=house.anton)
    if place == "reporter":
        Ticket.objects.filter(pk=ticket.pk).update(reporter=house.anton)
    ticket = Ticket.objects.select_related("product", "revision").get(pk=ticket.pk)
    desk = rules.desk_of(house.anton)

    assert [action for action in WHO_MAY if rules.may(desk, action, ticket)] == []
    assert rules.actions_for(desk, ticket, MONDAY_9) == []
    assert rules.may_see(desk, ticket)


@pytest.mark.parametrize("who", CAST)
def test_tickets_are_seen_by_both_sides(house: House, who: str) -> None:
    ticket, user = opened(house), getattr(house, who)

    assert list(queries.visible_to(user)) == ([ticket] if who in SEES else [])
    assert rules.may_see(user, ticket) == (who in SEES)


@pytest.mark.parametrize("who", sorted(SEES))
def test_internal_words_are_for_the_provider_side(house: House, who: str) -> None:
    ticket = opened(house)
    do("respond", ticket, by=house.jana, now=MONDAY_9, house=house)
    do("comment_internal", ticket, by=house.jana, now=MONDAY_9, house=house)
    do("log-time", ticket, by=house.jana, now=MONDAY_9, house=house)
    user = getattr(house, who)

    said = [event.text for event in queries.comments(ticket, user)]
    worked = [entry.minutes for entry in queries.time_worked(ticket, user)]
    moves = [event.kind for event in queries.history(ticket, user)]

    if who in READS_INTERNAL:
        assert (said, worked, moves) == (["Soon.", "Note."], [5], ["opened", "responded", "commented", "time_logged"])
    else:
        assert (said, worked, moves) == (["Soon."], [], ["opened", "responded"])


def test_nobody_signed_in_sees_nothing(house: House) -> None:
    opened(house)

    assert list(queries.visible_to(AnonymousUser())) == []


def test_managers_far_above_see_and_assign(house: House) -> None:
    top = UserFactory(username="top")
    User.objects.filter(pk=house.doris.pk).update(manager=top)
    ticket, desk = opened(house), rules.desk_of(top)

    assert rules.may_see(desk, ticket)
    assert rules.actions_for(desk, ticket, MONDAY_9) == ["comment", "assign", "reprioritise"]


def test_a_reporting_line_in_a_circle_ends(house: House) -> None:
    User.objects.filter(pk=house.doris.pk).update(manager=house.jana)

    desk = rules.desk_of(house.doris)

    assert desk.above == {house.team.pk}


def test_the_team_that_holds_a_ticket_sees_it_and_works_on_it(house: House) -> None:
    ticket = opened(house)
    Ticket.objects.filter(pk=ticket.pk).update(team=Team.objects.get(slug="lagerteam"))
    ticket = Ticket.objects.select_related("product").get(pk=ticket.pk)
    desk = rules.desk_of(house.outsider)

    assert list(queries.visible_to(desk)) == [ticket]
    assert rules.may(desk, "resolve", ticket)


def test_an_importer_replays_history_and_nothing_else(house: House) -> None:
    live, past = opened(house), opened(house, by=house.ida, opened_at=MONDAY_8 - 48 * HOUR)
    desk = rules.desk_of(house.ida)

    assert not rules.may(desk, "resolve", live)
    assert rules.may(desk, "resolve", past)
    assert not rules.may(desk, "move", past)


@pytest.mark.parametrize(
    ("status", "who", "expected"),
    [
        ("new", "jana", ["begin", "respond", "comment", "assign", "pause", "reprioritise", "resolve", "reject",
                         "log-time"]),
        ("open", "jana", ["respond", "comment", "assign", "pause", "reprioritise", "resolve", "reject", "log-time"]),
        ("waiting", "jana", ["respond", "comment", "assign", "resume", "reprioritise", "resolve", "reject",
                             "log-time"]),
        ("resolved", "jana", ["comment", "reopen", "close", "log-time"]),
        ("closed", "jana", ["comment", "reopen", "log-time"]),
        ("rejected", "jana", ["comment", "log-time"]),
        ("new", "rita", ["comment"]),
        ("resolved", "rita", ["comment", "reopen", "close"]),
        ("resolved", "mira", ["comment", "reopen", "close"]),
        ("resolved", "stella", ["comment"]),
        ("open", "doris", ["comment", "assign", "reprioritise"]),
        ("open", "vera", ["comment"]),
        ("open", "anton", []),
        ("open", "outsider", []),
    ],
)  # fmt: skip
def test_actions_for_offers_what_is_allowed_and_possible(
    house: House, status: str, who: str, expected: list[str]
) -> None:
    ticket = in_state(house, status)

    assert rules.actions_for(getattr(house, who), ticket, MONDAY_9) == expected


def test_actions_for_offers_no_reopening_after_the_window(house: House) -> None:
    ticket = in_state(house, "resolved")

    assert "reopen" not in rules.actions_for(house.rita, ticket, MONDAY_9 + 121 * HOUR)


def test_one_desk_answers_for_every_ticket(house: House, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    opened(house)
    opened(house)
    found = list(queries.visible_to(house.jana))

    with django_assert_num_queries(1):
        desk = rules.desk_of(house.jana)
        offered = [rules.actions_for(desk, ticket, MONDAY_9) for ticket in found]

    assert offered[0] == offered[1] != []


@pytest.mark.parametrize("roles", [["importer"], ["administrator"], ["importer", "administrator"]])
def test_importers_and_administrators_may_import(house: House, roles: list[str]) -> None:
    assert rules.may_import(UserFactory(roles=roles))


@pytest.mark.parametrize("roles", [[], ["auditor"], ["importer", "auditor"], ["service_level_manager"]])
def test_others_may_not_import(house: House, roles: list[str]) -> None:
    assert not rules.may_import(UserFactory(roles=roles))
