"""The form of a revision: a wording shown and sent back is the same wording; each field says what is wrong with it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict
from django.utils import timezone, translation

from slas.actions import agreements
from slas.credits import ChronicBreach, ClaimWindow, StartedUnits
from slas.forms.agreements import WORDS, RetireForm, WordingForm
from slas.forms.availability import AvailabilityFields
from slas.forms.targets import TargetFields
from slas.models import Product
from slas.queries.wordings import (
    AvailabilityWording,
    CreditWording,
    DefinitionWording,
    StepWording,
    TargetWording,
    Wording,
    normal,
    wording_of,
)
from tests.factories import House, ProductFactory

START = datetime(2099, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHOICE = "Select a valid choice. That choice is not one of the available choices."


def sent_back(form: WordingForm, **changes: object) -> QueryDict:
    """What a browser sends when somebody presses the button without touching anything, with changes."""
    entered = QueryDict(mutable=True)
    tables = {"step": form.ladder, "band": form.bands}
    rows = [
        (f"{prefix}-{number}-{name}", row[name])
        for prefix, table in tables.items()
        for number, row in enumerate(table)
        for name in row.fields
    ]
    for name, bound in [*((name, form[name]) for name in form.fields), *rows]:
        value = bound.value()
        if value is None and isinstance(bound.field.widget, forms.Select) and bound.field.required:
            # A list to choose from always sends something: its first entry.
            value = next(key for key, _label in bound.field.choices)  # type: ignore[attr-defined]  # a choice field
        if value is None or value is False:
            continue
        if isinstance(value, list | tuple):
            entered.setlist(name, [str(one) for one in value])
        elif value is True:
            entered[name] = "on"
        elif isinstance(value, datetime):
            entered[name] = f"{value:%Y-%m-%dT%H:%M}"  # already local and without its zone
        else:
            entered[name] = str(value)
    for prefix, table in tables.items():
        entered[f"{prefix}-TOTAL_FORMS"] = str(len(table.forms))
        entered[f"{prefix}-INITIAL_FORMS"] = "0"
    for name, changed in changes.items():
        entered.setlist(name, [str(one) for one in changed] if isinstance(changed, list) else [str(changed)])
    return entered


def again(wording: Wording, **changes: object) -> WordingForm:
    """The form of a wording, sent back with changes."""
    shown = WordingForm(None, wording=wording, in_force_from=START)
    return WordingForm(sent_back(shown, **changes), wording=wording, in_force_from=START)


def errors(form: WordingForm) -> dict[str, list[str]]:
    """What stands beside which field."""
    with translation.override("en"):
        form.is_valid()
        return {name: list(said) for name, said in form.errors.items()}


@pytest.fixture
def full(house: House) -> Wording:
    """A wording that uses everything there is."""
    return normal(
        Wording(
            title="Betrieb „Kasse“ <b>",
            provider="IT",
            customer="Vertrieb & Co.",
            relation="external",
            language="en",
            zone="Asia/Kolkata",
            targets=(
                TargetWording("P1", "response", HOUR, "Büro Hamburg", "commitment", Decimal("99.95")),
                TargetWording("P1", "update", 2 * HOUR, "Rund um die Uhr", "objective"),
                TargetWording("P4", "resolution", timedelta(seconds=1), "Büro Hamburg", "objective", Decimal(1)),
            ),
            definitions={
                "P1": DefinitionWording("steht", ("Alles aus", "Keiner da"), "Leitstand"),
                "P2": DefinitionWording("hinkt"),
            },
            steps=(
                StepWording("response", ("assignee", "person:doris"), at_percent=75),
                StepWording("update", ("team",), at_offset=-HOUR, repeat=HOUR, max_repeats=4),
            ),
            inside=("Kassen", "Zahlung"),
            outside=("Hardware",),
            channels=("Portal",),
            contacts=("Leitstand: 4711",),
            customer_duties=("Melden",),
            glossary={"Reaktion": "die erste: öffentliche Antwort"},
            reopen_within=timedelta(hours=1, minutes=30, seconds=5),
            is_response_paused=True,
            is_update_paused=False,
            is_resolution_paused=False,
            review_rhythms=("weekly", "yearly"),
            review_every_weeks=6,
            participants=("holger", "mira"),
            availability=AvailabilityWording(
                target=Decimal("99.95"),
                calendar="Büro Hamburg",
                maintenance="count_as_up",
                notice=48 * HOUR,
                monthly_cap=8 * HOUR,
                ignore_up_to=timedelta(minutes=3),
                is_in_whole_minutes=True,
                boundary="broken",
                degraded_weight=Decimal("0.25"),
            ),
            credits=CreditWording(
                StartedUnits(timedelta(minutes=30), 30, "all", "incident", cap=Decimal("12.5")),
                monthly_fee=Decimal("1234.50"),
                currency="CHF",
                claim=ClaimWindow(30, "arbeitstage"),
                chronic=ChronicBreach(in_a_row=3, of_twelve=4, floor=Decimal(95)),
                holidays="DE-HH",
            ),
        )
    )


def test_a_wording_that_uses_everything_survives_the_form(full: Wording) -> None:
    form = again(full)

    assert errors(form) == {}
    assert normal(form.wording()) == full


def test_numbers_are_shown_as_people_write_them(house: House, full: Wording) -> None:
    draft = agreements.draft(house.agreement, wording=full, in_force_from=START, by=house.vera, now=datetime.now(UTC))

    form = WordingForm(None, wording=wording_of(draft), in_force_from=START)

    shown = [
        form[name].value()
        for name in ("availability_target", "availability_degraded_weight", "P4_resolution_attainment")
    ]
    assert shown == ["99.95", "0.25", "1"]


def test_the_wording_in_force_survives_the_form(house: House) -> None:
    wording = wording_of(house.revision)
    form = again(wording)

    assert errors(form) == {}
    assert normal(form.wording()) == wording
    assert form.cleaned_data["in_force_from"] == START


def test_what_the_form_says_can_be_written_and_read(house: House, full: Wording) -> None:
    form = again(full)
    assert form.is_valid()

    draft = agreements.draft(
        house.agreement, wording=form.wording(), in_force_from=START, by=house.vera, now=datetime.now(UTC)
    )

    assert wording_of(draft) == full


def test_the_promise_is_taken_back_with_its_share(full: Wording) -> None:
    form = again(full, availability_target="", credits_kind="")

    assert errors(form) == {}
    assert form.wording().availability is None


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("calendar", "Rund um die Uhr"),
        ("monthly_cap", "0s"),
        ("notice", "72h"),
        ("ignore_up_to", "5m"),
        ("boundary", "kept"),
        ("maintenance", "count_as_down"),
        ("degraded_weight", "0.1"),
    ],
)
def test_what_is_said_about_a_promise_needs_its_share(full: Wording, name: str, typed: str) -> None:
    form = again(full, availability_target="", **{f"availability_{name}": typed})

    assert errors(form) == {"availability_target": ["Say how much of the month is promised, too."]}


@pytest.mark.parametrize(("typed", "kept"), [("0e99999999999", "0.000"), ("1e-1", "0.100"), ("1", "1.000")])
def test_numbers_have_the_places_of_their_column(full: Wording, typed: str, kept: str) -> None:
    form = again(full, availability_degraded_weight=typed)

    assert errors(form) == {}
    assert str(form.cleaned_data["availability_degraded_weight"]) == kept


def test_all_of_the_month_cannot_be_broken_by_keeping_it(full: Wording) -> None:
    form = again(full, availability_target="100", availability_boundary="broken")

    assert errors(form) == {
        "availability_boundary": ["Nothing is more than 100 percent: exactly that much has to keep the promise."]
    }


def test_of_the_promise_only_the_share_has_to_be_written(full: Wording) -> None:
    names = [name for name in AvailabilityFields.base_fields if name != "availability_target"]
    entered = sent_back(WordingForm(None, wording=full, in_force_from=START), availability_target="99.5")
    for name in names:
        entered.pop(name, None)
    form = WordingForm(entered, wording=full, in_force_from=START)

    assert errors(form) == {}
    assert form.wording().availability == AvailabilityWording(Decimal("99.5"))


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("availability_target", "0", "Ensure this value is greater than or equal to 0.0001."),
        ("availability_target", "100.0001", "Ensure this value is less than or equal to 100."),
        ("availability_target", "99.99999", "Ensure that there are no more than 4 decimal places."),
        ("availability_target", "NaN", "Enter a number."),
        ("availability_target", "9_9", "Enter a number."),
        ("availability_notice", "999999h59m60s", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        ("in_force_from", "0001-01-01T00:00", "The time must lie between the years 1970 and 2200."),
        ("in_force_from", "9999-12-15T00:00", "The time must lie between the years 1970 and 2200."),
        (
            "availability_calendar",
            "Nirgends",
            "Select a valid choice. That choice is not one of the available choices.",
        ),
        ("availability_maintenance", "x", "Select a valid choice. x is not one of the available choices."),
        ("availability_notice", "two days", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        ("availability_monthly_cap", "-1h", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        ("availability_degraded_weight", "1.1", "Ensure this value is less than or equal to 1."),
        ("title", "", "This field is required."),
        ("title", "x" * 201, "Ensure this value has at most 200 characters (it has 201)."),
        ("provider", " ", "This field is required."),
        ("customer", "", "This field is required."),
        ("relation", "friends", "Select a valid choice. friends is not one of the available choices."),
        ("language", "fr", "Select a valid choice. fr is not one of the available choices."),
        ("zone", "Mars/Base", "“Mars/Base” is no time zone, such as Europe/Berlin."),
        ("zone", "../etc/passwd", "“../etc/passwd” is no time zone, such as Europe/Berlin."),
        ("in_force_from", "", "This field is required."),
        ("in_force_from", "soon", "Enter a valid date/time."),
        ("change_reason", "x" * 501, "Ensure this value has at most 500 characters (it has 501)."),
        ("glossary", "no colon", "“no colon” needs a word, a colon and what it means."),
        ("reopen_within", "five days", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        ("reopen_within", "", "This field is required."),
        ("review_rhythms", "hourly", "Select a valid choice. hourly is not one of the available choices."),
        ("review_every_weeks", "0", "Ensure this value is greater than or equal to 1."),
        ("review_every_weeks", "53", "Ensure this value is less than or equal to 52."),
        ("review_every_weeks", "two", "Enter a whole number."),
        ("participants", "ghost", "Select a valid choice. ghost is not one of the available choices."),
        ("P1_means", "x" * 501, "Ensure this value has at most 500 characters (it has 501)."),
        ("P1_response_allowance", "1d", "Write a length of time like 90s, 30m, 1h or 1h30m."),
        ("P1_response_calendar", "", "Choose the calendar in which this time is counted."),
        (
            "P1_response_calendar",
            "Mond",
            "Select a valid choice. That choice is not one of the available choices.",
        ),
        ("P1_response_allowance", "", "Write how long, or leave the calendar empty too."),
        ("P1_response_allowance", "0h", "Write how long, or leave the calendar empty too."),
        ("P1_response_binding", "hope", "Select a valid choice. hope is not one of the available choices."),
        ("P1_response_attainment", "0", "Ensure this value is greater than or equal to 1."),
        ("P1_response_attainment", "100.01", "Ensure this value is less than or equal to 100."),
        ("P1_response_attainment", "99.999", "Ensure that there are no more than 2 decimal places."),
        ("P1_response_attainment", "Infinity", "Enter a number."),
    ],
)
def test_one_wrong_field_is_one_sentence_beside_it(house: House, field: str, typed: str, said: str) -> None:
    assert errors(again(wording_of(house.revision), **{field: typed})) == {field: [said]}


def test_a_calendar_alone_is_no_target(house: House) -> None:
    found = errors(again(wording_of(house.revision), P3_update_calendar="Büro Hamburg"))

    assert found == {"P3_update_allowance": ["Write how long, or leave the calendar empty too."]}


def test_a_wrong_step_makes_the_whole_form_invalid(house: House) -> None:
    form = again(wording_of(house.revision), **{"step-0-at": "half"})

    assert not form.is_valid()
    assert errors(form) == {}
    assert list(form.ladder.forms[0].errors) == ["at"]


def test_both_halves_are_checked_at_once_so_that_nobody_is_told_twice(house: House) -> None:
    form = again(wording_of(house.revision), **{"step-0-at": "half", "title": ""})

    assert not form.is_valid()
    assert (list(form.errors), list(form.ladder.forms[0].errors)) == (["title"], ["at"])


def test_a_new_agreement_asks_for_product_and_short_name_and_a_revision_does_not(house: House) -> None:
    new, next_one = WordingForm(), WordingForm(wording=wording_of(house.revision))

    assert {"product", "slug"} <= set(new.fields)
    assert not {"product", "slug"} & set(next_one.fields)
    assert new["zone"].value() == "Europe/Berlin"
    assert new["reopen_within"].value() == "120h"


@pytest.mark.parametrize("slug", ["", "with space", "ümlaut", "a/b", "x" * 81])
def test_a_short_name_must_fit_into_an_address(house: House, slug: str) -> None:
    form = WordingForm(sent_back(WordingForm(), slug=slug))

    assert "slug" in errors(form)


def test_the_product_asked_for_is_chosen(house: House) -> None:
    product = ProductFactory(name="Ablage")

    form = WordingForm(None, product=product)

    assert form["product"].value() == product.pk
    assert [one.name for one in form.fields["product"].queryset] == ["Ablage", "Kasse"]  # type: ignore[attr-defined]  # a choice field
    assert Product.objects.count() == 2


def test_every_word_of_a_wording_is_a_field(house: House) -> None:
    wording = wording_of(house.revision)

    assert [name for name in WORDS if not hasattr(wording, name)] == []
    assert set(WORDS) <= set(WordingForm.base_fields)
    assert [bound.name for bound in WordingForm(wording=wording).sections()] == [
        "inside",
        "outside",
        "customer_duties",
        "channels",
        "contacts",
        "glossary",
    ]


def test_a_target_that_is_left_empty_is_left_out(house: House) -> None:
    wording = wording_of(house.revision)
    gone = {"P1_update_allowance": "", "P1_update_calendar": "", "P3_means": ""}

    form = again(wording, **gone)

    assert errors(form) == {}
    said = form.wording()
    assert normal(said) == normal(
        replace(
            wording,
            targets=tuple(one for one in wording.targets if (one.priority, one.kind) != ("P1", "update")),
            definitions={key: means for key, means in wording.definitions.items() if key != "P3"},
        )
    )


@pytest.mark.parametrize("entered", [{"P4_examples": "A wish"}, {"P4_set_by": "Anybody"}])
def test_examples_need_what_they_are_examples_of(house: House, entered: dict[str, str]) -> None:
    form = again(wording_of(house.revision), **entered)

    assert errors(form) == {"P4_means": ["Say what the priority means, too."]}


def test_the_page_shows_a_block_for_each_priority_and_timer(house: House) -> None:
    form = TargetFields(None, initial={}, wording=wording_of(house.revision))

    with translation.override("en"):
        blocks = [(block.priority, [target.label for target in block.targets]) for block in form.blocks()]

    assert blocks == [(priority, ["response", "update", "resolution"]) for priority in ("P1", "P2", "P3", "P4")]
    first = next(form.blocks())
    assert [(bound.name, bound.value()) for bound in first.definition] == [
        ("P1_means", "Sales stand still"),
        ("P1_examples", "No till takes money\nBookings get lost"),
        ("P1_set_by", "Branch leads"),
    ]
    assert [bound.name for bound in first.targets[0].fields] == [
        "P1_response_allowance",
        "P1_response_calendar",
        "P1_response_binding",
        "P1_response_attainment",
    ]


def test_a_calendar_without_hours_is_not_offered(house: House) -> None:
    house.office.__class__.objects.create(name="Leer")
    field = TargetFields(None, initial={}, wording=None).fields["P1_response_calendar"]

    assert [one.name for one in field.queryset] == ["Büro Hamburg", "Rund um die Uhr"]  # type: ignore[attr-defined]  # as above


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("", None),
        ("2099-12-31T23:00", datetime(2099, 12, 31, 22, tzinfo=UTC)),
        ("2099-06-30T23:00", datetime(2099, 6, 30, 21, tzinfo=UTC)),
    ],
)
def test_a_revision_ends_at_a_moment_in_the_zone_of_the_person_or_now(typed: str, at: datetime | None) -> None:
    with timezone.override("Europe/Berlin"):
        form = RetireForm({"at": typed})

        assert form.is_valid()
        assert form.cleaned_data["at"] == at


@pytest.mark.parametrize("typed", ["2026-03-29T02:30", "2026-10-25T02:30"])
def test_a_time_that_a_clock_change_makes_unclear_is_asked_for_again(typed: str) -> None:
    with timezone.override("Europe/Berlin"), translation.override("en"):
        form = RetireForm({"at": typed})

        assert "couldn’t be interpreted in time zone Europe/Berlin" in form.errors["at"][0]
