"""The credits of a wording in its form: every kind survives it; what is missing or too much stands beside its field."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from slas.credits import (
    Band,
    Bands,
    ClaimWindow,
    CreditRule,
    Linear,
    MultipleOfShare,
    PerPeriodBeyond,
    StartedUnits,
    StepsBelow,
    kind_of,
)
from slas.queries.wordings import AvailabilityWording, CreditWording, Wording, normal, wording_of
from tests.factories import House
from tests.slas.forms.test_agreements import again, errors

HALF_HOUR = timedelta(minutes=30)
TABLE = Bands(
    (
        Band(Decimal(99), True, Decimal("99.5"), False, Decimal(10)),
        Band(Decimal(98), False, Decimal(99), False, Decimal("12.5")),
        Band(None, False, Decimal(98), True, Decimal(0)),
    ),
    cap=Decimal(50),
)
RULES: list[CreditRule] = [
    TABLE,
    StepsBelow(Decimal("0.1"), Decimal("2.5"), "pro_rata"),
    PerPeriodBeyond(timedelta(hours=1), Decimal(5), "started", cap=Decimal(20)),
    StartedUnits(HALF_HOUR, 30, "all", "incident"),
    Linear(cap=Decimal("99.9999")),
    MultipleOfShare(Decimal("2.5")),
]
REQUIRED = ["This field is required."]


@pytest.fixture
def wording(house: House) -> Wording:
    """The house's own agreement, which promises availability, too."""
    return replace(wording_of(house.revision), availability=AvailabilityWording(Decimal("99.5")))


def credited(wording: Wording, rule: CreditRule = TABLE, **said: object) -> Wording:
    return normal(replace(wording, credits=CreditWording(rule, **said)))  # type: ignore[arg-type]  # as a test needs it


@pytest.mark.parametrize("rule", RULES, ids=kind_of)
def test_every_kind_survives_the_form(wording: Wording, rule: CreditRule) -> None:
    form = again(credited(wording, rule))

    assert errors(form) == {}
    assert normal(form.wording()) == credited(wording, rule)


@pytest.mark.parametrize("rule", RULES, ids=kind_of)
def test_a_credit_is_taken_back_with_its_kind(wording: Wording, rule: CreditRule) -> None:
    said = credited(wording, rule, claim=ClaimWindow(30, "werktage"), holidays="DE-HH", monthly_fee=Decimal(5))

    form = again(said, credits_kind="")

    assert errors(form) == {}
    assert form.wording().credits is None


@pytest.mark.parametrize(
    ("name", "typed"),
    [("cap", "50"), ("currency", "EUR"), ("claim_within", "30"), ("started_units_counting", "all"), ("floor", "95")],
)
def test_what_is_said_about_a_credit_needs_its_kind(wording: Wording, name: str, typed: str) -> None:
    form = again(wording, **{f"credits_{name}": typed})

    assert errors(form) == {"credits_kind": ["Choose how a credit is counted, too."]}


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("steps_below", ["per", "percent"]),
        ("per_period_beyond", ["period", "percent"]),
        ("started_units", ["unit", "denominator"]),
        ("multiple_of_share", ["factor"]),
    ],
)
def test_a_rule_needs_its_terms(wording: Wording, kind: str, missing: list[str]) -> None:
    form = again(wording, credits_kind=kind)

    assert errors(form) == {f"credits_{kind}_{name}": REQUIRED for name in missing}


def test_words_that_are_not_sent_have_the_usual_reading(wording: Wording) -> None:
    form = again(credited(wording, StartedUnits(HALF_HOUR, 30)), credits_started_units_rounding="")

    assert errors(form) == {}
    assert form.credits() == CreditWording(StartedUnits(HALF_HOUR, 30))


def test_credits_need_a_promise_that_can_be_broken(wording: Wording) -> None:
    form = again(credited(wording), availability_target="")

    assert errors(form) == {
        "credits_kind": ["Credits are for months that break the availability promise. Promise availability, too."]
    }


def test_points_are_usual_in_one_house_alone(wording: Wording) -> None:
    inside = again(credited(wording), credits_currency="")
    outside = again(credited(wording), credits_currency="", relation="external")

    assert errors(inside) == {}
    assert inside.credits() == credited(wording).credits
    assert errors(outside) == {"credits_currency": ["Say in which currency, such as EUR."]}


