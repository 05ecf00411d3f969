"""The filters of the product list."""

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from slas import rules
from slas.forms.filters import FilterForm
from slas.models import Product, Revision, Team, User
from slas.queries.agreements import in_force

WITH, WITHOUT = "with", "without"


class ProductFilter(FilterForm):
    """Whose products, of which team, with or without an agreement."""

    whose = forms.ChoiceField(
        label=_("Products"), choices=[("", _("all I may see")), ("mine", _("mine"))], required=False
    )
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.order_by("name", "pk"),
        to_field_name="slug",
        required=False,
        empty_label=_("all"),
    )
    agreement = forms.ChoiceField(
        label=_("Agreement"),
        choices=[("", _("all")), (WITH, _("with an agreement")), (WITHOUT, _("without one"))],
        required=False,
    )

    def __init__(self, entered: QueryDict, *, person: User) -> None:
        """`person` decides what “mine” means."""
        super().__init__(entered)
        self.person = person

    def narrow(self, rows: QuerySet[Product]) -> QuerySet[Product]:  # type: ignore[override]  # of products alone
        """The products that fit what was chosen."""
        chosen = self.cleaned_data
        if chosen["whose"]:
            rows = rows.filter(rules.involved_products(self.person))
        if chosen["team"] is not None:
            rows = rows.filter(team=chosen["team"])
        if chosen["agreement"]:
            promised = Revision.objects.filter(in_force(timezone.now())).order_by().values("agreement__product")
            # In force now: an agreement that starts later promises nothing yet.
            rows = rows.filter(pk__in=promised) if chosen["agreement"] == WITH else rows.exclude(pk__in=promised)
        return rows
