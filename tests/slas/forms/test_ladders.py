"""The ladder as rows of a form: what a row means, when it does not count, and that a wording survives it."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import translation

from slas.forms.ladders import AUDIENCE_LABELS, EMPTY_ROWS, LadderForm, Moment, StepForm
from slas.queries.wordings import AUDIENCE, StepWording, Wording, wording_of
from tests.factories import House

MINUTE = timedelta(minutes=1)
Row = dict[str, object]


def row(**changes: object) -> Row:
    """One row as a browser sends it."""
    return {"kind": "response", "at": "75%", "audience": ["assignee"], **changes}


def sent(*rows: Row, total: int | None = None) -> QueryDict:
    """A whole ladder as a browser sends it."""
    entered = QueryDict(mutable=True)
    entered["step-TOTAL_FORMS"] = str(len(rows) if total is None else total)
    entered["step-INITIAL_FORMS"] = "0"
    for number, one in enumerate(rows):
        for name, value in one.items():
            entered.setlist(f"step-{number}-{name}", value if isinstance(value, list) else [str(value)])
    return entered


def ladder(*rows: Row, wording: Wording | None = None) -> LadderForm:
    """The ladder that was entered."""
    return LadderForm.of(sent(*rows), wording=wording)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", (None, None)),
        ("50%", (50, None)),
        ("75", (75, None)),
        ("100 %", (100, None)),
        ("+60m", (None, 60 * MINUTE)),
        ("-30m", (None, -30 * MINUTE)),
        ("−1h30m", (None, -90 * MINUTE)),
        ("+1h 30m", (None, 90 * MINUTE)),
    ],
)
def test_a_moment_is_a_percentage_or_minutes_from_the_deadline(typed: str, meant: object) -> None:
    assert Moment(required=False).clean(typed) == meant


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({}, StepWording("response", ("assignee",), at_percent=75)),
        ({"kind": "update", "at": "+1h"}, StepWording("update", ("assignee",), at_offset=60 * MINUTE)),
        (
            {"audience": ["manager", "team"], "person": "doris"},
            StepWording("response", ("manager", "team", "person:doris"), at_percent=75),
        ),
        ({"audience": [], "person": "jana"}, StepWording("response", ("person:jana",), at_percent=75)),
        (
            {"repeat": "2h", "max_repeats": "5"},
            StepWording("response", ("assignee",), at_percent=75, repeat=120 * MINUTE, max_repeats=5),
        ),
        ({"repeat": "2h"}, StepWording("response", ("assignee",), at_percent=75, repeat=120 * MINUTE)),
        ({"max_repeats": "5"}, StepWording("response", ("assignee",), at_percent=75, max_repeats=5)),
    ],
)
def test_a_row_means_a_step(house: House, changes: Row, step: StepWording) -> None:
    form = ladder(row(**changes))

    assert form.is_valid()
    assert list(form.steps()) == [step]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"at": "half"}, {"at": ["Write when the step comes like 75%, +60m or -30m."]}),
        ({"at": "60m"}, {"at": ["Write when the step comes like 75%, +60m or -30m."]}),
        ({"at": "+1d"}, {"at": ["Write a length of time like 90s, 30m, 1h or 1h30m."]}),
        ({"at": "12345%"}, {"at": ["Write when the step comes like 75%, +60m or -30m."]}),
        ({"audience": []}, {"audience": ["Choose who is told."]}),
        ({"at": ""}, {"at": ["Write when the step comes, or choose nobody to leave it out."]}),
        (
            {"audience": ["emperor"]},
            {"audience": ["Select a valid choice. emperor is not one of the available choices."]},
        ),
        ({"kind": "forever"}, {"kind": ["Select a valid choice. forever is not one of the available choices."]}),
        (
            {"person": "nobody"},
            {"person": ["Select a valid choice. That choice is not one of the available choices."]},
        ),
        ({"repeat": "often"}, {"repeat": ["Write a length of time like 90s, 30m, 1h or 1h30m."]}),
        (
            {"max_repeats": "1001"},
            {"max_repeats": ["Ensure this value is less than or equal to 1000."]},
        ),
        ({"max_repeats": "-1"}, {"max_repeats": ["Ensure this value is greater than or equal to 0."]}),
    ],
)
def test_what_is_wrong_stands_in_its_row_beside_its_field(
    house: House, changes: Row, errors: dict[str, list[str]]
) -> None:
    with translation.override("en"):
        form = ladder(row(), row(**changes))

        assert not form.is_valid()
        assert [dict(one.errors) for one in form.forms] == [{}, errors]


def test_rows_that_say_nothing_do_not_count_and_the_others_keep_their_order(house: House) -> None:
    nothing = {"kind": "response", "at": "", "audience": []}
    form = ladder(nothing, row(at="90%"), nothing, row(kind="update", at="10%"))

    assert form.is_valid()
    assert [(step.kind, step.at_percent) for step in form.steps()] == [("response", 90), ("update", 10)]


def test_a_ladder_without_rows_is_empty(house: House) -> None:
    form = ladder()

    assert form.is_valid()
    assert list(form.steps()) == []


@pytest.mark.parametrize("total", [61, 119, 5000])
def test_a_ladder_that_never_ends_is_refused(house: House, total: int) -> None:
    form = LadderForm.of(sent(row(), total=total), wording=None)

    assert not form.is_valid()
    assert len(form.forms) <= 120


@pytest.mark.parametrize("management", ["", "x", "1.5"])
def test_a_form_without_its_count_is_refused_and_not_an_error(house: House, management: str) -> None:
    entered = sent(row())
    entered["step-TOTAL_FORMS"] = management

    assert not LadderForm.of(entered, wording=None).is_valid()


def test_a_wording_shows_its_steps_and_a_few_empty_rows(house: House) -> None:
    wording = wording_of(house.revision)

    form = LadderForm.of(None, wording=wording)

    assert len(form.forms) == len(wording.steps) + EMPTY_ROWS
    shown = [(one["kind"].value(), one["at"].value(), one["audience"].value()) for one in form.forms][:6]
    assert shown == [
        ("response", "50%", ["assignee"]),
        ("response", "75%", ["assignee", "team_lead"]),
        ("response", "100%", ["manager", "product_owner"]),
        ("resolution", "75%", ["assignee", "team_lead"]),
        ("resolution", "100%", ["manager", "product_owner"]),
        ("resolution", "+1h", ["managers_manager"]),
    ]
    assert [one["max_repeats"].value() for one in form.forms][:4] == [None, None, 5, None]


@pytest.mark.parametrize(
    "step",
    [
        StepWording("response", ("assignee",), at_percent=50),
        StepWording("update", ("team", "person:jana"), at_offset=-30 * MINUTE),
        StepWording("resolution", ("person:doris",), at_offset=90 * MINUTE, repeat=60 * MINUTE, max_repeats=3),
        StepWording("resolution", AUDIENCE, at_percent=1000, repeat=MINUTE, max_repeats=1000),
    ],
)
def test_a_step_survives_being_shown_and_sent_back(house: House, step: StepWording) -> None:
    wording = Wording(title="x", provider="x", customer="x", targets=(), steps=(step,))
    shown = LadderForm.of(None, wording=wording).forms[0]
    sent_back = {
        name: [str(one) for one in value] if isinstance(value, list) else value
        for name in shown.fields
        if (value := shown[name].value()) is not None
    }

    form = ladder(sent_back, wording=wording)

    assert form.is_valid(), form.errors
    assert list(form.steps()) == [step]


def test_a_row_equal_to_the_stored_one_counts_as_well(house: House) -> None:
    wording = wording_of(house.revision)

    form = ladder(row(at="50%"), wording=wording)

    assert form.is_valid()
    assert list(form.steps()) == [wording.steps[0]]


def test_only_people_with_an_account_can_be_named(house: House) -> None:
    house.jana.is_active = False
    house.jana.save()
    names = [str(label) for _key, label in StepForm().fields["person"].choices]  # type: ignore[attr-defined]  # a choice field

    assert "Jana Petersen" not in names
    assert "Timo Kern" in names


def test_every_role_of_a_ladder_has_its_label() -> None:
    with translation.override("de"):
        labels = [str(label) for label in AUDIENCE_LABELS]

    assert len(set(labels)) == len(AUDIENCE)
    assert all(labels)
