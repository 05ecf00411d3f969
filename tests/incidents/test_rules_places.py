"""Somebody's place in the structure, as sets, and what each place offers in each state of a ticket."""

from datetime import timedelta

import pytest

from incidents import rules
from incidents.models import Breach, Ticket
from incidents.rules import Desk
from slas.models import Product, Role, Team, User
from tests.factories import House, ProductFactory, person
from tests.incidents.acting import HOUR, MONDAY_8, MONDAY_9, clock, in_state, opened

WINDOW = timedelta(hours=120)
TEAM_LIVE = ["respond", "comment", "assign", "pause", "reprioritise", "resolve", "reject", "log-time"]
# One row per person: what is offered on a ticket that is new, open, waiting, resolved, closed, rejected.
OFFERED: dict[str, list[list[str]]] = {
    "jana": [
        ["begin", *TEAM_LIVE],
        TEAM_LIVE,
        ["respond", "comment", "assign", "resume", "reprioritise", "resolve", "reject", "log-time"],
        ["comment", "reopen", "close", "log-time"],
        ["comment", "reopen", "log-time"],
        ["comment", "log-time"],
    ],
    "doris": [*[["comment", "assign", "reprioritise"]] * 3, *[["comment"]] * 3],
    "rita": [*[["comment"]] * 3, ["comment", "reopen", "close"], ["comment", "reopen"], ["comment"]],
    "mira": [*[["comment"]] * 3, ["comment", "reopen", "close"], ["comment", "reopen"], ["comment"]],
    "olaf": [["comment"]] * 6,
    "stella": [["comment"]] * 6,
    "vera": [["comment"]] * 6,
    "anton": [[]] * 6,
    "ida": [[]] * 6,
    "outsider": [[]] * 6,
}
OFFERED["holger"] = OFFERED["timo"] = OFFERED["adam"] = OFFERED["jana"]
STATES = ("new", "open", "waiting", "resolved", "closed", "rejected")


@pytest.mark.parametrize("status", STATES)
def test_what_is_offered_to_each_in_each_state(house: House, status: str) -> None:
    ticket = in_state(house, status)

    found = {who: rules.actions_for(getattr(house, who), ticket, MONDAY_9) for who in OFFERED}

    assert found == {who: rows[STATES.index(status)] for who, rows in OFFERED.items()}


@pytest.mark.parametrize(("hours", "is_offered"), [(0, True), (120, True), (121, False)])
@pytest.mark.parametrize("status", ["resolved", "closed"])
def test_a_reopening_is_offered_while_its_window_is_open(
    house: House, status: str, hours: int, is_offered: bool
) -> None:
    ticket = in_state(house, status)
    assert ticket.resolved_at is not None

    found = rules.actions_for(house.rita, ticket, ticket.resolved_at + hours * HOUR)

    assert ("reopen" in found) == is_offered


def places(desk: Desk) -> dict[str, set[int]]:
    """Every place that holds anything."""
    names = ("teams", "led", "above", "provided", "followed")
    return {name: set(getattr(desk, name)) for name in names if getattr(desk, name)}


@pytest.mark.parametrize(
    "who", ["jana", "timo", "holger", "doris", "mira", "olaf", "stella", "rita", "vera", "outsider"]
)
def test_everybody_stands_where_the_house_put_them(house: House, who: str) -> None:
    team, product = {house.team.pk}, {house.product.pk}
    other = {Team.objects.get(slug="lagerteam").pk}
    expected: dict[str, dict[str, set[int]]] = {
        "jana": {"teams": team, "provided": product},
        "timo": {"teams": team, "provided": product},
        # Above the members, too: they report to him.
        "holger": {"teams": team, "led": team, "above": team, "provided": product},
        "doris": {"above": team, "provided": product},
        "mira": {"followed": product},
        "olaf": {"followed": product},
        "stella": {"followed": product},
        "rita": {},
        "vera": {},
        "outsider": {"teams": other, "led": other},
    }

    assert places(rules.desk_of(getattr(house, who))) == expected[who]


