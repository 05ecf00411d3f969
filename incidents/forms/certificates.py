"""Certificates and credits: which are listed, which month is drawn up, and why one is corrected or declined."""

from datetime import date
from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incidents.models.certificates import CreditState
from incidents.queries import certificates
from slas.forms.fields import Written
from slas.forms.filters import FilterForm
from slas.forms.offers import offer
from slas.models import Agreement, Product
from slas.queries.months import read_month

Row = TypeVar("Row", bound=Model)
BOTH = Q(provider_signed_at__isnull=False, customer_signed_at__isnull=False)
STATES = [
    ("", _("all")),
    ("unsigned", _("not signed by both sides yet")),
    ("signed", _("signed by both sides")),
    ("broken", _("broken")),
    ("kept", _("kept")),
]


class MonthInput(forms.DateInput):
    """The browser's own choice of a month; where it has none, a text such as 2026-11."""

    # Both write a month as the address does, whatever the language of the page.
    input_type = "month"


class MonthField(Written):
    """A month by its name, as its first day."""

    widget = MonthInput

    def read(self, text: str) -> date | None:
        """The first day; ValidationError for what is no month."""
        if not text:
            return None
        first = read_month(text)
        if first is None:
            raise ValidationError(_("Write a month such as 2026-11, between the years 1970 and 2200."))
        return first


class MonthsFilter(FilterForm):
    """Rows of agreements by product and month."""

    product = forms.ModelChoiceField(
        label=_("Product"),
        queryset=Product.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label=_("every product"),
    )
    month = MonthField(label=_("Month"), required=False)

    def __init__(self, asked: QueryDict, *, products: QuerySet[Product]) -> None:
        """Offer only the products this person sees."""
        super().__init__(asked)
        offer(self, "product", products)

    def narrow(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """By the product of the agreement, and the month."""
        wanted = {"agreement__product": self.cleaned_data["product"], "month": self.cleaned_data["month"]}
        return rows.filter(**{name: value for name, value in wanted.items() if value})


class CertificateFilter(MonthsFilter):
    """Certificates, also by what became of the month and of the signatures."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)

    def narrow(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """What was corrected is signed no more."""
        # A certificate that was corrected waits for nobody's signature any more.
        states = {
            # What was corrected is never signed any more; it would stay in this list for ever.
            "unsigned": ~BOTH & certificates.is_newest(),
            "signed": BOTH,
            "broken": Q(figures__kept=False),
            "kept": Q(figures__kept=True),
        }
        return super().narrow(rows).filter(states.get(self.cleaned_data["state"], Q()))


class CreditFilter(MonthsFilter):
    """Credits, also by their state."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("all")), *CreditState.choices], required=False)

    def narrow(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """By equality."""
        state = self.cleaned_data["state"]
        rows = super().narrow(rows)
        return rows.filter(state=state) if state else rows


class CorrectionForm(forms.Form):
    """Why a month is certified once more."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What is known now that was not known then."),
    )


class DecliningForm(forms.Form):
    """Why a credit is not granted."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class NewCertificateForm(forms.Form):
    """Which month of which agreement is drawn up."""

    agreement = forms.ModelChoiceField(
        label=_("Agreement"), queryset=Agreement.objects.none(), to_field_name="slug", empty_label=_("choose …")
    )
    month = MonthField(label=_("Month"), help_text=_("A month that is over, such as 2026-11."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        help_text=_("Needed when the month was certified already and more is known now."),
    )

    def __init__(self, entered: QueryDict | None, *, agreements: QuerySet[Agreement], **initial: str) -> None:
        """Offer only the agreements this person sees."""
        super().__init__(entered, initial=initial)
        offer(self, "agreement", agreements)
