"""Planned work of the demonstration: something behind, something ahead, and a weekly window."""

from datetime import UTC, datetime, timedelta

import pytest

from incidents.importers.demo import house, upkeep
from incidents.maintenance import Meaning, State
from incidents.models import Maintenance, MaintenanceSeries
from incidents.queries import maintenance as queries

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows() -> dict[str, Maintenance]:
    """The windows that stand alone, by the first word of their title."""
    house.build(NOW)
    upkeep.plan(NOW)
    return {row.title.split()[0]: row for row in Maintenance.objects.filter(series=None)}


def test_the_windows_stand_where_a_visitor_expects_them(rows: dict[str, Maintenance]) -> None:
    assert {word: row.state_at(NOW) for word, row in rows.items()} == {
        "Neue": State.ENDED,
        "Kartenleser": State.PLANNED,
        "Umzug": State.ANNOUNCED,
    }


def test_what_is_over_was_in_notice_and_shielded_a_part(rows: dict[str, Maintenance]) -> None:
    row = rows["Neue"]

    (effect,) = queries.of_window(row, row.products.all(), now=NOW)

    assert (effect.meaning, effect.is_over) == (Meaning.IN_TIME, True)
    assert timedelta(0) < effect.shielded <= 90 * timedelta(minutes=1)


def test_what_is_planned_can_still_be_announced_in_time(rows: dict[str, Maintenance]) -> None:
    row = rows["Kartenleser"]

    (effect,) = queries.of_window(row, row.products.all(), now=NOW)

    assert effect.state == "notice_open"
    assert effect.left is not None
    assert effect.left > 24 * HOUR


def test_the_weekly_window_has_past_and_future(rows: dict[str, Maintenance]) -> None:
    windows = MaintenanceSeries.objects.get().windows.order_by("planned_from")

    states = [row.state_at(NOW) for row in windows]
    assert set(states) == {State.ENDED, State.ANNOUNCED}
    assert states == sorted(states, key=[State.ENDED, State.ANNOUNCED].index)
    assert all(row.used is not None for row in windows if row.planned_to < NOW)


def test_every_product_of_the_house_shows_something_next(rows: dict[str, Maintenance]) -> None:
    products = [product for row in rows.values() for product in row.products.all()]

    assert queries.upcoming(products, NOW).exists()
