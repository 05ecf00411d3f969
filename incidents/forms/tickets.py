"""Forms of what can be done with a ticket; the names of the fields are those of the actions."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incidents.models import PauseReason, RejectReason, Ticket
from slas.models import Priority, Team, User
from slas.queries.parties import teams

LONGEST = 20_000


class Plain(forms.Form):
    """A step that needs no words."""

    def __init__(self, entered: QueryDict | None = None, *, ticket: Ticket, prefix: str) -> None:
        """Each form knows its ticket; the prefix keeps the forms of one page apart."""
        super().__init__(entered, prefix=prefix)
        self.ticket = ticket


class Text(Plain):
    """Words that the reporter reads."""

    text = forms.CharField(
        label=_("Text"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("In public.")
    )


class Comment(Plain):
    """A comment; internal ones stay on the provider's side."""

    text = forms.CharField(label=_("Text"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))
    is_public = forms.BooleanField(
        label=_("In public"), required=False, initial=True, help_text=_("The reporter reads it, too.")
    )


class Assign(Plain):
    """Another person, another team, or both."""

    assignee = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), required=False, empty_label=_("nobody in particular")
    )
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False, empty_label="–")
    reason = forms.CharField(label=_("Reason"), max_length=1000, required=False)

    def __init__(self, entered: QueryDict | None = None, *, ticket: Ticket, prefix: str) -> None:
        """Offer the people of the teams concerned, and every team."""
        super().__init__(entered, ticket=ticket, prefix=prefix)
        # The team that holds it now may differ from the team of the product.
        concerned = [ticket.team_id, ticket.product.team_id]
        people = User.objects.filter(Q(teams__in=concerned) | Q(leads__in=concerned), is_active=True)
        self._offer("assignee", people.distinct().order_by("name", "pk"))
        self._offer("team", teams())

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:  # Any: people or teams
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows


class Pause(Plain):
    """Whom the ticket waits for."""

    reason = forms.ChoiceField(
        label=_("Waiting for"), choices=[pair for pair in PauseReason.choices if pair[0] != PauseReason.RESOLVED]
    )
    text = forms.CharField(label=_("What for"), max_length=1000, required=False)

    def clean(self) -> dict[str, Any]:  # Any: as Django declares it
        """Something else has to be named."""
        cleaned = super().clean() or {}
        if cleaned.get("reason") == PauseReason.OTHER and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", _("Say what the ticket waits for."))
        return cleaned


class Reprioritise(Plain):
    """Another priority, and why."""

    priority = forms.ChoiceField(label=_("Priority"), choices=Priority.choices)
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, help_text=_("The new deadlines count from opening; pauses are kept.")
    )


class Reopen(Plain):
    """Why it is not settled."""

    reason = forms.CharField(label=_("Reason"), max_length=1000)


class Reject(Plain):
    """A structured reason, and a sentence for the reporter."""

    reason = forms.ChoiceField(label=_("Reason"), choices=RejectReason.choices)
    text = forms.CharField(label=_("What the reporter reads"), max_length=LONGEST, widget=forms.Textarea)


class LogTime(Plain):
    """Minutes of work."""

    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=1440)
    text = forms.CharField(label=_("On what"), max_length=500, required=False)


class Move(Plain):
    """Why the ticket should be counted in the hours of today."""

    reason = forms.CharField(label=_("Reason"), max_length=500)


# By the names of the API, so that pages and API say the same.
FORMS: dict[str, type[Plain]] = {
    "begin": Plain,
    "respond": Text,
    "comment": Comment,
    "assign": Assign,
    "pause": Pause,
    "resume": Plain,
    "reprioritise": Reprioritise,
    "resolve": Text,
    "reopen": Reopen,
    "close": Plain,
    "reject": Reject,
    "log-time": LogTime,
    "move": Move,
}
