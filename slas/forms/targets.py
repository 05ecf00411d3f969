"""The targets of a wording: a block of fields per priority."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from slas.forms.fields import Length
from slas.models import Calendar, Kind, Priority
from slas.models.agreements import Binding
from slas.queries.wordings import TargetWording, Wording


@dataclass(frozen=True)
class TargetBlock:
    """The fields of one timer of one priority."""

    label: str
    fields: list[forms.BoundField]


@dataclass(frozen=True)
class PriorityBlock:
    """The fields of one priority."""

    priority: str
    means: forms.BoundField
    targets: list[TargetBlock]


class TargetFields(forms.Form):
    """Adds the fields of every priority and timer; a target exists where an allowance is written."""

    def __init__(self, entered: QueryDict | None, *, initial: dict[str, Any], wording: Wording | None) -> None:
        """Fields of the base class first, then `<priority>_means` and `<priority>_<timer>_…`."""
        # Usernames and calendar names instead of keys: a wording knows nothing of the database.
        super().__init__(entered, initial={**initial, **_stored(wording)})
        calendars = Calendar.objects.filter(revisions__isnull=False).distinct().order_by("name")
        for priority in Priority:
            self.fields[f"{priority}_means"] = forms.CharField(label=_("Means"), max_length=500, required=False)
            for kind in Kind:
                self.fields |= _target_fields(f"{priority}_{kind}", calendars)

    def clean(self) -> dict[str, Any]:  # Any: as Django declares it
        """An allowance needs a calendar, and the other way round."""
        cleaned = super().clean() or {}
        for priority in Priority:
            for kind in Kind:
                self._check(cleaned, f"{priority}_{kind}")
        return cleaned

    def _check(self, cleaned: dict[str, Any], name: str) -> None:
        allowance, calendar = cleaned.get(f"{name}_allowance"), cleaned.get(f"{name}_calendar")
        if allowance and not calendar and f"{name}_calendar" not in self.errors:
            self.add_error(f"{name}_calendar", _("Choose the calendar in which this time is counted."))
        if calendar and not allowance and f"{name}_allowance" not in self.errors:
            self.add_error(f"{name}_allowance", _("Write how long, or leave the calendar empty too."))

    def blocks(self) -> Iterator[PriorityBlock]:
        """The fields as a page shows them."""
        for priority in Priority:
            yield PriorityBlock(
                priority=priority.value,
                means=self[f"{priority}_means"],
                targets=[
                    TargetBlock(label=str(kind.label), fields=[self[name] for name in _names(f"{priority}_{kind}")])
                    for kind in Kind
                ],
            )

    def definitions(self) -> dict[str, str]:
        """What each priority means, where something was written."""
        said = {priority.value: self.cleaned_data[f"{priority}_means"] for priority in Priority}
        return {priority: means for priority, means in said.items() if means}

    def targets(self) -> Iterator[TargetWording]:
        """The targets with an allowance."""
        said = self.cleaned_data
        for priority in Priority:
            for kind in Kind:
                allowance, calendar, binding, attainment = (said[name] for name in _names(f"{priority}_{kind}"))
                # An empty allowance is how a person says that nothing is promised.
                if allowance:
                    yield TargetWording(priority.value, kind.value, allowance, calendar.name, binding, attainment)


def _names(name: str) -> list[str]:
    return [f"{name}_{part}" for part in ("allowance", "calendar", "binding", "attainment")]


def _target_fields(name: str, calendars: QuerySet[Calendar]) -> dict[str, forms.Field]:
    allowance, calendar, binding, attainment = _names(name)
    return {
        allowance: Length(label=_("Allowance"), required=False),
        calendar: forms.ModelChoiceField(
            label=_("Calendar"), queryset=calendars, required=False, empty_label="–", to_field_name="name"
        ),
        binding: forms.ChoiceField(label=_("Kind"), choices=Binding.choices),
        attainment: forms.DecimalField(
            label=_("In … % of cases"), min_value=1, max_value=100, max_digits=5, decimal_places=2, required=False
        ),
    }


def _stored(wording: Wording | None) -> dict[str, object]:
    if wording is None:
        return {}
    stored: dict[str, object] = {f"{priority}_means": means for priority, means in wording.definitions.items()}
    for target in wording.targets:
        values = (target.allowance, target.calendar, target.binding, target.attainment)
        stored |= dict(zip(_names(f"{target.priority}_{target.kind}"), values, strict=True))
    return stored
