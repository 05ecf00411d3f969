"""The availability promise of a wording: it exists where a share of the month is written."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from slas.forms.fields import Exact, Length
from slas.models import Calendar
from slas.models.availability import HALF, LEAST, WHOLE, Boundary, Treatment
from slas.queries.wordings import NO_TIME, AvailabilityWording, Wording

PREFIX = "availability_"
NOTHING = (None, "", False)


class AvailabilityFields(forms.Form):
    """The fields of the form, all of them `availability_…`."""

    availability_target = Exact(
        label=gettext_lazy("Available, in percent of each month"),
        required=False,
        min_value=LEAST,
        max_value=WHOLE,
        max_digits=7,
        decimal_places=4,
        help_text=gettext_lazy("Empty: nothing is promised about availability."),
    )
    availability_calendar = forms.ModelChoiceField(
        label=gettext_lazy("Agreed time"),
        queryset=Calendar.objects.filter(revisions__isnull=False).distinct().order_by("name"),
        required=False,
        to_field_name="name",
        empty_label=gettext_lazy("round the clock"),
    )
    availability_maintenance = forms.ChoiceField(
        label=gettext_lazy("Announced maintenance"),
        choices=Treatment.choices,
        initial=Treatment.EXCLUDE,
        required=False,
    )
    availability_notice = Length(
        label=gettext_lazy("Notice of at least"),
        required=False,
        initial="48h",
        help_text=gettext_lazy("Calendar time."),
    )
    availability_monthly_cap = Length(
        label=gettext_lazy("At most in a month"), required=False, help_text=gettext_lazy("Empty: without a limit.")
    )
    availability_ignore_up_to = Length(label=gettext_lazy("Ignore outages of up to"), required=False, initial="0s")
    availability_degraded_weight = Exact(
        label=gettext_lazy("Weight while it works only in part"),
        required=False,
        initial=HALF,
        min_value=0,
        max_value=1,
        max_digits=4,
        decimal_places=3,
        help_text=gettext_lazy("1 counts like a full outage, 0 not at all."),
    )
    availability_boundary = forms.ChoiceField(
        label=gettext_lazy("Exactly that much"), choices=Boundary.choices, initial=Boundary.KEPT, required=False
    )
    availability_is_in_whole_minutes = forms.BooleanField(
        label=gettext_lazy("Only whole minutes of an outage count"), required=False
    )

    def clean(self) -> dict[str, Any]:  # Any: as Django declares it
        """What only says how a share of the month is counted needs one."""
        cleaned = super().clean() or {}
        is_written = "availability_target" in self.errors or cleaned.get("availability_target") is not None
        entered = [name for name in self.changed_data if name.startswith(PREFIX)]
        # To take the promise back its share is enough; what stands beside it goes with it.
        if not is_written and any(cleaned.get(name) not in NOTHING for name in entered):
            self.add_error("availability_target", _("Say how much of the month is promised, too."))
        if cleaned.get("availability_target") == WHOLE and cleaned.get("availability_boundary") == Boundary.BROKEN:
            said = _("Nothing is more than 100 percent: exactly that much has to keep the promise.")
            self.add_error("availability_boundary", said)
        return cleaned

    def availability(self) -> AvailabilityWording | None:
        """What was entered, once everything is valid."""
        said = {name.removeprefix(PREFIX): self.cleaned_data[name] for name in AvailabilityFields.base_fields}
        if said["target"] is None:
            return None
        return AvailabilityWording(
            target=said["target"],
            calendar=said["calendar"].name if said["calendar"] else "",
            maintenance=said["maintenance"] or Treatment.EXCLUDE,
            notice=said["notice"] or NO_TIME,
            monthly_cap=said["monthly_cap"],
            ignore_up_to=said["ignore_up_to"] or NO_TIME,
            is_in_whole_minutes=said["is_in_whole_minutes"],
            boundary=said["boundary"] or Boundary.KEPT,
            degraded_weight=HALF if said["degraded_weight"] is None else said["degraded_weight"],
        )

    @property
    def availability_fields(self) -> list[forms.BoundField]:
        """The fields in the order people read them."""
        return [self[name] for name in AvailabilityFields.base_fields]


def stored(wording: Wording | None) -> dict[str, Any]:  # Any: each field has its own type
    """The initial values of a wording's promise; nothing without one."""
    said = wording.availability if wording else None
    if said is None:
        return {}
    return {f"{PREFIX}{name}": getattr(said, name) for name in said.__slots__}
