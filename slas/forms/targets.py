"""The targets of a wording: a block of fields per priority."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from slas.forms.fields import Exact, Length, Lines
from slas.models import Calendar, Kind, Priority
from slas.models.wordings import Binding
from slas.queries.wordings import DefinitionWording, TargetWording, Wording


@dataclass(frozen=True)
class TargetBlock:
    """The fields of one timer of one priority."""

    label: str
    fields: list[forms.BoundField]


@dataclass(frozen=True)
class PriorityBlock:
    """The fields of one priority."""

    priority: str
    definition: list[forms.BoundField]
    targets: list[TargetBlock]


class TargetFields(forms.Form):
    """Adds the fields of every priority and timer; a target exists where an allowance is written."""

    def __init__(self, entered: QueryDict | None, *, initial: dict[str, Any], wording: Wording | None) -> None:
        """Fields of the base class first, then `<priority>_means` and `<priority>_<timer>_…`."""
        # Usernames and calendar names instead of keys: a wording knows nothing of the database.
        super().__init__(entered, initial={**initial, **_stored(wording)})
        calendars = Calendar.objects.filter(revisions__isnull=False).distinct().order_by("name")
        for priority in Priority:
            self.fields |= _definition_fields(priority.value)
            for kind in Kind:
                self.fields |= _target_fields(f"{priority}_{kind}", calendars)

    def clean(self) -> dict[str, Any]:  # Any: as Django declares it
        """An allowance needs a calendar, and the other way round."""
        cleaned = super().clean() or {}
        for priority in Priority:
            means, *others = _definition_names(priority.value)
            if not cleaned.get(means) and any(cleaned.get(name) for name in others) and means not in self.errors:
                self.add_error(means, _("Say what the priority means, too."))
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
                definition=[self[name] for name in _definition_names(priority.value)],
                targets=[
                    TargetBlock(label=str(kind.label), fields=[self[name] for name in _names(f"{priority}_{kind}")])
                    for kind in Kind
                ],
            )

    def definitions(self) -> dict[str, DefinitionWording]:
        """What each priority means, where something was written."""
        said = {
            priority.value: DefinitionWording(*(self.cleaned_data[name] for name in _definition_names(priority.value)))
            for priority in Priority
        }
        return {priority: definition for priority, definition in said.items() if definition.means}

    def targets(self) -> Iterator[TargetWording]:
        """The targets with an allowance."""
        said = self.cleaned_data
        for priority in Priority:
            for kind in Kind:
                allowance, calendar, binding, attainment = (said[name] for name in _names(f"{priority}_{kind}"))
                # An empty allowance is how a person says that nothing is promised.
                if allowance:
                    yield TargetWording(priority.value, kind.value, allowance, calendar.name, binding, attainment)


def _definition_names(priority: str) -> list[str]:
    return [f"{priority}_{part}" for part in ("means", "examples", "set_by")]


def _definition_fields(priority: str) -> dict[str, forms.Field]:
    means, examples, set_by = _definition_names(priority)
    return {
        means: forms.CharField(label=_("Means"), max_length=500, required=False),
        examples: Lines(label=_("For example"), required=False, help_text=_("One per line.")),
        set_by: forms.CharField(label=_("May be set by"), max_length=200, required=False),
    }


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
        attainment: Exact(
            label=_("In … % of cases"), min_value=1, max_value=100, max_digits=5, decimal_places=2, required=False
        ),
    }


def _stored(wording: Wording | None) -> dict[str, object]:
    if wording is None:
        return {}
    stored: dict[str, object] = {}
    for priority, said in wording.definitions.items():
        stored |= dict(zip(_definition_names(priority), (said.means, said.examples, said.set_by), strict=True))
    for target in wording.targets:
        values = (target.allowance, target.calendar, target.binding, target.attainment)
        stored |= dict(zip(_names(f"{target.priority}_{target.kind}"), values, strict=True))
    return stored
