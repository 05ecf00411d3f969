"""The filters of the queue, as they stand in the address."""

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.models import Status
from incidents.models.tickets import LIVE
from incidents.queries.queue import Choices, Filters
from slas.models import Priority

ANYBODY, MINE, NOBODY = "", "me", "nobody"


class QueueForm(forms.Form):
    """Product, team, holder, priority, state and words; nothing is required, nonsense narrows nothing."""

    q = forms.CharField(label=_("Search"), max_length=200, required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)
    holder = forms.ChoiceField(
        label=_("Held by"),
        choices=[(ANYBODY, _("anybody")), (MINE, _("me")), (NOBODY, _("nobody yet"))],
        required=False,
    )
    priority = forms.ChoiceField(label=_("Priority"), choices=[("", _("all")), *Priority.choices], required=False)
    status = forms.ChoiceField(
        label=_("State"), choices=[("", _("all")), *((state.value, state.label) for state in LIVE)], required=False
    )

    def __init__(self, asked: QueryDict, *, offered: Choices) -> None:
        """Offer only the products this person sees."""
        super().__init__(asked)
        self._offer("product", [("", _("every product")), *offered.products])
        self._offer("team", [("", _("every team")), *offered.teams])

    def _offer(self, name: str, choices: list[tuple[str, str | Promise]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def filters(self) -> Filters:
        """What was chosen, as far as it makes sense."""
        # Fills cleaned_data; what does not make sense is missing there and narrows nothing.
        self.is_valid()
        said = self.cleaned_data
        return Filters(
            product=said.get("product", ""),
            team=said.get("team", ""),
            is_mine=said.get("holder") == MINE,
            is_unassigned=said.get("holder") == NOBODY,
            priorities=(said["priority"],) if said.get("priority") else (),
            states=(said["status"],) if said.get("status") else (),
            q=said.get("q", ""),
        )


# The presets above the queue: a word, and what stands in the address.
PRESETS = (
    (_("All open"), ""),
    (_("Mine"), f"holder={MINE}"),
    (_("Nobody's yet"), f"holder={NOBODY}"),
    (_("New"), f"status={Status.NEW}"),
    (_("Waiting"), f"status={Status.WAITING}"),
)
