"""The form of one's own profile."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from slas.actions.profile import Profile
from slas.models import User
from slas.models.parties import LANGUAGES, PlainNotice
from slas.validators import validate_zone


class DayInput(forms.DateInput):
    """The browser's own calendar; it speaks ISO whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        """Always ISO: anything else the browser would not show."""
        super().__init__(format="%Y-%m-%d")


def zones() -> list[str]:
    """The zones people live in, by name; the old aliases are left out."""
    return sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))


class ProfileForm(forms.Form):
    """Language, zone, absence and deputy, and the plain notices somebody wants."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, help_text=_("Of the pages and of your mail."))
    # A text field with proposals: nobody wants to scroll through four hundred zones.
    zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        validators=[validate_zone],
        widget=forms.TextInput(attrs={"list": "zones"}),
        help_text=_("All times are shown in it, such as Europe/Berlin."),
    )
    absent_from_on = forms.DateField(label=_("Away from"), required=False, widget=DayInput())
    absent_to_on = forms.DateField(
        label=_("First day back"), required=False, widget=DayInput(), help_text=_("Leave it empty if you do not know.")
    )
    deputy = forms.ModelChoiceField(
        label=_("Deputy"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("nobody"),
        help_text=_("Gets your escalations while you are away."),
    )
    # Stored are the muted ones; asking what one wants reads better than asking what one does not.
    notices = forms.MultipleChoiceField(
        label=_("Write to me about"),
        choices=PlainNotice.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Escalations always reach you; they cannot be switched off."),
    )

    def __init__(self, entered: QueryDict | None = None, *, person: User) -> None:
        """Start from what is stored for this person."""
        stored = {
            "language": person.language,
            "zone": person.zone,
            "absent_from_on": person.absent_from_on,
            "absent_to_on": person.absent_to_on,
            "deputy": person.deputy_id,
            "notices": [kind for kind in PlainNotice.values if kind not in person.muted_notices],
        }
        super().__init__(entered, initial=stored)
        # Nobody stands in for themselves; the database would refuse it, the list does not offer it.
        deputies = User.objects.filter(is_active=True).exclude(pk=person.pk).order_by("name", "pk")
        field = self.fields["deputy"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = deputies

    def clean(self) -> dict[str, Any]:  # Any: as Django declares it
        """An absence begins before it ends."""
        cleaned = super().clean() or {}
        since: date | None = cleaned.get("absent_from_on")
        until: date | None = cleaned.get("absent_to_on")
        if until is not None and since is None and "absent_from_on" not in self.errors:
            self.add_error("absent_from_on", _("Say from which day you are away, too."))
        if since is not None and until is not None and until <= since:
            self.add_error("absent_to_on", _("The first day back comes after the first day away."))
        return cleaned

    def profile(self) -> Profile:
        """What was entered, once it is valid."""
        cleaned = self.cleaned_data
        return Profile(
            language=cleaned["language"],
            zone=cleaned["zone"],
            deputy=cleaned["deputy"],
            absent_from_on=cleaned["absent_from_on"],
            absent_to_on=cleaned["absent_to_on"],
            muted_notices=tuple(kind for kind in PlainNotice.values if kind not in cleaned["notices"]),
        )
