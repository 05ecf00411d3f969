"""The SLA page as a file: for whoever may see the page, under a safe name, kept by nobody on the way."""

import pytest
from django.test import Client

from slas.models import Product, Team, User
from slas.models.parties import Visibility
from tests.factories import House, ProductFactory, RevisionFactory, fill, publish
from tests.incidents.views.reading import HOSTILE
from tests.reporting.pdf_text import read
from tests.reporting.readers import Reader

FILE = "/products/kasse/sla.pdf"


def test_file_is_a_pdf_to_keep_and_stays_private(house: House) -> None:
    answer = Reader(house.mira).client.get(FILE)

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert {name: answer.headers[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="sla-kasse-2026-11-20.pdf"',
        "Cache-Control": "private, no-store",
    }


def test_name_of_the_file_has_the_day_of_the_reader(house: House) -> None:
    User.objects.filter(pk=house.mira.pk).update(zone="Pacific/Kiritimati")

    answer = Reader(house.mira).client.get(FILE)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="sla-kasse-2026-11-21.pdf"'


def test_stranger_is_asked_to_sign_in(house: House) -> None:
    answer = Client().get(FILE)

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={FILE}")


@pytest.mark.parametrize(("who", "status"), [("mira", 200), ("holger", 200), ("stella", 200), ("outsider", 404)])
def test_restricted_product_is_a_file_for_those_who_see_its_page(house: House, who: str, status: int) -> None:
    Product.objects.filter(pk=house.product.pk).update(visible_to=Visibility.STAKEHOLDERS)
    client = Reader(getattr(house, who)).client

    assert (client.get(FILE).status_code, client.get("/products/kasse/").status_code) == (status, status)


@pytest.mark.parametrize("slug", ["nothing", "..", "kasse%0d%0aX-Evil:1", 'kas"se', "kässe"])
def test_unknown_product_is_not_found(house: House, slug: str) -> None:
    assert Reader(house.mira).client.get(f"/products/{slug}/sla.pdf").status_code == 404


@pytest.mark.parametrize(("language", "words"), [("de", "Was zugesagt ist"), ("en", "What is promised")])
def test_file_speaks_the_language_of_its_reader(house: House, language: str, words: str) -> None:
    User.objects.filter(pk=house.mira.pk).update(language=language)

    answer = Reader(house.mira).client.get(FILE)

    found = read(answer.content)
    assert (found.language, answer.headers["Content-Language"]) == (language, language)
    assert words in found.text


def test_page_offers_the_file(house: House) -> None:
    assert f'href="{FILE}" download>PDF</a>' in Reader(house.mira).page("/products/kasse/")


def test_product_without_an_agreement_has_a_file_too(house: House) -> None:
    ProductFactory(slug="shop", name="Shop", team=house.team, owner=house.mira)
    reader = Reader(house.mira)

    assert 'href="/products/shop/sla.pdf"' in reader.page("/products/shop/")
    assert "Nothing is promised for this product" in read(reader.client.get("/products/shop/sla.pdf").content).text


def test_every_hostile_word_of_an_agreement_is_set_as_text(house: House) -> None:
    product = ProductFactory(slug="lager", name="Lager", team=house.team, owner=house.mira)
    revision = RevisionFactory(
        agreement__product=product,
        **dict.fromkeys(("inside", "outside", "channels", "contacts", "customer_duties"), HOSTILE),
        glossary={word: word for word in HOSTILE},
    )
    fill(revision, office=house.office, clock=house.clock)
    publish(revision, provider=house.holger, customer=house.mira)

    found = read(Reader(house.mira).client.get("/products/lager/sla.pdf").content)

    assert found.is_tagged
    for word in ("<script>alert(1)</script>", "${7*7}", "#{7*7}", "![](http://127.0.0.1/)"):
        assert found.text.count(word) >= 7


@pytest.mark.parametrize("word", HOSTILE, ids=ascii)
def test_hostile_names_make_a_file(house: House, word: str) -> None:
    name = word[:120]
    User.objects.filter(pk=house.mira.pk).update(name=name)
    Team.objects.filter(pk=house.team.pk).update(name=name)
    Product.objects.filter(pk=house.product.pk).update(name=name, public_promise=name)

    answer = Reader(house.mira).client.get(FILE)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="sla-kasse-2026-11-20.pdf"'
    assert "What happens on Friday at 22:00?" in read(answer.content).text


def test_file_takes_no_more_queries_than_the_page(house: House) -> None:
    reader = Reader(house.mira)

    assert reader.queries(FILE) <= reader.queries("/products/kasse/")
