"""Who stands in for whom, and who is told when nobody else can be."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from slas.models import FallbackPerson, Role
from slas.queries import parties
from tests.factories import House, UserFactory

AWAY = {"absent_from_on": date(2026, 11, 2), "absent_to_on": date(2026, 11, 16)}


@pytest.mark.parametrize(
    ("day", "who"),
    [(date(2026, 11, 1), "ada"), (date(2026, 11, 2), "bo"), (date(2026, 11, 15), "bo"), (date(2026, 11, 16), "ada")],
)
def test_the_deputy_stands_in_from_the_first_day_to_the_day_before_the_return(db: None, day: date, who: str) -> None:
    ada = UserFactory(username="ada", deputy=UserFactory(username="bo"), **AWAY)

    assert parties.stand_in(ada, day).username == who


def test_the_deputys_deputy_stands_in_for_both(db: None) -> None:
    cleo = UserFactory()
    bo = UserFactory(deputy=cleo, **AWAY)
    ada = UserFactory(deputy=bo, **AWAY)

    assert parties.stand_in(ada, date(2026, 11, 5)) == cleo


def test_without_anybody_present_the_letter_goes_to_the_person(db: None) -> None:
    ada = UserFactory(absent_from_on=date(2026, 11, 2))
    bo = UserFactory(deputy=ada, **AWAY)
    ada.deputy = bo
    ada.save()

    assert parties.stand_in(ada, date(2026, 11, 5)) == ada
    assert parties.stand_in(UserFactory(**AWAY), date(2026, 11, 5)).username.startswith("person")


def test_an_account_that_was_closed_hands_over_to_its_deputy(db: None) -> None:
    bo = UserFactory()

    assert parties.stand_in(UserFactory(is_active=False, deputy=bo), date(2026, 11, 5)) == bo


def test_fallback_people_stand_in_their_order_without_closed_accounts(house: House) -> None:
    FallbackPerson.objects.create(person=house.doris, position=3)
    FallbackPerson.objects.create(person=house.jana, position=2)
    FallbackPerson.objects.create(person=UserFactory(is_active=False), position=4)

    assert list(parties.fallback_people()) == [house.vera, house.jana, house.doris]


def test_service_level_managers_are_named_by_role_alone(house: House) -> None:
    second = UserFactory(name="Anna", roles=[Role.SERVICE_LEVEL_MANAGER, Role.AUDITOR])

    assert list(parties.service_level_managers()) == [second, house.vera]


def test_nobody_signed_in_sees_nothing(house: House) -> None:
    assert list(parties.visible_to(AnonymousUser())) == []


def test_lists_of_people_and_teams_fetch_what_they_show(house: House, django_assert_num_queries: object) -> None:
    assert callable(django_assert_num_queries)
    with django_assert_num_queries(2):
        managers = {row.username: row.manager.username if row.manager else "" for row in parties.people()}
        leads = [(team.slug, team.lead.username) for team in parties.teams()]

    assert managers["jana"] == "holger"
    assert leads == [("kassenteam", "holger"), ("lagerteam", "outsider")]
