"""Who is meant by the words of a step, who reads it today, and who comes next."""

import pytest

from incidents.models import Ticket
from incidents.queries.audiences import Recipient, people_around
from slas.models import FallbackPerson, Team, User
from slas.queries.notices import database_now
from tests.factories import House
from tests.incidents.kiosk import MINUTE, Kiosk, build_kiosk


@pytest.fixture
def kiosk(house: House) -> Kiosk:
    return build_kiosk(house)


@pytest.fixture
def ticket(kiosk: Kiosk) -> Ticket:
    return kiosk.ticket(MINUTE)


def audience(ticket: Ticket, *roles: str) -> list[Recipient]:
    fresh = Ticket.objects.select_related("product").get(pk=ticket.pk)
    return people_around([fresh], roles).audience(fresh, roles, now=database_now())


def names(ticket: Ticket, *roles: str) -> list[str]:
    return [recipient.person.username for recipient in audience(ticket, *roles)]


def hold(ticket: Ticket, user: User) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(assignee=user)


@pytest.mark.parametrize(
    ("role", "unassigned", "assigned"),
    [
        ("assignee", ["jana", "timo"], ["timo"]),
        ("team", ["jana", "timo"], ["jana", "timo"]),
        ("team_lead", ["holger"], ["holger"]),
        ("manager", ["doris"], ["holger"]),
        ("managers_manager", ["holger"], ["doris"]),
        ("product_owner", ["mira"], ["mira"]),
        ("service_level_manager", ["vera"], ["vera"]),
        ("person:stella", ["stella"], ["stella"]),
        ("person:nobody", ["holger"], ["holger"]),
        ("no_such_role", ["holger"], ["holger"]),
    ],
)
def test_roles(kiosk: Kiosk, ticket: Ticket, role: str, unassigned: list[str], assigned: list[str]) -> None:
    assert names(ticket, role) == unassigned
    hold(ticket, kiosk.house.timo)

    assert names(ticket, role) == assigned


def test_nobody_is_told_twice(kiosk: Kiosk, ticket: Ticket) -> None:
    hold(ticket, kiosk.house.timo)

    assert names(ticket, "manager", "team_lead", "product_owner", "person:mira") == ["holger", "mira"]


def test_nobody_there_goes_to_the_lead_then_to_service_level_managers_then_to_the_fallback(
    kiosk: Kiosk, ticket: Ticket
) -> None:
    house = kiosk.house
    User.objects.filter(pk=house.mira.pk).update(is_active=False)
    assert names(ticket, "product_owner") == ["holger"]
    User.objects.filter(pk=house.holger.pk).update(is_active=False)
    assert names(ticket, "product_owner") == ["vera"]
    FallbackPerson.objects.create(person=house.stella, position=2)
    User.objects.filter(pk=house.vera.pk).update(is_active=False)

    assert names(ticket, "product_owner") == ["stella"]


def test_even_without_anybody_left_somebody_is_named(kiosk: Kiosk, ticket: Ticket) -> None:
    User.objects.update(is_active=False)

    assert names(ticket, "assignee") == ["holger"]


def test_team_without_members_is_its_lead(kiosk: Kiosk, ticket: Ticket) -> None:
    Team.objects.get(pk=ticket.team_id).members.clear()

    assert names(ticket, "assignee") == ["holger"]


def test_somebody_who_left_holds_nothing(kiosk: Kiosk, ticket: Ticket) -> None:
    hold(ticket, kiosk.house.timo)
    User.objects.filter(pk=kiosk.house.timo.pk).update(is_active=False)

    assert names(ticket, "assignee") == ["jana"]


def test_deputy_reads_for_the_absent_once_and_in_the_own_role_first(kiosk: Kiosk, ticket: Ticket) -> None:
    house = kiosk.house
    User.objects.filter(pk=house.jana.pk).update(absent_from_on="2020-01-01", deputy=house.timo)
    User.objects.filter(pk=house.mira.pk).update(absent_from_on="2020-01-01", deputy=house.olaf)

    found = {one.person.username: (one.role, one.stands_in_for) for one in audience(ticket, "team", "product_owner")}

    assert found == {"timo": ("team", ""), "olaf": ("product_owner", "Mira Aydin")}


def test_absence_that_is_over_or_ahead_changes_nothing(kiosk: Kiosk, ticket: Ticket) -> None:
    house = kiosk.house
    User.objects.filter(pk=house.jana.pk).update(
        absent_from_on="2020-01-01", absent_to_on="2020-01-02", deputy=house.olaf
    )
    User.objects.filter(pk=house.timo.pk).update(absent_from_on="2999-01-01", deputy=house.olaf)

    assert names(ticket, "team") == ["jana", "timo"]


def test_chain_leads_over_manager_and_lead_to_the_fallback_without_those_already_told(
    kiosk: Kiosk, ticket: Ticket
) -> None:
    house = kiosk.house
    FallbackPerson.objects.create(person=house.stella, position=2)
    hold(ticket, house.timo)

    (timo,) = audience(ticket, "assignee")
    _, holger = audience(ticket, "assignee", "team_lead")

    assert timo.chain == (house.holger.pk, house.vera.pk, house.stella.pk)
    assert holger.chain == (house.doris.pk, house.vera.pk, house.stella.pk)


@pytest.mark.parametrize("count", [1, 3])
def test_people_of_many_tickets_are_read_in_a_fixed_number_of_queries(
    kiosk: Kiosk, count: int, django_assert_num_queries: object
) -> None:
    for _ in range(count):
        kiosk.ticket(MINUTE)
    found, now = list(Ticket.objects.select_related("product").order_by("pk")), database_now()

    with django_assert_num_queries(7):  # type: ignore[operator]  # pytest-django's fixture ships no public type
        people = people_around(found, ["person:stella"])
        for ticket in found:
            people.audience(ticket, ["assignee", "manager", "person:stella"], now=now)
