"""Times without data as JSON."""

import django_filters
from django.db.models import QuerySet
from rest_framework import mixins, serializers
from rest_framework.viewsets import GenericViewSet

from incidents.models import DataGap
from incidents.queries import outages as queries
from slas.api.addresses import KEY
from slas.api.asking import Personal, person_of
from slas.api.filters import InstantFilter
from slas.models import Product


class GapFilter(django_filters.FilterSet):
    """Times without data by product and time."""

    product = django_filters.CharFilter(field_name="product__slug")
    started_after = InstantFilter(field_name="started_at", lookup_expr="gte")
    started_before = InstantFilter(field_name="started_at", lookup_expr="lt")

    class Meta:
        model = DataGap
        fields: list[str] = []


class GapShape(serializers.ModelSerializer[DataGap]):
    """A time about which nobody knows whether the product was up."""

    product = serializers.SlugRelatedField[Product](slug_field="slug", read_only=True)

    class Meta:
        model = DataGap
        fields = ("id", "product", "started_at", "ended_at", "reason", "recorded_at", "withdrawn_at")
        read_only_fields = fields


class Gaps(Personal, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[DataGap]):
    """Times about which nobody knows."""

    queryset = DataGap.objects.none()  # the schema's hint of the row
    serializer_class = GapShape
    filterset_class = GapFilter
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[DataGap]:
        """Those of the products this person sees."""
        return queries.gaps_visible_to(person_of(self.request))
