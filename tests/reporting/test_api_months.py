"""Months in the API: the figures of the SLA page."""

from datetime import timedelta

import pytest

from incidents.models import Status
from slas.models import Product
from slas.models.parties import Visibility
from tests.callers import Caller
from tests.factories import House
from tests.incidents import rows
from tests.incidents.rows import HOUR, NOW

PLACE = "/products/kasse/months/2026-11/"


def test_a_month_says_promise_and_result(house: House) -> None:
    rows.breach(rows.ticket(house, status=Status.CLOSED), NOW - timedelta(days=2))
    rows.timer(rows.ticket(house, status=Status.CLOSED), NOW - timedelta(days=1), late=-HOUR)

    status, answer = Caller(house.outsider).get(PLACE)

    assert (status, answer["is_over"], answer["verdict"]) == (200, False, "at_risk")
    assert answer["period"] == {"from_on": "2026-11-01", "to_on": "2026-12-01", "zone": "Europe/Berlin"}
    assert answer["figures"][0] == {
        "priority": "P1", "kind": "response", "promised_seconds": 3600, "promised_percent": "95.00", "met": 1,
        "breached": 1, "percent": "50.0", "verdict": "at_risk",
    }  # fmt: skip


@pytest.mark.parametrize("month", ["2026-12", "2026-1", "2026-13", "nonsense", "1999-01"])
def test_a_month_without_figures_is_a_404(house: House, month: str) -> None:
    assert Caller(house.mira).get(f"/products/kasse/months/{month}/")[0] == 404


def test_a_restricted_product_of_others_is_a_404(house: House) -> None:
    Product.objects.update(visible_to=Visibility.STAKEHOLDERS)

    assert Caller(house.mira).get(PLACE)[0] == 200
    assert Caller(house.outsider).get(PLACE)[0] == 404
