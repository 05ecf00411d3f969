"""Reporting something: two plain questions find the priority."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from slas.models import Priority, Product

STANDSTILL, LIMITED, SMALL = "standstill", "limited", "small"
EFFECTS = (
    (STANDSTILL, _("Work stands still, or data are in danger")),
    (LIMITED, _("Something important works only in part")),
    (SMALL, _("It annoys, or it is a question")),
)
WAYS = (("no", _("No")), ("yes", _("Yes")))


class TicketForm(forms.Form):
    """What is wrong with which product, and how much it hurts."""

    product = forms.ModelChoiceField(
        label=_("Product"), queryset=Product.objects.none(), to_field_name="slug", empty_label=_("choose …")
    )
    effect = forms.ChoiceField(label=_("What does it do to your work?"), choices=EFFECTS, widget=forms.RadioSelect)
    workaround = forms.ChoiceField(
        label=_("Is there a way around it?"), choices=WAYS, widget=forms.RadioSelect, initial="no"
    )
    title = forms.CharField(label=_("In one line"), max_length=300)
    description = forms.CharField(
        label=_("What happened"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Since when, where, and what you have tried."),
    )

    def __init__(
        self, entered: QueryDict | None = None, *, products: QuerySet[Product], initial: dict[str, Any] | None = None
    ) -> None:
        """Offer only the products this person sees."""
        super().__init__(entered, initial=initial)
        field = self.fields["product"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = products

    @property
    def priority(self) -> str:
        """The priority that the two answers amount to, once both are given."""
        return priority_of(self.cleaned_data["effect"], has_workaround=self.cleaned_data["workaround"] == "yes")


class PromiseForm(TicketForm):
    """The same questions while somebody is still writing: a title is not asked for yet."""

    def __init__(self, entered: QueryDict, *, products: QuerySet[Product]) -> None:
        """Only what decides the deadline."""
        super().__init__(entered, products=products)
        # The promise is shown before anything else is written.
        del self.fields["title"], self.fields["description"]


def priority_of(effect: str, *, has_workaround: bool) -> str:
    """Standstill without a way around is P1; with one, or limited without one, P2; everything else P3."""
    # Two questions a reporter can answer; nobody can answer “which priority?”.
    if effect == STANDSTILL:
        return Priority.P2 if has_workaround else Priority.P1
    if effect == LIMITED and not has_workaround:
        return Priority.P2
    return Priority.P3


def offered(priority: str, known: list[str]) -> str:
    """The priority itself where the agreement knows it, else the next more urgent one, else the most urgent."""
    if priority in known or not known:
        return priority
    return max((one for one in known if one < priority), default=min(known))
