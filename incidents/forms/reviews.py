"""Forms of reviews: which are listed, and what is written down when one is held."""

from datetime import date
from typing import TypeVar

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incidents.actions.reviews import TakenOn
from incidents.models.reviews import Decision, Rhythm
from slas.forms.filters import FilterForm
from slas.forms.profile import DayInput
from slas.models import User

Row = TypeVar("Row", bound=Model)
ROWS = 2  # empty rows for actions to begin with; a button adds more
MOST_ROWS = 50
STATES = [("", _("open and held")), ("overdue", _("overdue")), ("due", _("due")), ("held", _("held"))]


class ReviewFilter(FilterForm):
    """Reviews by state and rhythm."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    rhythm = forms.ChoiceField(label=_("Rhythm"), choices=[("", _("all")), *Rhythm.choices], required=False)

    def __init__(self, asked: QueryDict, *, today: date) -> None:
        """What is overdue depends on the reader's day."""
        super().__init__(asked)
        self.today = today

    def narrow(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Overdue and due are both not held; the day between them is today."""
        states = {
            "overdue": Q(held_at__isnull=True, due_on__lt=self.today),
            "due": Q(held_at__isnull=True, due_on__gte=self.today),
            "held": Q(held_at__isnull=False),
        }
        rhythm = self.cleaned_data["rhythm"]
        rows = rows.filter(rhythm=rhythm) if rhythm else rows
        return rows.filter(states.get(self.cleaned_data["state"], Q()))


class HoldForm(forms.Form):
    """What was seen and decided."""

    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What was said, so that somebody who was not there understands it."),
    )
    decision = forms.ChoiceField(
        label=_("What happens with the agreement?"), choices=Decision.choices, widget=forms.RadioSelect
    )


class ActionForm(forms.Form):
    """One action: what, who, by when; an untouched row is no action."""

    # Required once anything stands in the row; Django lets a row that nobody touched pass.
    title = forms.CharField(label=_("Action"), max_length=300)
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.filter(is_active=True).order_by("name", "pk"), empty_label=_("choose")
    )
    due_on = forms.DateField(label=_("Due"), widget=DayInput())

    def typed(self) -> dict[str, str]:
        """What stands in the row, right or wrong."""
        return {name: str(self[name].data or "") for name in self.fields}


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]  # generic for mypy only, not when it runs
    """Rows of actions; what stands in them at first may be cleared again like any other row."""

    def initial_form_count(self) -> int:
        """None is there to stay."""
        return 0


ActionFormSet = forms.formset_factory(ActionForm, formset=Rows, extra=ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class Protocol:
    """The form of a review with its rows of actions, taken as one."""

    def __init__(self, entered: QueryDict | None = None) -> None:
        """Empty, or as it was entered."""
        self.form = HoldForm(entered)
        self.actions = ActionFormSet(entered, prefix="actions")

    @classmethod
    def longer(cls, entered: QueryDict) -> "Protocol":
        """What was typed so far, unjudged, with room for more actions below it."""
        # Unbound on purpose: asking for room is no attempt to finish, so nothing is marked as wrong yet.
        protocol = cls()
        protocol.form = HoldForm(initial=entered.dict())
        rows = [row.typed() for row in ActionFormSet(entered, prefix="actions")]
        protocol.actions = ActionFormSet(initial=rows, prefix="actions")
        protocol.actions.extra = min(len(rows) + ROWS, MOST_ROWS)
        return protocol

    @property
    def is_valid(self) -> bool:
        """Whether everything can be taken as it is; both parts are checked, so that all mistakes are shown at once."""
        return all([self.form.is_valid(), self.actions.is_valid()])

    def taken_on(self) -> list[TakenOn]:
        """The actions, once they are valid."""
        return [TakenOn(**row.cleaned_data) for row in self.actions if row.cleaned_data]
