"""Certificates as papers, a year of credits as a page, and what of both waits on the first page."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from incidents.actions import certificates, credits
from incidents.models import Certificate
from reporting.queries.desk import desk
from slas.models import Product
from slas.models.parties import Visibility
from tests.factories import House
from tests.incidents.rows import NOW
from tests.incidents.shop import BERLIN, Shop, build_shop, followed_by
from tests.reporting.pdf_text import Read, read
from tests.reporting.readers import Reader

OCTOBER = date(2026, 10, 1)
IN_OCTOBER = datetime(2026, 10, 15, 10, tzinfo=BERLIN)


@pytest.fixture
def shop(house: House) -> Shop:
    """A shop with a broken October."""
    shop = build_shop(house)
    shop.down(IN_OCTOBER, title="#eval(1) $x$ \u202e Payment", now=NOW)
    return shop


@pytest.fixture
def row(shop: Shop) -> Certificate:
    return shop.certified(NOW, month=OCTOBER)


def paper(reader: Reader, row: Certificate) -> Read:
    answer = reader.client.get(f"/certificates/{row.pk}/certificate.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    return read(answer.content)


def test_the_paper_says_what_the_page_says(house: House, row: Certificate) -> None:
    certificates.sign(row, by=house.holger, now=NOW, side="provider")

    found = paper(Reader(house.mira), row)

    for words in (
        "Certificate: Shop, October 2026", "99.597 %", "99.9 %", "745 h", "counts with 3 h", "15 %, 150.00 EUR",
        "Holger Brandt, Fri 20 Nov 2026, 13:00", "not signed yet", "Europe/Berlin",
    ):  # fmt: skip
        assert words in found.body.replace("\u00a0", " "), words
    assert row.evidence_hash in found.letters
    assert (found.is_tagged, found.is_sealed, found.language) == (True, True, "en")
    assert "broken" in found.body


def test_the_paper_in_german(house: House, row: Certificate) -> None:
    house.mira.language = "de"
    house.mira.save()

    found = paper(Reader(house.mira), row)

    assert (found.title, found.language) == ("Monatsnachweis: Shop, Oktober 2026", "de")
    assert "zählt mit 3 h" in found.body.replace("\u00a0", " ")


def test_the_paper_of_a_month_of_two_revisions(house: House, shop: Shop) -> None:
    followed_by(shop, IN_OCTOBER, availability={"target": 99})

    found = paper(Reader(house.mira), shop.certified(NOW, month=OCTOBER))

    assert "The promise changed during the month" in found.body


def test_the_file_has_a_name_and_stays_private(house: House, row: Certificate) -> None:
    answer = Reader(house.mira).client.get(f"/certificates/{row.pk}/certificate.pdf")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="certificate-shop-2026-2026-10-1.pdf"'
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_the_year_says_the_sum_and_the_line(house: House, shop: Shop, row: Certificate) -> None:
    page = Reader(house.mira).page("/agreements/shop-2026/credits/2026/")

    for words in ("150.00 EUR", "12,000.00 EUR", "600.00 EUR", "1.25 %", "not above 5 % of the annual fee"):
        assert words in page, words
    assert "VII ZR 210/01" not in page


def test_the_reason_of_the_line_is_for_external_parties(house: House) -> None:
    build_shop(house, slug="store", relation="external")

    page = Reader(house.mira).page("/agreements/store-2026/credits/2026/")

    assert "BGH, 23 January 2003, VII ZR 210/01" in page


@pytest.mark.parametrize(("address", "status"), [("2025/", 200), ("1970/", 404), ("2199/", 404), ("99999999/", 404)])
def test_years_without_credits(house: House, shop: Shop, address: str, status: int) -> None:
    page = Reader(house.mira).page(f"/agreements/shop-2026/credits/{address}", status)

    assert ("No credits were promised in this year" in page) == (status == 200)


def test_a_hidden_product_hides_its_year(house: House, shop: Shop) -> None:
    Product.objects.filter(pk=shop.product.pk).update(visible_to=Visibility.STAKEHOLDERS)

    Reader(house.outsider).page("/agreements/shop-2026/credits/2026/", 404)


def test_the_month_of_the_product_leads_to_its_papers(house: House, shop: Shop) -> None:
    address = "/products/shop/months/2026-10/"
    before = Reader(house.mira).page(address)
    assert "/certificates/new/?agreement=shop-2026&amp;month=2026-10" in before
    assert "150.00 EUR" in before

    row = shop.certified(NOW, month=OCTOBER)

    after = Reader(house.mira).page(address)
    assert f'href="/certificates/{row.pk}/"' in after
    assert f'href="/credits/{shop.credit().pk}/"' in after


def test_what_waits_on_the_first_page(house: House, shop: Shop, row: Certificate) -> None:
    found = desk(house.mira, NOW)
    assert (list(found.certificates), list(found.credits), found.asks) == ([row], [shop.credit()], 2)
    page = Reader(house.mira).page("/")
    assert "Sign the certificate of Shop, October 2026" in page
    assert "Claim the credit of Shop, October 2026" in page

    credits.claim(shop.credit(), by=house.mira, now=NOW)

    assert "Decide the credit of Shop, October 2026" in Reader(house.holger).page("/")
    assert "Claim the credit" not in Reader(house.mira).page("/")
    credits.grant(shop.credit(), by=house.holger, now=NOW)
    assert "Settle the credit of Shop, October 2026" in Reader(house.vera).page("/")
    assert not desk(house.anton, datetime(2026, 11, 20, tzinfo=UTC)).asks


def test_the_page_is_in_one_language(house: House, row: Certificate) -> None:
    house.mira.language = "de"
    house.mira.save()

    page = Reader(house.mira).page(f"/certificates/{row.pk}/")

    with translation.override("de"):
        assert "Monatsnachweis: Shop, Oktober 2026" in page
    assert "5 % des Entgelts" in page or "5 % des Monatsentgelts" in page
