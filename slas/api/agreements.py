"""Agreements with all their wordings, as JSON."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.viewsets import ReadOnlyModelViewSet

from slas.api import shapes
from slas.models import Agreement
from slas.queries import agreements


class AgreementFilter(django_filters.FilterSet):
    """Agreements by product."""

    product = django_filters.CharFilter(field_name="product__slug")
    ordering = django_filters.OrderingFilter(fields=["slug"])

    class Meta:
        model = Agreement
        fields: list[str] = []


class Agreements(ReadOnlyModelViewSet[Agreement]):
    """What was agreed, for everyone who sees the product."""

    queryset = Agreement.objects.none()  # the schema's hint of the row
    serializer_class = shapes.AgreementShape
    filterset_class = AgreementFilter
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Agreement]:
        """Agreements of visible products, with everything a wording shows."""
        return agreements.visible_to(self.request.user).prefetch_related(
            "revisions__targets__calendar",
            "revisions__definitions",
            "revisions__steps",
            "revisions__provider_signed_by",
            "revisions__customer_signed_by",
        )

    def get_serializer_context(self) -> dict[str, Any]:  # Any: REST framework's own type
        """The clock is read once a request."""
        return {**super().get_serializer_context(), "now": timezone.now()}
