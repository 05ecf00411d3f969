"""Forms for people, teams and products; what they collect goes to the actions as it stands."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from slas.forms.profile import DayInput
from slas.models import Role, Team, User
from slas.models.parties import LANGUAGES, Visibility
from slas.validators import validate_zone

Label = Any  # Any: lazy text has a type only in the stubs


def active_people() -> QuerySet[User]:
    """Everybody who can be named, by name."""
    return User.objects.filter(is_active=True).order_by("name", "pk")


def _person(label: Label, *, required: bool = False, help_text: Label = "") -> "forms.ModelChoiceField[User]":
    return forms.ModelChoiceField(
        label=label,
        queryset=active_people(),
        required=required,
        empty_label=_("choose …") if required else _("nobody"),
        help_text=help_text,
    )


def _people(label: Label, *, help_text: Label = "") -> "forms.ModelMultipleChoiceField[User]":
    return forms.ModelMultipleChoiceField(
        label=label, queryset=active_people(), required=False, help_text=help_text, widget=forms.SelectMultiple
    )


class PartyForm(forms.Form):
    """A form that starts from a stored row, and offers the row's key only while there is none."""

    key_field = "slug"

    def __init__(self, entered: QueryDict | None = None, *, row: Model | None = None) -> None:
        """Fill in what is stored."""
        super().__init__(entered, initial={} if row is None else dict(self.stored(row)))
        if row is not None:
            del self.fields[self.key_field]

    def stored(self, row: Model) -> Mapping[str, object]:
        """The row's values by the names of the fields."""
        # Fields bear the names of the row, so nothing is listed twice.
        return {name: self._value(row, name) for name in self.base_fields if hasattr(row, name)}

    @staticmethod
    def _value(row: Model, name: str) -> object:
        value = getattr(row, name)
        # A field of several people starts from their keys.
        return [related.pk for related in value.all()] if hasattr(value, "all") else value


class PersonForm(PartyForm):
    """A person, their place in the reporting line, and when they are away."""

    key_field = "username"

    username = forms.CharField(
        label=_("Username"), max_length=150, validators=[validate_slug], help_text=_("To sign in with; it stays.")
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    zone = forms.CharField(label=_("Time zone"), max_length=64, validators=[validate_zone], initial="Europe/Berlin")
    manager = _person(_("Manager"), help_text=_("Escalations climb this line."))
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What a person may do everywhere. Most people need none."),
    )
    deputy = _person(_("Deputy"), help_text=_("Gets the escalations while this person is away."))
    absent_from_on = forms.DateField(label=_("Away from"), required=False, widget=DayInput())
    absent_to_on = forms.DateField(label=_("First day back"), required=False, widget=DayInput())
    is_active = forms.BooleanField(
        label=_("May sign in"), required=False, initial=True, help_text=_("People who left stay in the record.")
    )

    def clean(self) -> dict[str, Any]:  # Any: as Django declares it
        """An absence begins before it ends."""
        cleaned = super().clean() or {}
        since: date | None = cleaned.get("absent_from_on")
        until: date | None = cleaned.get("absent_to_on")
        if until and since is None and "absent_from_on" not in self.errors:
            self.add_error("absent_from_on", _("Say from which day the person is away, too."))
        if since and until and until <= since:
            self.add_error("absent_to_on", _("The first day back comes after the first day away."))
        return cleaned


class TeamForm(PartyForm):
    """A team, its lead and its members."""

    slug = forms.SlugField(label=_("Short name"), max_length=80, help_text=_("Used in addresses and files; it stays."))
    name = forms.CharField(label=_("Name"), max_length=200)
    lead = _person(_("Lead"), required=True)
    members = _people(_("Members"))


class ProductForm(PartyForm):
    """A product: who provides it, who answers for it, who may see it."""

    slug = forms.SlugField(label=_("Short name"), max_length=80, help_text=_("Used in addresses and files; it stays."))
    name = forms.CharField(label=_("Name"), max_length=200)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.order_by("name", "pk"), empty_label=_("choose …")
    )
    owner = _person(_("Product owner"), required=True)
    deputies = _people(_("Deputies of the owner"))
    stakeholders = _people(_("Stakeholders"))
    tier = forms.IntegerField(
        label=_("Tier"), min_value=1, max_value=4, initial=3, help_text=_("1 is the most important, 4 the least.")
    )
    visible_to = forms.ChoiceField(label=_("Visible to"), choices=Visibility.choices)
    public_promise = forms.CharField(
        label=_("What we tell customers"),
        max_length=500,
        required=False,
        help_text=_("Stands beside the agreement, so that a difference is seen."),
    )


class FallbackForm(forms.Form):
    """Who is told when nobody else can be, in this order."""

    first = _person(_("First"), required=True)
    second = _person(_("Second"))
    third = _person(_("Third"))

    def __init__(self, entered: QueryDict | None = None, *, people: list[User]) -> None:
        """Start from the order that counts now."""
        # Three places on the page; a file may name more, and those stay as long as nobody saves here.
        super().__init__(entered, initial=dict(zip(self.base_fields, people, strict=False)))

    def order(self) -> list[User]:
        """The people chosen, once the form is valid."""
        return [person for person in self.cleaned_data.values() if person is not None]
