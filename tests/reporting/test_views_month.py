"""The evidence behind a month: every figure with its n, and every broken promise one may see."""

from datetime import timedelta

import pytest

from incidents.models import Status
from tests.factories import House
from tests.incidents import rows
from tests.incidents.rows import HOUR, NOW
from tests.reporting.readers import Reader

PAGE = "/products/kasse/months/2026-11/"


def test_month_lists_the_broken_promises_behind_its_figure(house: House) -> None:
    late = rows.ticket(house, status=Status.CLOSED)
    rows.breach(late, NOW - timedelta(days=2), cause="Router broken")
    rows.timer(rows.ticket(house, status=Status.CLOSED), NOW - timedelta(days=1), late=-HOUR)

    page = Reader(house.mira).page(PAGE)

    assert '<span class="nowrap">50 %</span> <span class="hint nowrap">1 of 2</span>' in page
    assert f'<a href="/tickets/{late.number}/">{late.number}</a>' in page
    assert "Router broken" in page
    assert "<span>at risk</span>" in page
    assert "provisional" in page


def test_month_counts_but_does_not_name_what_the_reader_may_not_see(house: House) -> None:
    late = rows.ticket(house, status=Status.CLOSED)
    rows.breach(late, NOW - timedelta(days=2))

    page = Reader(house.outsider).page(PAGE)

    assert "1 more belongs to a ticket that you may not see." in page
    assert late.number not in page


def test_rejected_ticket_is_no_evidence(house: House) -> None:
    rows.breach(rows.ticket(house, status=Status.REJECTED), NOW - timedelta(days=2))

    page = Reader(house.mira).page(PAGE)

    assert "None." in page
    assert "0 in all" in page


def test_month_that_is_over_is_not_provisional(house: House) -> None:
    rows.breach(rows.ticket(house, status=Status.CLOSED), NOW - timedelta(days=30))

    page = Reader(house.mira).page("/products/kasse/months/2026-10/")

    assert "<span>broken</span>" in page
    assert "provisional" not in page


@pytest.mark.parametrize("month", ["2026-12", "2026-13", "1999-01", "november", "2026-1-1", "%00"])
def test_month_without_evidence_is_not_found(house: House, month: str) -> None:
    Reader(house.mira).page(f"/products/kasse/months/{month}/", status=404)


def test_month_takes_as_many_queries_for_three_breaches_as_for_one(house: House) -> None:
    reader = Reader(house.mira)
    rows.breach(rows.ticket(house), NOW - HOUR)
    one = reader.queries(PAGE)

    rows.breach(rows.ticket(house), NOW - 2 * HOUR)
    rows.breach(rows.ticket(house), NOW - 3 * HOUR)

    assert reader.queries(PAGE) == one
