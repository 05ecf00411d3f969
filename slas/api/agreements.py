"""Agreements with all their wordings, as JSON."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.viewsets import ReadOnlyModelViewSet

from slas.api.addresses import SLUG
from slas.api.asking import Personal, person_of
from slas.api.filters import Ordering
from slas.api.wordings import AgreementShape
from slas.models import Agreement
from slas.queries import agreements


class AgreementFilter(django_filters.FilterSet):
    """Agreements by product."""

    product = django_filters.CharFilter(field_name="product__slug")
    ordering = Ordering(fields=["slug"])

    class Meta:
        model = Agreement
        fields: list[str] = []


class Agreements(Personal, ReadOnlyModelViewSet[Agreement]):
    """What was agreed, for everyone who sees the product."""

    queryset = Agreement.objects.none()  # the schema's hint of the row
    serializer_class = AgreementShape
    filterset_class = AgreementFilter
    lookup_field = "slug"
    lookup_value_regex = SLUG

    def get_queryset(self) -> QuerySet[Agreement]:
        """Agreements of visible products, with everything a wording shows."""
        # A wording is long, but there are few of them: all are fetched with their agreement.
        return agreements.visible_to(person_of(self.request)).prefetch_related(
            "revisions__targets__calendar",
            "revisions__availability__calendar",
            "revisions__credits",
            "revisions__credit_bands",
            "revisions__definitions",
            "revisions__steps",
            "revisions__provider_signed_by",
            "revisions__customer_signed_by",
        )

    def get_serializer_context(self) -> dict[str, Any]:  # Any: REST framework's own type
        """The clock is read once a request."""
        return {**super().get_serializer_context(), "now": timezone.now()}
