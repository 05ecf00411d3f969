"""Two people or two rounds at once on real PostgreSQL: one of them wins, and nothing happens twice."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from incidents.actions import maintenance
from incidents.models import Maintenance, MaintenanceSeries
from slas.clock import Span
from slas.models import Notice
from tests.factories import House, build_house
from tests.incidents.test_actions_races import at_once
from tests.incidents.windows import DAY, HOUR, NOW, SATURDAY, announced, planned

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(transactional_db: None) -> Iterator[House]:
    """A house that other connections see."""
    return build_house()


def test_the_same_plan_twice_at_once_is_one_window(house: House) -> None:
    outcome = at_once(*[lambda: announced(house.product, by=house.jana)] * 2)

    assert (outcome, Maintenance.objects.count(), Notice.objects.count()) == (["done", "done"], 1, 3)


@pytest.mark.parametrize("name", ["announce", "begin", "end", "cancel"])
def test_of_two_at_once_one_is_refused(house: House, name: str) -> None:
    row = planned(house.product, by=house.jana)
    if name != "announce":
        maintenance.announce(row, by=house.jana, now=NOW)
    if name == "end":
        maintenance.begin(row, by=house.jana, now=SATURDAY)
    deeds: dict[str, Callable[[], object]] = {
        "announce": lambda: maintenance.announce(row, by=house.jana, now=NOW),
        "begin": lambda: maintenance.begin(row, by=house.jana, now=SATURDAY),
        "end": lambda: maintenance.end(row, by=house.jana, now=SATURDAY + HOUR),
        "cancel": lambda: maintenance.cancel(row, by=house.jana, now=NOW, reason="x"),
    }
    before = row.events.count()

    assert at_once(deeds[name], deeds[name]) == ["done", "refused"]
    assert row.events.count() == before + 1


def test_a_move_and_the_beginning_do_not_meet(house: House) -> None:
    row = announced(house.product, by=house.jana)
    window = Span(SATURDAY + DAY, SATURDAY + DAY + HOUR)

    at_once(
        lambda: maintenance.begin(row, by=house.jana, now=NOW),
        lambda: maintenance.move(row, by=house.timo, now=NOW, window=window, reason="Later"),
    )

    stored = Maintenance.objects.get()
    # Whoever comes first decides: what runs is not moved, what was moved may begin all the same.
    assert stored.used_from == NOW
    assert row.events.count() in (3, 4)


def test_two_rounds_at_once_tell_and_write_once(house: House) -> None:
    row = announced(house.product, by=house.jana)
    maintenance.begin(row, by=house.jana, now=SATURDAY)
    late = SATURDAY + DAY
    series = MaintenanceSeries.objects.create(
        title="x", reason="x", week={"sun": ["02:00-04:00"]}, zone="UTC", starts_on=date(2026, 1, 1),
        created_at=NOW, created_by=house.jana,
    )  # fmt: skip
    series.products.set([house.product])

    at_once(*[lambda: maintenance.tell_overruns(now=late)] * 2, *[lambda: maintenance.keep_ahead(now=NOW)] * 2)

    assert row.events.filter(kind="overran").count() == 1
    assert series.windows.count() == 5
    assert Notice.objects.count() == 6