def test_places_add_up(house: House) -> None:
    other = Team.objects.get(slug="lagerteam")
    store: Product = ProductFactory(slug="lager", team=other, owner=house.jana)
    other.members.add(house.jana)

    desk = rules.desk_of(house.jana)

    assert places(desk) == {
        "teams": {house.team.pk, other.pk}, "provided": {house.product.pk, store.pk}, "followed": {store.pk},
    }  # fmt: skip


def test_far_above_is_above(house: House) -> None:
    chief = person("chief")
    User.objects.filter(pk=house.doris.pk).update(manager=chief)
    ticket = opened(house)

    desk = rules.desk_of(chief)

    assert places(desk) == {"above": {house.team.pk}, "provided": {house.product.pk}}
    assert rules.actions_for(desk, ticket, MONDAY_9) == ["comment", "assign", "reprioritise"]
    assert rules.may_read_internal(desk, ticket)


@pytest.mark.parametrize("status", ["new", "resolved"])
def test_a_ticket_handed_over_belongs_to_both_teams(house: House, status: str) -> None:
    ticket = in_state(house, status)
    Ticket.objects.filter(pk=ticket.pk).update(team=Team.objects.get(slug="lagerteam"))
    ticket = Ticket.objects.select_related("product", "revision").get(pk=ticket.pk)

    assert rules.actions_for(house.outsider, ticket, MONDAY_9) == OFFERED["jana"][STATES.index(status)]
    assert rules.actions_for(house.jana, ticket, MONDAY_9) == OFFERED["jana"][STATES.index(status)]


@pytest.mark.parametrize(
    ("who", "may"),
    [("holger", True), ("doris", True), ("vera", True), ("adam", True), ("jana", False), ("timo", False),
     ("mira", False), ("olaf", False), ("stella", False), ("rita", False), ("anton", False), ("ida", False),
     ("outsider", False)],
)  # fmt: skip
def test_who_explains_a_breach(house: House, who: str, may: bool) -> None:
    ticket = opened(house)
    breach = Breach(ticket=ticket, timer=clock(ticket, "response"), kind="response", cycle=1, due_at=MONDAY_9)

    assert rules.may_explain(getattr(house, who), breach) == may


@pytest.mark.parametrize("place", ["reporter", "owner", "member", "lead", "administrator"])
def test_an_auditor_changes_nothing_from_any_place_unless_they_administer(house: House, place: str) -> None:
    auditor: User = house.anton
    ticket = opened(house, by=house.rita)
    if place == "reporter":
        ticket.reporter = auditor
    if place == "owner":
        ticket.product.owner = auditor
    if place == "member":
        house.team.members.add(auditor)
    if place == "lead":
        Team.objects.filter(pk=house.team.pk).update(lead=auditor)
    if place == "administrator":
        auditor.roles = [Role.AUDITOR, Role.ADMINISTRATOR]

    offered = rules.actions_for(auditor, ticket, MONDAY_9)

    assert rules.may_see(auditor, ticket)
    assert offered == (OFFERED["jana"][0] if place == "administrator" else [])
    assert rules.desk_of(auditor).changes_nothing == (place != "administrator")


@pytest.mark.parametrize(
    ("resolved", "asked", "is_open"),
    [(None, MONDAY_8, False), (MONDAY_8, MONDAY_8, True), (MONDAY_8, MONDAY_8 + WINDOW, True),
     (MONDAY_8, MONDAY_8 + WINDOW + timedelta(microseconds=1), False)],
)  # fmt: skip
def test_the_window_of_reopening_is_calendar_time_to_the_instant(
    house: House, resolved: object, asked: object, is_open: bool
) -> None:
    ticket = Ticket(revision=house.revision, resolved_at=resolved)

    assert rules.is_reopenable(ticket, asked) == is_open  # type: ignore[arg-type]  # moments, as parametrised
