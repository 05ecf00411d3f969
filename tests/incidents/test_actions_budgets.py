"""Warnings about error budgets: to both sides, once for each, in words of both languages."""

import pytest
from django.utils import translation

from incidents.actions import budgets
from slas import mail
from slas.models import Notice, Product, User
from tests.factories import House
from tests.incidents.months import HOUR, MINUTE, NOVEMBER, NOW, outage, promised, shop


@pytest.fixture
def product(house: House) -> Product:
    found = shop(house)
    promised(house, found)
    return found


def warned() -> list[tuple[str, str]]:
    """Which word went to whom."""
    found = Notice.objects.filter(kind="budget").select_related("recipient").order_by("pk")
    return [(row.context["alarm"], row.recipient.username) for row in found]


def test_nobody_is_warned_without_need(house: House, product: Product) -> None:
    outage(house, product, start=NOVEMBER + HOUR, length=100 * MINUTE)

    budgets.warn(now=NOW)

    assert warned() == []


def test_both_sides_are_warned_once_of_each_step(house: House, product: Product) -> None:
    both = ["holger", "mira"]
    outage(house, product, start=NOVEMBER + HOUR, length=110 * MINUTE)
    budgets.warn(now=NOW)
    budgets.warn(now=NOW + HOUR)
    assert warned() == [("half", name) for name in both]

    outage(house, product, start=NOVEMBER + 10 * HOUR, length=60 * MINUTE)
    budgets.warn(now=NOW)
    outage(house, product, start=NOVEMBER + 20 * HOUR, length=60 * MINUTE)
    budgets.warn(now=NOW)

    assert warned() == [(word, name) for word in ("half", "most", "all") for name in both]


def test_a_deputy_reads_for_somebody_who_is_away_and_nobody_is_told_twice(house: House, product: Product) -> None:
    User.objects.filter(pk=house.holger.pk).update(absent_from_on=NOW.date(), deputy=house.mira)
    outage(house, product, start=NOVEMBER + HOUR, length=4 * HOUR)

    budgets.warn(now=NOW)

    assert warned() == [("all", "mira")]


def test_a_product_that_promises_none_is_left_alone(house: House) -> None:
    outage(house, house.product, start=NOVEMBER + HOUR, length=400 * HOUR)

    budgets.warn(now=NOW)

    assert warned() == []


@pytest.mark.parametrize(
    ("language", "subject", "sentence"),
    [
        ("en", "Shop: the time down of the month is used up", "Shop has used up all the time that it may be down in"),
        ("de", "Shop: Die Ausfallzeit des Monats ist aufgebraucht", "4 h Ausfall von 3 h 36 min, die erlaubt sind"),
    ],
)
def test_the_letter_says_what_is_left(
    house: House, product: Product, language: str, subject: str, sentence: str
) -> None:
    User.objects.filter(pk=house.mira.pk).update(language=language)
    outage(house, product, start=NOVEMBER + HOUR, length=4 * HOUR)
    budgets.warn(now=NOW)

    with translation.override(language):
        words = mail.words(Notice.objects.get(recipient=house.mira), mail.Enclosure())

    assert words.subject == subject
    assert sentence in words.text
    assert "/products/shop/" in words.html
