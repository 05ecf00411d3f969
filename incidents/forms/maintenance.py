"""Forms of planned work: which windows are listed, and what is written down about one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents import maintenance
from incidents.maintenance import State
from incidents.models import Maintenance
from incidents.queries.maintenance import in_state
from slas.clock import Span, in_utc
from slas.forms.calendars import DAY_LABELS
from slas.forms.fields import Hours, Moment
from slas.forms.filters import FilterForm
from slas.forms.offers import offer
from slas.forms.profile import DayInput
from slas.models import Product
from slas.queries.weeks import WEEKDAYS
from slas.validators import validate_zone

Row = TypeVar("Row", bound=Model)
AHEAD, RUNNING, OVER, CANCELLED, ALL = "", "running", "past", "cancelled", "all"
SHOWN = [
    (AHEAD, _("to come and running")),
    (RUNNING, _("running")),
    (OVER, _("past")),
    (CANCELLED, _("cancelled")),
    (ALL, _("all")),
]
STATES = {
    AHEAD: (State.PLANNED, State.ANNOUNCED, State.RUNNING),
    RUNNING: (State.RUNNING,),
    OVER: (State.ENDED,),
    CANCELLED: (State.CANCELLED,),
    ALL: tuple(State),
}


class MaintenanceFilter(FilterForm):
    """Windows by state and product, at first those to come."""

    show = forms.ChoiceField(label=_("Show"), choices=SHOWN, required=False)
    product = forms.ModelChoiceField(
        label=_("Product"),
        queryset=Product.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label=_("every product"),
    )

    def __init__(self, asked: QueryDict, *, products: QuerySet[Product], now: datetime) -> None:
        """Offer only the products this person sees; what is past depends on the clock."""
        super().__init__(asked)
        offer(self, "product", products)
        self.now = now

    def narrow(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """The state follows from moments; of what is past the latest comes first."""
        show, product = self.cleaned_data["show"], self.cleaned_data["product"]
        wanted = Q()
        for state in STATES[show]:
            wanted |= in_state(state, self.now)
        # Equality on one product, so that a window of several stands in the list once.
        rows = rows.filter(wanted, **({"products": product} if product else {}))
        return rows if show in (AHEAD, RUNNING) else rows.order_by("-planned_from", "-pk")


class Reasoned(forms.Form):
    """Why; everybody who sees the window reads it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who sees one of the products reads it."),
    )


class Work(Reasoned):
    """What is done to which products."""

    products = forms.ModelMultipleChoiceField(
        label=_("Products"),
        queryset=Product.objects.none(),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
    )
    title = forms.CharField(label=_("In one line"), max_length=200)

    def __init__(
        self, entered: QueryDict | None = None, *, products: QuerySet[Product], initial: Mapping[str, Any] | None = None
    ) -> None:
        """Offer only the products whose record this person keeps."""
        super().__init__(entered, initial=dict(initial or {}))
        offer(self, "products", products)


class WindowForm(Work):
    """A window of planned work."""

    planned_from = Moment(label=_("From"), help_text=_("In your own time zone."))
    planned_to = Moment(label=_("Until"))
    field_order = ("products", "title", "reason", "planned_from", "planned_to")

    def clean(self) -> dict[str, Any]:
        """A window ends after it begins."""
        return _in_order(self, super().clean() or {}, "planned_from", "planned_to")

    def window(self) -> Span:
        """The window, once the form is valid."""
        return maintenance.window(self.cleaned_data["planned_from"], self.cleaned_data["planned_to"])


