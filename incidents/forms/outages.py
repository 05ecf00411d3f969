"""Forms of outages and of times without data."""

import re
from typing import Any, TypeVar

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.actions.outages import Facts
from incidents.models import Ticket
from incidents.models.outages import Effect, Responsibility, Standing
from slas.forms.fields import Exact, Moment, MomentInput, Written
from slas.forms.filters import FilterForm
from slas.forms.offers import offer
from slas.models import Product

Row = TypeVar("Row", bound=Model)
GOING_ON = "going_on"
NUMBER = re.compile(r"T-\d{1,15}", re.IGNORECASE)


class ProductFilter(FilterForm):
    """Rows of one product that the reader sees."""

    product = forms.ModelChoiceField(
        label=gettext_lazy("Product"),
        queryset=Product.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label=gettext_lazy("every product"),
    )

    def __init__(self, asked: QueryDict, *, products: QuerySet[Product]) -> None:
        """Offer only the products this person sees."""
        super().__init__(asked)
        offer(self, "product", products)


class OutageFilter(ProductFilter):
    """Outages by product and state."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("all")), (GOING_ON, gettext_lazy("still going on")), *Standing.choices],
        required=False,
    )

    def narrow(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """What still goes on was not dismissed and has no end."""
        product, state = self.cleaned_data["product"], self.cleaned_data["state"]
        if product:
            rows = rows.filter(products=product)
        if state == GOING_ON:
            return rows.filter(ended_at__isnull=True).exclude(standing=Standing.DISMISSED)
        return rows.filter(standing=state) if state else rows


class TicketNumbers(Written):
    """Tickets by their numbers, however they are parted; only those that the person sees."""

    def __init__(self, *, tickets: QuerySet[Ticket], **kwargs: object) -> None:
        """Remember which may be named."""
        self.tickets = tickets
        super().__init__(**kwargs)  # type: ignore[arg-type]  # handed on as they came

    def prepare_value(self, value: object) -> object:
        """Tickets as their numbers."""
        return ", ".join(ticket.number for ticket in value) if isinstance(value, tuple) else value

    def has_changed(self, initial: object, data: object) -> bool:
        """Compared as it is written."""
        return str(self.prepare_value(initial) or "") != str(data or "").strip()

    def read(self, text: str) -> tuple[Ticket, ...]:
        """The tickets in the order of their numbers; ValidationError for one that is not there."""
        words = [word for word in re.split(r"[\s,;]+", text) if word]
        numbers = {word.upper() for word in words if NUMBER.fullmatch(word)}
        found = {row.number: row for row in self.tickets.filter(number__in=numbers)}
        # In the order in which they were typed, so that the first wrong one is named.
        for word in words:
            if word.upper() not in found:
                raise forms.ValidationError(_("There is no ticket “%(number)s”.") % {"number": word})
        return tuple(found[number] for number in sorted(found, key=lambda number: found[number].pk))


class SpanForm(forms.Form):
    """From when to when, to the second; without an end it still goes on."""

    started_at = Moment(label=gettext_lazy("Since"), widget=MomentInput(has_seconds=True))
    ended_at = Moment(
        label=gettext_lazy("Until"),
        required=False,
        widget=MomentInput(has_seconds=True),
        help_text=gettext_lazy("Empty while it still goes on."),
    )

    def clean(self) -> dict[str, Any]:
        """An end after its start."""
        said: dict[str, Any] = super().clean() or {}
        started, ended = said.get("started_at"), said.get("ended_at")
        if started and ended and ended <= started:
            self.add_error("ended_at", _("The end has to lie after the start."))
        return said


class OutageForm(SpanForm):
    """What was down, from when to when, how much of it, and whose doing it was."""

    title = forms.CharField(label=gettext_lazy("What was down"), max_length=300)
    products = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Products"),
        queryset=Product.objects.none(),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
    )
    effect = forms.ChoiceField(
        label=gettext_lazy("Effect"), choices=Effect.choices, widget=forms.RadioSelect, initial=Effect.FULL
    )
    weight = Exact(
        label=gettext_lazy("Weight"),
        required=False,
        max_digits=4,
        decimal_places=3,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text=gettext_lazy("Of what works in part, from 0 to 1. Empty: as the agreement says."),
    )
    responsibility = forms.ChoiceField(
        label=gettext_lazy("Whose doing"),
        choices=Responsibility.choices,
        widget=forms.RadioSelect,
        initial=Responsibility.PROVIDER,
        help_text=gettext_lazy("Only what the provider answers for counts against the promise."),
    )
    cause = forms.CharField(
        label=gettext_lazy("Cause"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = forms.CharField(
        label=gettext_lazy("Evidence"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What shows it: addresses, log lines, who saw it."),
    )
    tickets = TicketNumbers(
        label=gettext_lazy("Tickets"),
        tickets=Ticket.objects.none(),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Their numbers, such as T-1042."),
    )

    def __init__(
        self,
        entered: QueryDict | None = None,
        *,
        products: QuerySet[Product],
        tickets: QuerySet[Ticket],
        known: Facts | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        """Offer what this person keeps the record of; begin with what is known."""
        self.known = known
        if known is not None:
            initial = {name: getattr(known, name) for name in self.base_fields if hasattr(known, name)}
            initial["products"] = [product.slug for product in known.products]
        super().__init__(entered, initial=initial)
        offer(self, "products", products)
        field = self.fields["tickets"]
        assert isinstance(field, TicketNumbers)
        field.tickets = tickets

    def clean(self) -> dict[str, Any]:
        """A weight only for what works in part."""
        said = super().clean()
        if said.get("weight") is not None and said.get("effect") == Effect.FULL:
            self.add_error("weight", _("What is down altogether has no weight of its own."))
        return said

    def facts(self) -> Facts:
        """What was entered, once it is valid; a moment that nobody touched keeps its fractions of a second."""
        said = {**self.cleaned_data, "products": tuple(self.cleaned_data["products"].order_by("slug"))}
        # Of a correction: it belongs to the event, not to the facts.
        said.pop("reason", None)
        for name in ("started_at", "ended_at"):
            if self.known is not None and name not in self.changed_data:
                said[name] = getattr(self.known, name)
        return Facts(**said)


class CorrectionForm(OutageForm):
    """The same, and why it is changed."""

    reason = forms.CharField(
        label=gettext_lazy("Reason of the change"), max_length=1000, help_text=gettext_lazy("Kept with the outage.")
    )


class EndForm(forms.Form):
    """Since when it works again."""

    at = Moment(
        label=gettext_lazy("Works again since"),
        required=False,
        widget=MomentInput(has_seconds=True),
        help_text=gettext_lazy("Empty means now."),
    )


class DismissForm(forms.Form):
    """Why it was no outage."""

    reason = forms.CharField(label=gettext_lazy("Why it was no outage"), max_length=1000)


class GapForm(SpanForm):
    """A time about which nobody knows."""

    field_order = ("product",)

    product = forms.ModelChoiceField(
        label=gettext_lazy("Product"),
        queryset=Product.objects.none(),
        to_field_name="slug",
        empty_label=gettext_lazy("choose …"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why nothing is known"),
        max_length=1000,
        help_text=gettext_lazy("Such as: the monitor itself was down."),
    )

    def __init__(
        self, entered: QueryDict | None = None, *, products: QuerySet[Product], initial: dict[str, Any] | None = None
    ) -> None:
        """Offer what this person keeps the record of."""
        super().__init__(entered, initial=initial)
        offer(self, "product", products)
