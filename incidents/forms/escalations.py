"""The filters of the lists of escalations and of broken promises."""

from typing import TypeVar

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incidents.models.tickets import LIVE
from slas.forms.filters import FilterForm
from slas.models import Kind, Priority, Product, User

Row = TypeVar("Row", bound=Model)

OPEN, ACKNOWLEDGED, MINE, ALL = "", "acknowledged", "mine", "all"
TABS = ((OPEN, _("Open")), (ACKNOWLEDGED, _("Acknowledged")), (MINE, _("By me")), (ALL, _("All")))


class TicketsOf(FilterForm):
    """Rows of tickets by product, priority and clock."""

    product = forms.ModelChoiceField(
        label=_("Product"),
        queryset=Product.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label=_("every product"),
    )
    priority = forms.ChoiceField(label=_("Priority"), choices=[("", _("all")), *Priority.choices], required=False)
    kind = forms.ChoiceField(label=_("Clock"), choices=[("", _("every clock")), *Kind.choices], required=False)

    def __init__(self, asked: QueryDict, *, products: QuerySet[Product]) -> None:
        """Offer only the products this person sees."""
        super().__init__(asked)
        field = self.fields["product"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = products

    def narrow(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """By the ticket's own product and priority, and by the timer."""
        said = self.cleaned_data
        wanted = {"ticket__product": said["product"], "ticket__priority": said["priority"], "timer__kind": said["kind"]}
        return rows.filter(**{name: value for name, value in wanted.items() if value})


class EscalationFilter(TicketsOf):
    """Escalations, at first those that wait for somebody."""

    show = forms.ChoiceField(label=_("Show"), choices=TABS, required=False)

    def __init__(self, asked: QueryDict, *, products: QuerySet[Product], person: User) -> None:
        """Which ones are mine depends on the reader."""
        super().__init__(asked, products=products)
        self.person = person

    def narrow(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """Open is what nobody has acknowledged on a ticket that is not settled, told by a letter of its own."""
        tabs = {
            OPEN: Q(acknowledged_at__isnull=True, ticket__status__in=LIVE, told_with__isnull=True),
            ACKNOWLEDGED: Q(acknowledged_at__isnull=False),
            MINE: Q(acknowledged_by=self.person),
            ALL: Q(),
        }
        return super().narrow(rows).filter(tabs[self.cleaned_data["show"]])
