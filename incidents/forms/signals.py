"""Forms of signals and their sources."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.models import Reading, SignalSource
from incidents.models.signals import LEAST_SILENCE, MOST_SILENCE, Outcome, SourceKind
from incidents.signals import EFFECTS, NO_EFFECT
from slas.forms.fields import Length, Lines, Written
from slas.forms.filters import FilterForm
from slas.forms.offers import offer
from slas.forms.parties import PartyForm
from slas.models import Product

Row = TypeVar("Row", bound=Model)
UNPLACED = "unplaced"


class SignalFilter(FilterForm):
    """Signals by their source, what became of them, and whether somebody has to say which product they mean."""

    source = forms.ModelChoiceField(
        label=gettext_lazy("Source"),
        queryset=SignalSource.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label=gettext_lazy("all"),
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), choices=[("", gettext_lazy("all")), *Outcome.choices], required=False
    )
    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        choices=[("", gettext_lazy("all")), (UNPLACED, gettext_lazy("no product"))],
        required=False,
    )

    def __init__(self, asked: QueryDict, *, sources: QuerySet[SignalSource]) -> None:
        """Only sources that this person hears of."""
        super().__init__(asked)
        offer(self, "source", sources)

    def narrow(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Without a product is a signal of which a reading has none."""
        chosen = {name: self.cleaned_data[name] for name in ("source", "outcome") if self.cleaned_data[name]}
        if self.cleaned_data["show"]:
            told = Reading.signals.through.objects.filter(signal=OuterRef("pk"), reading__product__isnull=True)
            rows = rows.filter(Exists(told))
        return rows.filter(**chosen)


class AssignForm(forms.Form):
    """Which product a monitor meant by an alert that no rule knew."""

    reading = forms.ModelChoiceField(label=gettext_lazy("Alert"), queryset=Reading.objects.none(), empty_label=None)
    product = forms.ModelChoiceField(
        label=gettext_lazy("Product"),
        queryset=Product.objects.order_by("name", "pk"),
        empty_label=gettext_lazy("choose …"),
    )

    def __init__(self, entered: QueryDict | None = None, *, readings: QuerySet[Reading]) -> None:
        """Only alerts of one signal."""
        super().__init__(entered)
        offer(self, "reading", readings)


class Rules(Written):
    """Rules of a source, one per line: `alertname=TillDown: kasse`, with an effect after the product, or `none`."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: object) -> object:
        """Stored rules as lines; what was typed stays as it is."""
        return "\n".join(_line(rule) for rule in value) if isinstance(value, list | tuple) else value

    def read(self, text: str) -> list[dict[str, str]]:
        """The rules in their order; the product of each exists."""
        rules = [_rule(line) for line in Lines().read(text)]
        wanted = {rule["product"] for rule in rules if rule["product"]}
        strangers = sorted(wanted - set(Product.objects.filter(slug__in=wanted).values_list("slug", flat=True)))
        if strangers:
            raise ValidationError(_("There is no product “%(slug)s”.") % {"slug": strangers[0]})
        return rules


def _line(rule: Mapping[str, str]) -> str:
    return f"{rule['label']}={rule['value']}: {' '.join(filter(None, (rule['product'], rule['effect'])))}"


def _rule(line: str) -> dict[str, str]:
    # The last colon: a value may be an address with a port.
    condition, _colon, meant = line.rpartition(":")
    label, _equals, value = (part.strip() for part in condition.partition("="))
    words = meant.split()
    if not (label and value and words and len(words) <= 2):
        raise ValidationError(_("“%(line)s” is no rule; write it like alertname=TillDown: till.") % {"line": line})
    if words == [NO_EFFECT]:
        return {"label": label, "value": value, "product": "", "effect": NO_EFFECT}
    effect = words[1] if len(words) == 2 else ""
    if effect not in ("", *EFFECTS):
        raise ValidationError(_("“%(effect)s” is no effect; write full or degraded.") % {"effect": effect})
    return {"label": label, "value": value, "product": words[0], "effect": effect}


class SourceForm(PartyForm):
    """A source: whose language it speaks, which products it means, and how often it reports."""

    slug = forms.SlugField(
        label=gettext_lazy("Short name"), max_length=80, help_text=gettext_lazy("Used in addresses; it stays.")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of monitor"), choices=SourceKind.choices, help_text=gettext_lazy("It stays.")
    )
    default_product = forms.ModelChoiceField(
        label=gettext_lazy("Product"),
        queryset=Product.objects.order_by("name", "pk"),
        required=False,
        empty_label=gettext_lazy("no product"),
        help_text=gettext_lazy("Meant by every alert that no rule fits."),
    )
    rules = Rules(
        label=gettext_lazy("Rules"),
        required=False,
        max_length=20_000,
        help_text=gettext_lazy(
            "One per line, the first that fits counts: alertname=TillDown: till, or severity=warning: till degraded, "
            "or alertname=Watchdog: none for what is no outage."
        ),
    )
    expects_every = Length(
        label=gettext_lazy("Reports at least every"),
        required=False,
        help_text=gettext_lazy(
            "Such as 5m. When it is silent for longer, its products are without data. Empty: never."
        ),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("Active"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Nothing is taken in from a source that is not."),
    )

    def __init__(self, entered: QueryDict | None = None, *, row: SignalSource | None = None) -> None:
        """The kind is part of the address that stands in the monitor: it cannot be changed."""
        super().__init__(entered, row=row)
        if row is not None:
            del self.fields["kind"]

    def clean_expects_every(self) -> timedelta | None:
        """Between a minute and a month."""
        length: timedelta | None = self.cleaned_data["expects_every"]
        if length is not None and not LEAST_SILENCE <= length <= MOST_SILENCE:
            raise ValidationError(_("A source reports at least every 31 days, and at most every minute."))
        return length
