"""The form of a revision: everything an agreement says, on one page."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from slas.forms import availability, credits
from slas.forms.availability import AvailabilityFields
from slas.forms.credits import CreditFields
from slas.forms.fields import Length, Lines, MomentInput, Pairs
from slas.forms.ladders import LadderForm
from slas.forms.parties import active_people
from slas.forms.targets import TargetFields
from slas.models import Product, Relation
from slas.models.parties import LANGUAGES
from slas.queries.wordings import RHYTHMS, Wording
from slas.validators import validate_moment, validate_zone

RHYTHM_LABELS = (_("weekly"), _("monthly"), _("quarterly"), _("yearly"))


class WordingForm(CreditFields, AvailabilityFields, TargetFields):
    """One wording; product and short name are asked for a new agreement alone."""

    product = forms.ModelChoiceField(
        label=_("Product"), queryset=Product.objects.order_by("name", "pk"), empty_label=_("choose …")
    )
    slug = forms.SlugField(label=_("Short name"), max_length=80, help_text=_("Used in addresses and files; it stays."))
    title = forms.CharField(label=_("Title"), max_length=200)
    provider = forms.CharField(label=_("Provider"), max_length=200)
    customer = forms.CharField(label=_("Customer"), max_length=200)
    relation = forms.ChoiceField(label=_("Relation"), choices=Relation.choices)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        validators=[validate_zone],
        initial="Europe/Berlin",
        widget=forms.TextInput(attrs={"list": "zones"}),
        help_text=_("Months and figures are counted in it."),
    )
    in_force_from = forms.DateTimeField(
        label=_("In force from"),
        validators=[validate_moment],
        widget=MomentInput(),
        help_text=_("Both sides must have signed by then. In your own time zone."),
    )
    change_reason = forms.CharField(label=_("Reason of the change"), max_length=500, required=False)
    inside = Lines(label=_("Inside the promise"), required=False, help_text=_("One per line."))
    outside = Lines(label=_("Not promised"), required=False, help_text=_("One per line."))
    channels = Lines(label=_("Channels"), required=False, help_text=_("How to report, one per line."))
    contacts = Lines(label=_("Contacts"), required=False, help_text=_("Whom to call, one per line."))
    customer_duties = Lines(label=_("Customer duties"), required=False, help_text=_("One per line."))
    glossary = Pairs(label=_("Glossary"), required=False, help_text=_("One word per line, a colon, what it means."))
    reopen_within = Length(label=_("Reopening possible for"), initial="120h", help_text=_("Calendar time."))
    is_response_paused = forms.BooleanField(label=_("A pause stops the response"), required=False)
    is_update_paused = forms.BooleanField(label=_("A pause stops the update"), required=False, initial=True)
    is_resolution_paused = forms.BooleanField(label=_("A pause stops the resolution"), required=False, initial=True)
    review_rhythms = forms.MultipleChoiceField(
        label=_("Reviews"),
        choices=list(zip(RHYTHMS, RHYTHM_LABELS, strict=True)),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    review_every_weeks = forms.IntegerField(
        label=_("or every … weeks"), min_value=1, max_value=52, required=False, help_text=_("A rhythm of your own.")
    )
    participants = forms.ModelMultipleChoiceField(
        label=_("Taking part in reviews"), queryset=active_people(), required=False, to_field_name="username"
    )

    def __init__(
        self,
        entered: QueryDict | None = None,
        *,
        wording: Wording | None = None,
        in_force_from: datetime | None = None,
        product: Product | None = None,
    ) -> None:
        """Start from a wording, or from nothing for a new agreement."""
        stored: dict[str, Any] = {"in_force_from": in_force_from, "product": product}  # Any: each field has its type
        if wording is not None:
            stored |= {name: getattr(wording, name) for name in self.base_fields if hasattr(wording, name)}
        stored |= availability.stored(wording) | credits.stored(wording)
        super().__init__(entered, initial=stored, wording=wording)
        self.ladder = LadderForm.of(entered, wording=wording)
        if wording is not None:
            # Addresses and tickets hang on them, so they are asked once.
            del self.fields["product"], self.fields["slug"]

    def is_valid(self) -> bool:
        """Both the wording and its ladder."""
        # Both are checked always: a person wants to see every error at once.
        ladder_is_valid = self.ladder.is_valid()
        return super().is_valid() and ladder_is_valid

    def wording(self) -> Wording:
        """What was entered, once everything is valid; whether it can be promised the action says."""
        said = self.cleaned_data
        # A field that was left out of the form keeps the wording's own default.
        plain = {name: said[name] for name in WORDS if name in said}
        return Wording(
            **plain,
            definitions=self.definitions(),
            targets=tuple(self.targets()),
            steps=tuple(self.ladder.steps()),
            review_rhythms=tuple(said["review_rhythms"]),
            participants=tuple(person.username for person in said["participants"]),
            availability=self.availability(),
            credits=self.credits(),
        )

    def sections(self) -> Iterator[forms.BoundField]:
        """The lists of scope and contact, in the order people read them."""
        for name in ("inside", "outside", "customer_duties", "channels", "contacts", "glossary"):
            yield self[name]


WORDS = (
    "title",
    "provider",
    "customer",
    "relation",
    "language",
    "zone",
    "inside",
    "outside",
    "channels",
    "contacts",
    "customer_duties",
    "glossary",
    "reopen_within",
    "is_response_paused",
    "is_update_paused",
    "is_resolution_paused",
    "review_every_weeks",
)


class RetireForm(forms.Form):
    """When a revision ends."""

    at = forms.DateTimeField(
        label=_("Ends on"),
        required=False,
        validators=[validate_moment],
        widget=MomentInput(),
        help_text=_("Empty means now."),
    )
