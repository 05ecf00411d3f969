"""Availability on the SLA page, in the list of products and on the page of a month."""

from decimal import Decimal

import pytest

from incidents.actions import certificates
from slas.models import Product
from tests.factories import House
from tests.incidents.months import HOUR, MINUTE, NOVEMBER, gap, outage, promised, proposal, shop
from tests.incidents.shop import FOURTH_OF_JULY, build_shop
from tests.reporting.pdf_text import read as read_pdf
from tests.reporting.readers import Reader
from tests.reporting.test_views_product import section

DAY = 24 * HOUR


@pytest.fixture
def product(house: House) -> Product:
    found = shop(house)
    promised(house, found)
    return found


@pytest.fixture
def mira(house: House) -> Reader:
    return Reader(house.mira)


def shown(reader: Reader) -> str:
    """The section of the SLA page, without the tags."""
    return section(reader.page("/products/shop/"), "availability")


def test_the_budget_is_said_in_minutes_and_in_outages_of_the_usual_length(
    house: House, product: Product, mira: Reader
) -> None:
    outage(house, product, start=NOVEMBER + DAY, length=40 * MINUTE)
    outage(house, product, start=NOVEMBER + 2 * DAY, length=20 * MINUTE, title="Payment fails")

    page = shown(mira)

    assert "2 h 36 min left of the 3 h 36 min that the month allows." in page
    assert "That is 7 outages of the usual length (20 min)." in page
    assert "Payment fails" in page
    assert "<span>kept</span>" in page


def test_a_broken_month_says_by_how_much(house: House, product: Product, mira: Reader) -> None:
    outage(house, product, start=NOVEMBER + DAY, length=5 * HOUR)

    page = shown(mira)

    assert "1 h 24 min more than the 3 h 36 min that the month allows." in page
    assert "All that this month allowed is used up." in page
    assert "<span>broken</span>" in page


def test_a_budget_that_is_nearly_gone_is_at_risk(house: House, product: Product, mira: Reader) -> None:
    outage(house, product, start=NOVEMBER + DAY, length=3 * HOUR)

    page = shown(mira)

    assert "More than three quarters of what this month allows is used." in page
    assert "<span>at risk</span>" in page


def test_what_a_monitor_proposes_is_shown_and_does_not_count(house: House, product: Product, mira: Reader) -> None:
    proposal(product, start=NOVEMBER + DAY, length=10 * HOUR)

    page = shown(mira)

    assert "proposed, does not count yet" in page
    assert "3 h 36 min left of the 3 h 36 min" in page


def test_time_without_data_is_said(house: House, product: Product, mira: Reader) -> None:
    gap(product, start=NOVEMBER + DAY, length=2 * HOUR)

    assert "for 2 h there are no data, which is neither up nor down." in shown(mira)


def test_twelve_months_stand_in_a_table(house: House, product: Product, mira: Reader) -> None:
    outage(house, product, start=NOVEMBER - 3 * DAY, length=HOUR)

    page = shown(mira)

    assert 'October 2026</th> <td class="number" data-label="Down">1 h</td>' in page
    assert page.count("no agreement") >= 1  # the agreement began in January
    assert "December 2025" in page


def test_only_who_keeps_the_record_is_asked_to_record(house: House, product: Product, mira: Reader) -> None:
    link = "/outages/new/?product=shop"

    assert (link in shown(mira), link in shown(Reader(house.jana))) == (False, True)


def test_a_product_without_such_a_promise_says_nothing_of_it(house: House, mira: Reader) -> None:
    assert 'id="availability"' not in mira.page("/products/kasse/")


def test_the_list_of_products_says_what_is_left(house: House, product: Product, mira: Reader) -> None:
    outage(house, product, start=NOVEMBER + DAY, length=4 * HOUR)

    assert "24 min too long down" in mira.page("/products/")


def test_a_month_is_told_by_its_revisions(house: House, product: Product, mira: Reader) -> None:
    revision = product.agreements.get().revisions.get()
    revision.in_force_to = NOVEMBER + 15 * DAY
    revision.save(update_fields=["in_force_to"])
    promised(house, product, target="90", since=NOVEMBER + 15 * DAY, number=2, degraded_weight=Decimal(1))
    outage(house, product, start=NOVEMBER + DAY, length=3 * HOUR)

    page = section(mira.page("/products/shop/months/2026-11/"), "availability")

    assert page.count("?revision=") == 2
    assert 'data-label="Promised">99.5 %</td>' in page
    assert page.count("<span>broken</span>") == 2  # the month and the first part
    assert page.count("<span>kept</span>") == 1


def test_the_worse_of_clocks_and_availability_decides_a_month(house: House, product: Product, mira: Reader) -> None:
    outage(house, product, start=NOVEMBER + DAY, length=4 * HOUR)
    outage(house, product, start=NOVEMBER - 3 * DAY, length=HOUR)

    strip = mira.page("/products/shop/").split('<ol class="strip"', 1)[1].split("</ol>", 1)[0]

    assert strip.count('class="strip--broken provisional"') == 1
    assert strip.count('class="strip--kept"') >= 9
    assert ("<span>1 h</span>" in strip, "<span>4 h</span>" in strip) == (True, True)
    assert "<span>broken</span>" in mira.page("/products/shop/months/2026-11/").split("</header>")[1]


def test_a_month_without_such_a_promise_has_no_section(house: House, mira: Reader) -> None:
    assert 'id="availability"' not in mira.page("/products/kasse/months/2026-11/")


def test_more_outages_cost_no_more_questions(house: House, product: Product, mira: Reader) -> None:
    outage(house, product, start=NOVEMBER + DAY)
    pages = ("/products/shop/", "/products/", "/products/shop/months/2026-11/")
    before = [mira.queries(page) for page in pages]
    for days in (2, 3):
        outage(house, product, start=NOVEMBER + days * DAY)

    assert [mira.queries(page) for page in pages] == before


def test_credits_stand_on_the_page_and_a_month_is_certified_once_both_sides_signed(house: House, mira: Reader) -> None:
    store = build_shop(house)
    store.down()
    certificate = store.certified()
    before = shown(mira)
    for side, person in (("provider", house.holger), ("customer", house.mira)):
        certificates.sign(certificate, by=person, now=FOURTH_OF_JULY, side=side)  # type: ignore[arg-type]  # a word

    after = shown(mira)

    credit = store.credit()
    assert f'<a href="/credits/{credit.pk}/">June 2026</a>' in after
    assert "<span>proposed</span>" in after
    assert (before.count("certified</span>"), after.count("certified</span>")) == (0, 1)
    assert "June 2026" in read_pdf(mira.client.get("/products/shop/sla.pdf").content).text
