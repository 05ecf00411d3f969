"""What is known before a ticket is written: the promise, the number and the people, in one question."""

import pytest

from incidents.actions.tickets.asking import Known, ask
from slas.errors import Refused
from slas.models import Product
from slas.queries import agreements
from tests.factories import House, ProductFactory, TeamFactory, UserFactory
from tests.incidents.acting import HOUR, MONDAY_8, opened


def known(product: Product) -> Known:
    found = ask(product, MONDAY_8)
    assert found is not None
    return found


def number_of(text: str) -> int:
    return int(text.removeprefix("T-"))


def test_the_promise_is_the_one_in_force_at_the_opening(house: House) -> None:
    assert known(house.product).terms == agreements.terms_for(house.product, MONDAY_8)
    assert ask(house.product, house.revision.in_force_from - HOUR) is None


def test_every_question_draws_the_next_number_once_however_many_are_told(house: House) -> None:
    first, second = known(house.product), known(house.product)

    assert len(first.people) == 2
    assert number_of(second.number) == number_of(first.number) + 1


def test_where_nothing_is_promised_no_number_is_drawn(house: House) -> None:
    before, bare = known(house.product), ProductFactory(team=house.team, owner=house.mira)

    assert ask(bare, MONDAY_8) is None
    with pytest.raises(Refused, match="no agreement in force"):
        opened(house, opened_at=house.revision.in_force_from - HOUR, by=house.ida)
    assert number_of(known(house.product).number) == number_of(before.number) + 1


def test_people_are_the_active_members_of_the_team_by_name(house: House) -> None:
    team = TeamFactory()
    away, gone = UserFactory(name="Anna", deputy=house.olaf), UserFactory(name="Berta", is_active=False)
    team.members.set([house.timo, away, gone])
    house.product.team = team

    told = [(one.name, one.username, one.muted_notices, one.deputy) for one in known(house.product).people]

    assert told == [("Anna", away.username, [], house.olaf), ("Timo Kern", "timo", [], None)]


def test_a_team_of_nobody_tells_nobody(house: House) -> None:
    house.product.team = TeamFactory()

    assert known(house.product).people == []
