"""Filters of the lists; whatever is not named here is a 400."""

import django_filters
from django.db.models import Q, QuerySet

from incidents.models import Breach, Escalation, Review, Status, Ticket
from slas.api.filters import DayFilter, InstantFilter, Ordering, TruthFilter
from slas.models import Kind, Priority


class TicketFilter(django_filters.FilterSet):
    """Tickets by product, holder, state, age and words."""

    product = django_filters.CharFilter(field_name="product__slug")
    team = django_filters.CharFilter(field_name="team__slug")
    assignee = django_filters.CharFilter(field_name="assignee__username")
    reporter = django_filters.CharFilter(field_name="reporter__username")
    status = django_filters.MultipleChoiceFilter(choices=Status.choices)
    priority = django_filters.MultipleChoiceFilter(choices=Priority.choices)
    is_history = TruthFilter()
    external_reference = django_filters.CharFilter()
    opened_after = InstantFilter(field_name="opened_at", lookup_expr="gte")
    opened_before = InstantFilter(field_name="opened_at", lookup_expr="lt")
    # Inclusive: whoever keeps a copy asks again from the last moment seen, and must not miss its twin.
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")
    q = django_filters.CharFilter(method="search", max_length=200)
    ordering = Ordering(fields=["opened_at", "updated_at", "priority", "number"])

    class Meta:
        model = Ticket
        fields: list[str] = []

    def search(self, rows: QuerySet[Ticket], name: str, value: str) -> QuerySet[Ticket]:
        """Literal words in title or number; LIKE's own signs mean themselves."""
        return rows.filter(Q(title__icontains=value) | Q(number__iexact=value) | Q(external_reference__iexact=value))


class EscalationFilter(django_filters.FilterSet):
    """Escalations by ticket, timer and whether somebody took them on."""

    ticket = django_filters.CharFilter(field_name="ticket__number")
    product = django_filters.CharFilter(field_name="ticket__product__slug")
    kind = django_filters.ChoiceFilter(field_name="timer__kind", choices=Kind.choices)
    acknowledged = TruthFilter(field_name="acknowledged_at", lookup_expr="isnull", exclude=True)
    fired_since = InstantFilter(field_name="fired_at", lookup_expr="gte")

    class Meta:
        model = Escalation
        fields: list[str] = []


class BreachFilter(django_filters.FilterSet):
    """Breaches by ticket, product, timer and period."""

    ticket = django_filters.CharFilter(field_name="ticket__number")
    product = django_filters.CharFilter(field_name="ticket__product__slug")
    kind = django_filters.ChoiceFilter(choices=Kind.choices)
    due_after = InstantFilter(field_name="due_at", lookup_expr="gte")
    due_before = InstantFilter(field_name="due_at", lookup_expr="lt")
    explained = TruthFilter(field_name="explained_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Breach
        fields: list[str] = []


class ReviewFilter(django_filters.FilterSet):
    """Reviews by agreement and day."""

    agreement = django_filters.CharFilter(field_name="agreement__slug")
    due_after = DayFilter(field_name="due_on", lookup_expr="gte")
    due_before = DayFilter(field_name="due_on", lookup_expr="lt")
    held = TruthFilter(field_name="held_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Review
        fields: list[str] = []
