"""Broken promises: which are listed, and why one broke."""

from typing import TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incidents.forms.escalations import TicketsOf
from incidents.models import Breach
from slas.models import Team
from slas.queries.parties import teams

Row = TypeVar("Row", bound=Model)
LONGEST = 1000


class BreachFilter(TicketsOf):
    """Broken promises, all or those that nobody has explained."""

    show = forms.ChoiceField(
        label=_("Show"),
        choices=[("", _("all")), ("unexplained", _("not explained yet")), ("explained", _("explained"))],
        required=False,
    )

    def narrow(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Explained is what has a moment of explanation."""
        show = self.cleaned_data["show"]
        rows = super().narrow(rows)
        return rows.filter(explained_at__isnull=show == "unexplained") if show else rows


class ExplanationForm(forms.Form):
    """Why it happened, whose work it was, and what follows."""

    cause = forms.CharField(
        label=_("Cause"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What it came from, so that it is recognised when it comes again."),
    )
    responsible_team = forms.ModelChoiceField(
        label=_("Responsible team"), queryset=Team.objects.none(), empty_label=_("choose …")
    )
    corrective_action = forms.CharField(
        label=_("Corrective action"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is done so that it does not happen again."),
    )

    def __init__(self, entered: QueryDict | None = None, *, breach: Breach) -> None:
        """Begin with what is known; at first the team that holds the ticket."""
        known = {
            "cause": breach.cause,
            "responsible_team": breach.responsible_team_id or breach.ticket.team_id,
            "corrective_action": breach.corrective_action,
        }
        super().__init__(entered, initial=known)
        field = self.fields["responsible_team"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = teams()
