"""The escalation ladder as rows of a form."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from slas.forms.fields import Length, Written
from slas.forms.parties import active_people
from slas.models import Kind
from slas.queries.durations import write_duration
from slas.queries.wordings import AUDIENCE, PERSON, StepWording, Wording

EMPTY_ROWS = 3
_PERCENT = re.compile(r"([0-9]{1,4})\s*%?")
AUDIENCE_LABELS = (
    gettext_lazy("assignee"),
    gettext_lazy("whole team"),
    gettext_lazy("team lead"),
    gettext_lazy("manager"),
    gettext_lazy("manager's manager"),
    gettext_lazy("product owner"),
    gettext_lazy("service level manager"),
)


class Moment(Written):
    """When a step comes: 75% of the allowance, or +60m or -30m of support time from the deadline."""

    def read(self, text: str) -> tuple[int | None, timedelta | None]:
        """Percent or offset; one of the two is None."""
        if not text:
            return None, None
        # A bare number is percent: that is what people type, and minutes need a sign anyway.
        percent = _PERCENT.fullmatch(text)
        if percent is not None:
            return int(percent[1]), None
        if text[0] not in "+-−":
            raise ValidationError(_("Write when the step comes like 75%, +60m or -30m."))
        return None, Length(is_signed=True).read(text)


class StepForm(forms.Form):
    """One rung; a row without a moment does not count."""

    kind = forms.ChoiceField(label=gettext_lazy("Timer"), choices=Kind.choices)
    at = Moment(label=gettext_lazy("At"), max_length=20, required=False)
    audience = forms.MultipleChoiceField(
        label=gettext_lazy("Tells"),
        choices=list(zip(AUDIENCE, AUDIENCE_LABELS, strict=True)),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    person = forms.ModelChoiceField(
        label=gettext_lazy("and"),
        queryset=active_people(),
        required=False,
        to_field_name="username",
        empty_label=gettext_lazy("nobody else"),
    )
    repeat = Length(label=gettext_lazy("Again every"), required=False)
    max_repeats = forms.IntegerField(label=gettext_lazy("at most"), min_value=0, max_value=1000, required=False)

    def clean(self) -> dict[str, Any]:  # Any: as Django declares it
        """A step that comes must tell somebody."""
        cleaned = super().clean() or {}
        is_used = any(cleaned.get("at") or ())
        is_told = cleaned.get("audience") or cleaned.get("person") or "audience" in self.errors
        # Whoever was named wrongly hears that once, and not also that nobody was named.
        if is_used and not is_told:
            self.add_error("audience", _("Choose who is told."))
        if not is_used and "at" not in self.errors and (cleaned.get("audience") or cleaned.get("person")):
            self.add_error("at", _("Write when the step comes, or choose nobody to leave it out."))
        return cleaned

    def step(self) -> StepWording | None:
        """The rung, or nothing for an empty row."""
        said = self.cleaned_data
        percent, offset = said["at"]
        if percent is None and offset is None:
            return None
        person = said["person"]
        repeat = said["repeat"]
        return StepWording(
            kind=said["kind"],
            audience=(*said["audience"], *([f"{PERSON}{person.username}"] if person else [])),
            at_percent=percent,
            at_offset=offset,
            repeat=repeat,
            max_repeats=said["max_repeats"] or 0,
        )


# Only the stubs know that a form set is generic.
if TYPE_CHECKING:
    _Steps = forms.BaseFormSet[StepForm]
else:
    _Steps = forms.BaseFormSet


class LadderForm(_Steps):
    """All rungs from first to last, with empty rows to add more."""

    form = StepForm
    extra, min_num, max_num, absolute_max = EMPTY_ROWS, 0, 60, 120
    can_order = can_delete = can_delete_extra = validate_min = False
    validate_max = True
    edit_only = False
    renderer = forms.renderers.get_default_renderer()

    @classmethod
    def of(cls, entered: QueryDict | None, *, wording: Wording | None) -> Self:
        """The rows of a wording, or what was entered."""
        # What was entered is compared with nothing: a row equal to a stored one counts as well.
        steps = () if wording is None or entered is not None else wording.steps
        return cls(entered, initial=[_row(step) for step in steps], prefix="step")

    def steps(self) -> Iterator[StepWording]:
        """The rungs that were written, once valid."""
        for form in self.forms:
            step = form.step() if form.has_changed() else None
            if step is not None:
                yield step


def _row(step: StepWording) -> dict[str, object]:
    named = [role.removeprefix(PERSON) for role in step.audience if role.startswith(PERSON)]
    return {
        "kind": step.kind,
        "at": _moment(step),
        "audience": [role for role in step.audience if not role.startswith(PERSON)],
        "person": named[0] if named else None,
        "repeat": step.repeat,
        "max_repeats": step.max_repeats or None,
    }


def _moment(step: StepWording) -> str:
    if step.at_offset is None:
        return f"{step.at_percent}%"
    written = write_duration(step.at_offset)
    return written if written.startswith("-") else f"+{written}"
