"""How products stand right now, as numbers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.models import Status, Timer
from reporting.queries.states import ProductState, states
from tests.factories import House, ProductFactory
from tests.incidents import rows
from tests.incidents.rows import HOUR, NOW


@pytest.mark.parametrize(
    ("standing", "name"),
    [
        (ProductState(), "quiet"),
        (ProductState(open=2), "open"),
        (ProductState(open=2, late=1), "broken"),
    ],
)
def test_state_is_named_by_the_worst(standing: ProductState, name: str) -> None:
    assert standing.name == name


def test_ticket_with_two_late_clocks_is_one_late_ticket(house: House) -> None:
    ticket = rows.ticket(house)
    rows.timer(ticket, NOW - HOUR, kind="response")
    rows.timer(ticket, NOW - HOUR, kind="resolution")

    assert states([house.product], now=NOW) == {house.product.pk: ProductState(open=1, late=1)}


@pytest.mark.parametrize(
    ("due_in", "stopped_after", "late"),
    [
        (HOUR, None, 0),
        (timedelta(0), None, 0),
        (-timedelta(seconds=1), None, 1),
        (-HOUR, -HOUR, 0),
        (-HOUR, timedelta(0), 0),
        (-2 * HOUR, HOUR, 1),
        (None, None, 0),
    ],
    ids=["ahead", "due now", "just over", "stopped before", "stopped exactly", "stopped late", "paused"],
)
def test_clock_is_late_only_beyond_its_deadline(
    house: House, due_in: timedelta | None, stopped_after: timedelta | None, late: int
) -> None:
    rows.timer(rows.ticket(house), None if due_in is None else NOW + due_in, late=stopped_after)

    assert states([house.product], now=NOW) == {house.product.pk: ProductState(open=1, late=late)}


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED, Status.REJECTED])
def test_settled_tickets_are_not_open(house: House, status: str) -> None:
    rows.timer(rows.ticket(house, status=status), NOW - HOUR)

    assert states([house.product], now=NOW) == {}


def test_history_and_withdrawn_clocks_are_nobodys_work(house: House) -> None:
    rows.timer(rows.ticket(house, is_history=True), NOW - HOUR)
    withdrawn = rows.timer(rows.ticket(house), NOW - HOUR)
    Timer.objects.filter(pk=withdrawn.pk).update(is_withdrawn=True)

    assert states([house.product], now=NOW) == {}


def test_only_the_products_asked_for_are_answered_in_one_query(house: House) -> None:
    other = ProductFactory(team=house.team, owner=house.olaf)
    rows.timer(rows.ticket(house), NOW + HOUR)

    with CaptureQueriesContext(connection) as asked:
        found = (states([other], now=NOW), states([house.product, other], now=NOW))

    assert found == ({}, {house.product.pk: ProductState(open=1, late=0)})
    assert len(asked) == 2
