"""Forms of certificates and credits: months as people write them, and filters that forgive nonsense."""

from datetime import date

import pytest
from django.http import QueryDict
from django.utils import translation

from incidents.forms.certificates import (
    CertificateFilter,
    CorrectionForm,
    CreditFilter,
    DecliningForm,
    NewCertificateForm,
)
from incidents.models import Certificate
from slas.models import Agreement, Product
from tests.factories import House
from tests.incidents.shop import Shop, build_shop


@pytest.fixture
def shop(house: House) -> Shop:
    return build_shop(house)


def asked(text: str) -> CertificateFilter:
    return CertificateFilter(QueryDict(text), products=Product.objects.all())


def test_a_filter_reads_what_it_knows(shop: Shop) -> None:
    form = asked("product=shop&month=2026-06&state=broken")

    assert form.is_valid()
    assert form.cleaned_data == {"product": shop.product, "month": date(2026, 6, 1), "state": "broken"}
    assert form.is_used


@pytest.mark.parametrize(
    "text", ["product=nothing", "month=2026-13", "month=June", "state=signed_by_nobody", "month=%00"]
)
def test_what_a_filter_does_not_know_narrows_nothing(shop: Shop, text: str) -> None:
    assert (asked(text).is_valid(), asked(text).is_used) == (False, False)


def test_an_empty_filter_narrows_nothing(shop: Shop) -> None:
    row = shop.certified()
    form = asked("")

    assert form.is_valid()
    assert list(form.narrow(Certificate.objects.all())) == [row]
    assert not form.is_used


def test_credits_are_filtered_by_every_state_there_is() -> None:
    choices = CreditFilter(QueryDict(), products=Product.objects.none()).fields["state"].choices  # type: ignore[attr-defined]  # a choice

    assert [name for name, _ in choices] == [
        "", "proposed", "claimed", "granted", "declined", "expired", "settled",
    ]  # fmt: skip


def test_a_month_field_is_the_browsers_own(db: None) -> None:
    form = NewCertificateForm(None, agreements=Agreement.objects.none(), month="2026-06")

    assert 'type="month"' in str(form["month"])
    assert 'value="2026-06"' in str(form["month"])


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Write a month such as 2026-11"), ("de", "Schreiben Sie einen Monat wie 2026-11")]
)
def test_what_is_no_month_is_said_in_words(shop: Shop, language: str, said: str) -> None:
    entered = QueryDict("agreement=shop-2026&month=11/2026")

    with translation.override(language):
        errors = NewCertificateForm(entered, agreements=Agreement.objects.all()).errors
        found = {name: str(wrong[0]) for name, wrong in errors.items()}

    assert list(found) == ["month"]
    assert found["month"].startswith(said)


def test_only_visible_agreements_can_be_chosen(shop: Shop, house: House) -> None:
    mine = Agreement.objects.filter(pk=house.agreement.pk)

    errors = NewCertificateForm(QueryDict("agreement=shop-2026&month=2026-06"), agreements=mine).errors

    assert list(errors) == ["agreement"]


@pytest.mark.parametrize(("form", "longest"), [(CorrectionForm, 500), (DecliningForm, 1000)])
def test_a_reason_has_words_and_an_end(form: type[CorrectionForm] | type[DecliningForm], longest: int) -> None:
    assert form({"reason": "x" * longest}).is_valid()
    for wrong in ("", "  ", "x" * (longest + 1), "zero \x00 byte"):
        assert list(form({"reason": wrong}).errors) == ["reason"]
