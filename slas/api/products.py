"""Products and the clock's answer to “what if”, as JSON."""

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from slas.api import shapes
from slas.api.fields import Instant
from slas.errors import Refused
from slas.models import Priority, Product
from slas.queries import agreements, parties, sentences


class ProductFilter(django_filters.FilterSet):
    """Products by people, tier and words."""

    team = django_filters.CharFilter(field_name="team__slug")
    owner = django_filters.CharFilter(field_name="owner__username")
    tier = django_filters.NumberFilter(min_value=1, max_value=4)
    q = django_filters.CharFilter(method="search", max_length=200)
    ordering = django_filters.OrderingFilter(fields=["name", "tier", "slug"])

    class Meta:
        model = Product
        fields: list[str] = []

    def search(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """Literal words in the name."""
        return rows.filter(Q(name__icontains=value) | Q(slug__icontains=value))


class Question(serializers.Serializer[Any]):
    """What would be reported, and when."""

    priority = serializers.ChoiceField(choices=Priority.choices)
    at = Instant()


class Products(ReadOnlyModelViewSet[Product]):
    """Every product this person sees, with or without an agreement."""

    queryset = Product.objects.none()  # the schema's hint of the row
    serializer_class = shapes.ProductShape
    filterset_class = ProductFilter
    lookup_field = "slug"

    def get_queryset(self) -> QuerySet[Product]:
        """The one visibility rule of products."""
        rows = parties.visible_to(self.request.user).select_related("team", "owner")
        return rows.prefetch_related("deputies").order_by("name", "pk")

    def get_serializer_context(self) -> dict[str, Any]:  # Any: REST framework's own type
        """The revisions in force at the moment of asking, for all products at once."""
        now = timezone.now()
        return {**super().get_serializer_context(), "now": now, "in_force": agreements.in_force_by_product(now)}

    @extend_schema(
        parameters=[
            OpenApiParameter("priority", str, required=True, enum=[str(p) for p in Priority]),
            OpenApiParameter("at", datetime, required=True),
        ],
        responses=shapes.WhatIfShape,
        filters=False,
    )
    @action(detail=True, url_path="what-if", filter_backends=[], pagination_class=None)
    def what_if(self, request: Request, slug: str) -> Response:
        """When a report of this priority at this moment would be due, and why."""
        asked = Question(data=request.query_params)
        asked.is_valid(raise_exception=True)
        at, priority = asked.validated_data["at"], asked.validated_data["priority"]
        terms = agreements.terms_for(self.get_object(), at)
        if terms is None:
            raise Refused(_("No agreement is in force for this product at that time."))
        timers = [
            {
                "kind": one.kind,
                "due_at": one.due_at,
                "allowance_seconds": int(one.allowance.total_seconds()),
                "ledger": one.lines,
            }
            for one in sentences.what_if(terms, priority, at)
        ]
        return Response(shapes.WhatIfShape({"revision": terms.revision, "timers": timers}).data)
