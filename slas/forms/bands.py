"""A table of credits as rows of a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from slas.credits import Band, Bands
from slas.forms.fields import Exact
from slas.models.credits import NOTHING, WHOLE

INCLUSIVE, EXCLUSIVE = "inclusive", "exclusive"
EMPTY_ROWS, MOST_ROWS = 3, 60
NUMBERS = ("lower", "upper", "percent")
PERCENT: dict[str, Any] = {  # Any: arguments of a field
    "required": False, "min_value": NOTHING, "max_value": WHOLE, "max_digits": 7, "decimal_places": 4,
}  # fmt: skip


class BandForm(forms.Form):
    """One band; a row without a number does not count."""

    lower_is = forms.ChoiceField(
        label=gettext_lazy("Availability"),
        choices=[(INCLUSIVE, gettext_lazy("at least")), (EXCLUSIVE, gettext_lazy("above"))],
        initial=INCLUSIVE,
    )
    lower = Exact(label=gettext_lazy("Lower bound"), **PERCENT)
    upper_is = forms.ChoiceField(
        label=gettext_lazy("and"),
        choices=[(EXCLUSIVE, gettext_lazy("below")), (INCLUSIVE, gettext_lazy("at most"))],
        initial=EXCLUSIVE,
    )
    upper = Exact(label=gettext_lazy("Upper bound"), **PERCENT)
    percent = Exact(label=gettext_lazy("Credit in percent"), **PERCENT)

    def clean(self) -> dict[str, Any]:  # Any: as Django declares it
        """A band has a credit and a bound at least, and holds something."""
        cleaned = super().clean() or {}
        if self.errors or not self.is_written:
            return cleaned
        if cleaned["percent"] is None:
            self.add_error("percent", _("Say what is credited, or empty the block."))
        elif cleaned["lower"] is None and cleaned["upper"] is None:
            self.add_error("upper", _("Say where the band begins or where it ends."))
        else:
            self._check_order()
        return cleaned

    @property
    def is_written(self) -> bool:
        """True once a number stands in the checked row."""
        return any(self.cleaned_data.get(name) is not None for name in NUMBERS)

    def _check_order(self) -> None:
        try:
            self.band()
        except ValueError:
            self.add_error("upper", _("A band has its lower bound below its upper bound."))

    def band(self) -> Band:
        """What was entered, once the row is valid."""
        said = self.cleaned_data
        return Band(
            lower=said["lower"],
            lower_inclusive=said["lower"] is not None and said["lower_is"] == INCLUSIVE,
            upper=said["upper"],
            upper_inclusive=said["upper"] is not None and said["upper_is"] == INCLUSIVE,
            percent=said["percent"],
        )


BandRows = forms.formset_factory(BandForm, extra=EMPTY_ROWS, max_num=MOST_ROWS, validate_max=True)


def rows_of(rule: Bands) -> list[dict[str, object]]:
    """The initial values of a stored table."""
    return [
        {
            "lower_is": INCLUSIVE if band.lower_inclusive or band.lower is None else EXCLUSIVE,
            "lower": band.lower,
            "upper_is": INCLUSIVE if band.upper_inclusive else EXCLUSIVE,
            "upper": band.upper,
            "percent": band.percent,
        }
        for band in rule.bands
    ]
