"""A promise in one line."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reporting.queries.headlines import Headline, headlines
from slas.models import Calendar, Product, Revision
from tests.factories import (
    AgreementFactory,
    House,
    ProductFactory,
    RevisionFactory,
    TargetFactory,
    agreement_in_force,
    publish,
)
from tests.incidents.rows import NOW


def promised(house: House, *targets: tuple[str, str, int, Calendar]) -> tuple[Product, Revision]:
    """A product with exactly these targets in force: priority, clock, hours, calendar."""
    product = ProductFactory(team=house.team, owner=house.mira)
    revision = RevisionFactory(agreement=AgreementFactory(product=product))
    for priority, kind, hours, calendar in targets:
        TargetFactory(
            revision=revision, priority=priority, kind=kind, allowance=timedelta(hours=hours), calendar=calendar
        )
    return product, publish(revision, provider=house.holger, customer=house.mira)


def test_headline_is_the_most_urgent_priority(house: House) -> None:
    assert headlines([house.product], now=NOW) == {
        house.product.pk: Headline(
            revision=house.revision,
            priority="P1",
            response=timedelta(hours=1),
            resolution=timedelta(hours=4),
            calendar="Büro Hamburg",
        )
    }


@pytest.mark.parametrize(
    ("kind", "response", "resolution"),
    [
        ("response", timedelta(hours=3), None),
        ("resolution", None, timedelta(hours=3)),
        ("update", None, None),
    ],
)
def test_headline_leaves_out_what_was_not_promised(
    house: House, kind: str, response: timedelta | None, resolution: timedelta | None
) -> None:
    product, revision = promised(house, ("P2", kind, 3, house.clock))

    assert headlines([product], now=NOW) == {
        product.pk: Headline(revision, "P2", response=response, resolution=resolution, calendar="Rund um die Uhr")
    }


def test_agreement_without_a_target_has_no_headline(house: House) -> None:
    product, _ = promised(house)

    assert headlines([product], now=NOW) == {}


@pytest.mark.parametrize("shift", [-timedelta(days=400), timedelta(days=4000)])
def test_nothing_is_promised_before_the_agreement_and_after_its_end(house: House, shift: timedelta) -> None:
    if shift > timedelta(0):
        Revision.objects.filter(pk=house.revision.pk).update(in_force_to=NOW)

    assert headlines([house.product], now=NOW + shift) == {}


def test_draft_promises_nothing(house: House) -> None:
    product = ProductFactory(team=house.team, owner=house.mira)
    RevisionFactory(agreement=AgreementFactory(product=product))

    assert headlines([product], now=NOW) == {}


def test_headlines_take_three_queries_whatever_the_number(house: House) -> None:
    products = [house.product]
    for _ in range(3):
        product = ProductFactory(team=house.team, owner=house.mira)
        agreement_in_force(product, provider=house.holger, customer=house.mira, office=house.office, clock=house.clock)
        products.append(product)

    with CaptureQueriesContext(connection) as asked:
        found = headlines(products, now=NOW)

    assert sorted(found) == sorted(product.pk for product in products)
    assert len(asked) == 3