def test_a_currency_is_typed_as_people_type_it(wording: Wording) -> None:
    with translation.override("de"):
        shown = again(credited(wording))
        typed = [again(wording, credits_kind="linear", credits_currency=text) for text in (" eur ", "punkte", "POINTS")]

        assert shown["credits_currency"].value() == "Punkte"
        assert [form.is_valid() and form.cleaned_data["credits_currency"] for form in typed] == [
            "EUR",
            "points",
            "points",
        ]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("credits_kind", "guess", "Select a valid choice. guess is not one of the available choices."),
        ("credits_cap", "0", "Ensure this value is greater than or equal to 0.0001."),
        ("credits_cap", "NaN", "Enter a number."),
        ("credits_monthly_fee", "-1", "Ensure this value is greater than or equal to 0."),
        ("credits_monthly_fee", "1e11", "Ensure this value is less than or equal to 9999999999.99."),
        ("credits_monthly_fee", "1.005", "Ensure that there are no more than 2 decimal places."),
        ("credits_currency", "Euro", "“EURO” is no currency. Use a code such as EUR, or points."),
        ("credits_claim_within", "0", "Ensure this value is greater than or equal to 1."),
        ("credits_claim_within", "1001", "Ensure this value is less than or equal to 1000."),
        (
            "credits_holidays",
            "DE-XX",
            "“DE-XX” names no public holidays. Use a country and state such as DE-HH, or none.",
        ),
        (
            "credits_holidays",
            "DE-HH",
            "Public holidays matter to working days alone. Leave them out, or count working days.",
        ),
        ("credits_in_a_row", "13", "Ensure this value is less than or equal to 12."),
        ("credits_of_twelve", "0", "Ensure this value is greater than or equal to 1."),
        ("credits_floor", "100.1", "Ensure this value is less than or equal to 100."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_is_kept(wording: Wording, field: str, typed: str, said: str) -> None:
    form = again(credited(wording, claim=ClaimWindow(30)), **{field: typed})

    assert errors(form)[field][0] == said
    assert form[field].value() == typed


@pytest.mark.parametrize("typed", ["0s", "0h"])
def test_a_period_is_longer_than_nothing(wording: Wording, typed: str) -> None:
    form = again(wording, credits_kind="started_units", credits_started_units_unit=typed)

    assert errors(form)["credits_started_units_unit"] == ["The time must be longer than nothing."]


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ({"lower": "99", "upper": "98", "percent": "5"}, "upper", "A band has its lower bound below its upper bound."),
        ({"lower": "99", "upper": "99", "percent": "5"}, "upper", "A band has its lower bound below its upper bound."),
        ({"percent": "5"}, "upper", "Say where the band begins or where it ends."),
        ({"upper": "98"}, "percent", "Say what is credited, or empty the block."),
        ({"upper": "98", "percent": "101"}, "percent", "Ensure this value is less than or equal to 100."),
        ({"upper": "x", "percent": "1"}, "upper", "Enter a number."),
        ({"upper_is": "near", "upper": "98", "percent": "1"}, "upper_is", "Select a valid choice."),
    ],
)
def test_what_is_wrong_with_a_band_stands_in_its_row(
    wording: Wording, row: dict[str, str], field: str, said: str
) -> None:
    form = again(credited(wording), **{f"band-3-{name}": typed for name, typed in row.items()})

    assert errors(form) == {"credits_kind": ["Something is wrong with the bands of the table."]}
    with translation.override("en"):
        assert form.bands.forms[3].errors[field][0].startswith(said)
    assert form.bands.forms[3][field].value() == row.get(field)


def test_a_table_has_a_band_and_rows_without_numbers_are_none(wording: Wording) -> None:
    form = again(wording, credits_kind="bands", **{"band-0-lower_is": "exclusive"})

    assert errors(form) == {"credits_kind": ["Write at least one band of the table."]}


def test_a_band_of_one_number_includes_it(wording: Wording) -> None:
    form = again(
        wording,
        credits_kind="bands",
        **{"band-1-lower": "99", "band-1-upper": "99", "band-1-upper_is": "inclusive", "band-1-percent": "5"},
    )

    assert errors(form) == {}
    assert form.credits() == CreditWording(Bands((Band(Decimal(99), True, Decimal(99), True, Decimal(5)),)))


def test_rows_do_not_count_while_another_kind_is_chosen(wording: Wording) -> None:
    form = again(credited(wording), credits_kind="linear", **{"band-0-lower": "x"})

    assert errors(form) == {}
    assert form.credits() == CreditWording(Linear(cap=Decimal(50)))
