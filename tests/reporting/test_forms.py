"""The filters of the product list and the question to the clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone

from reporting.forms.products import ProductFilter
from reporting.forms.what_if import WhatIfForm
from slas.models import Product
from tests.factories import House, ProductFactory
from tests.incidents.rows import NOW


def asked(query: str) -> WhatIfForm:
    """The form that this address fills."""
    return WhatIfForm(QueryDict(query), priorities=["P1", "P2"], suggestion=NOW)


def test_question_without_an_entry_is_the_suggestion() -> None:
    form = asked("")

    assert form.is_valid()
    assert form.cleaned_data == {"priority": "P1", "at": NOW}


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("Europe/Berlin", datetime(2026, 11, 27, 21, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 28, 3, tzinfo=UTC)),
    ],
)
def test_moment_is_on_the_wall_clock_of_the_reader(zone: str, at: datetime) -> None:
    with timezone.override(ZoneInfo(zone)):
        form = asked("priority=P2&at=2026-11-27T22:00")
        is_valid = form.is_valid()

    assert is_valid
    assert form.cleaned_data == {"priority": "P2", "at": at}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("priority=P3", "priority"),
        ("priority=p1", "priority"),
        ("at=yesterday", "at"),
        ("at=1999-12-31T12:00", "at"),
        ("at=2100-01-02T12:00", "at"),
        ("at=2026-02-30T12:00", "at"),
    ],
)
def test_nonsense_is_refused_at_its_field(query: str, field: str) -> None:
    assert list(asked(query).errors) == [field]


def test_entered_moment_is_shown_as_browsers_want_it() -> None:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert 'value="2026-11-20T13:00"' in str(asked("")["at"])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Kasse", "Shop"]),
        ("whose=mine", ["Kasse"]),
        ("agreement=with", ["Kasse"]),
        ("agreement=without", ["Shop"]),
        ("agreement=without&whose=mine", []),
        ("team=kassenteam", ["Kasse"]),
    ],
)
def test_filter_narrows_to_what_was_chosen(house: House, query: str, names: list[str]) -> None:
    ProductFactory(name="Shop")
    form = ProductFilter(QueryDict(query), person=house.mira)

    assert form.is_valid()
    assert [row.name for row in form.narrow(Product.objects.order_by("name"))] == names
    assert form.is_used is bool(query)