class SeriesForm(Work):
    """Windows that come again every week."""

    zone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        validators=[validate_zone],
        widget=forms.TextInput(attrs={"list": "zones"}),
    )
    starts_on = forms.DateField(label=_("From"), widget=DayInput())
    ends_on = forms.DateField(
        label=_("No longer from"), required=False, widget=DayInput(), help_text=_("Empty means for the time being.")
    )
    field_order = ("products", "title", "reason")

    def __init__(
        self, entered: QueryDict | None = None, *, products: QuerySet[Product], initial: Mapping[str, Any] | None = None
    ) -> None:
        """Seven fields make the week."""
        super().__init__(entered, products=products, initial=initial)
        for day, label in zip(WEEKDAYS, DAY_LABELS, strict=True):
            self.fields[day] = Hours(label=label, required=False)

    @property
    def week(self) -> list[forms.BoundField]:
        """The seven fields of the week."""
        return [self[day] for day in WEEKDAYS]

    def said(self) -> dict[str, Any]:  # Any: each fact has its own type
        """Everything but the products, as the action takes it, once the form is valid."""
        said = {name: self.cleaned_data[name] for name in ("title", "reason", "zone", "starts_on", "ends_on")}
        return said | {"week": {day: list(self.cleaned_data[day]) for day in WEEKDAYS if self.cleaned_data[day]}}


class Change(Reasoned):
    """A change of one window, with its reason."""

    def __init__(self, entered: QueryDict | None = None, *, row: Maintenance) -> None:
        """Begin with what is stored, to the minute, as far as the form asks for it."""
        self.row = row
        # Each form asks for the columns it changes, by their own names.
        moments = {name: getattr(row, name) for name in self.base_fields if name != "reason"}
        super().__init__(entered, initial={name: _to_the_minute(at) for name, at in moments.items()})

    def said(self) -> dict[str, Any]:  # Any: each fact has its own type
        """What the action takes, once the form is valid."""
        return {"reason": self.cleaned_data["reason"]}

    def _moment(self, name: str) -> datetime | None:
        entered: datetime | None = self.cleaned_data[name]
        stored: datetime | None = getattr(self.row, name)
        # The page shows no seconds: a moment that nobody touched must not lose them, nor its notice with them.
        return stored if entered == _to_the_minute(stored) else entered


class MoveForm(Change):
    """Another window."""

    planned_from = Moment(label=_("From"), help_text=_("In your own time zone."))
    planned_to = Moment(label=_("Until"))
    field_order = ("planned_from", "planned_to", "reason")

    def clean(self) -> dict[str, Any]:
        """A window ends after it begins."""
        return _in_order(self, super().clean() or {}, "planned_from", "planned_to")

    def window(self) -> Span:
        """The new window, once the form is valid."""
        start, end = self._moment("planned_from"), self._moment("planned_to")
        assert start is not None
        assert end is not None
        return maintenance.window(start, end)

    def said(self) -> dict[str, Any]:
        """The window and the reason."""
        return {**super().said(), "window": self.window()}


class CorrectForm(Change):
    """The times at which the work was really done."""

    used_from = Moment(label=_("Begun"), required=False, help_text=_("In your own time zone."))
    used_to = Moment(label=_("Ended"), required=False, help_text=_("Leave both empty if the work was not done."))
    field_order = ("used_from", "used_to", "reason")

    def clean(self) -> dict[str, Any]:
        """Both times or none."""
        cleaned = super().clean() or {}
        # The error stands beside the field that is empty, not beside the one that is filled.
        for name, other in (("used_from", "used_to"), ("used_to", "used_from")):
            if cleaned.get(other) and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Give both times, or leave both empty."))
        return _in_order(self, cleaned, "used_from", "used_to")

    def said(self) -> dict[str, Any]:
        """The times and the reason; no times mean that the work was not done."""
        start, end = self._moment("used_from"), self._moment("used_to")
        return {**super().said(), "used": maintenance.window(start, end) if start and end else None}


# By the names of the API, so that pages and API say the same.
CHANGES: dict[str, type[Change]] = {"move": MoveForm, "cancel": Change, "correct": CorrectForm}


def _in_order(form: forms.Form, cleaned: dict[str, Any], first: str, last: str) -> dict[str, Any]:
    """What was entered, with an error beside the end where it does not come after the beginning."""
    start, end = cleaned.get(first), cleaned.get(last)
    # In UTC: on the night the clocks go back the wall alone would mislead.
    if start and end and in_utc(end) <= in_utc(start):
        form.add_error(last, _("The end comes after the beginning."))
    return cleaned


def _to_the_minute(at: datetime | None) -> datetime | None:
    return timezone.localtime(at).replace(second=0, microsecond=0) if at else None
