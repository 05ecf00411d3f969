"""A refusal becomes a message on the page, and what was typed is still there."""

import pytest
from django import forms

from slas.errors import Refused
from slas.views.refusals import refusals, status_of


class ReasonForm(forms.Form):
    """One required field."""

    reason = forms.CharField()


def test_refusal_is_an_error_of_the_form_which_keeps_the_input() -> None:
    form = ReasonForm({"reason": "because"})

    assert form.is_valid()
    with refusals(form):
        raise Refused("The ticket is closed; reopen it first.")

    assert form.non_field_errors() == ["The ticket is closed; reopen it first."]
    assert form["reason"].value() == "because"
    assert status_of(form) == 409


def test_malformed_form_is_no_refusal() -> None:
    assert status_of(ReasonForm({"reason": ""})) == 400


@pytest.mark.parametrize("form", [ReasonForm(), ReasonForm({"reason": "because"}), forms.Form({})])
def test_form_without_errors_is_well(form: forms.Form) -> None:
    assert status_of(form) == 200


def test_other_errors_are_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError), refusals(forms.Form({})):
        _ = 1 / 0
