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

from slas.api import promises, shapes
from slas.api.addresses import SLUG
from slas.api.asking import Personal, person_of
from slas.api.fields import Instant
from slas.api.filters import Ordering
from slas.api.wordings import whole_seconds
from slas.errors import Refused
from slas.models import Priority, Product
from slas.queries import agreements, parties, sentences
from slas.queries.agreements import Terms


class ProductFilter(django_filters.FilterSet):
    """Products by people, tier and words."""

    team = django_filters.CharFilter(field_name="team__slug")
    owner = django_filters.CharFilter(field_name="owner__username")
    tier = django_filters.NumberFilter(min_value=1, max_value=4)
    q = django_filters.CharFilter(method="search", max_length=200)
    ordering = Ordering(fields=["name", "tier", "slug"])

    class Meta:
        model = Product
        fields: list[str] = []

    def search(self, rows: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        """Literal words in the name or the short name."""
        # `icontains` takes % and _ literally.
        return rows.filter(Q(name__icontains=value) | Q(slug__icontains=value))


class Moment(serializers.Serializer[object]):
    """Of which instant somebody asks."""

    at = Instant(required=False)


class Question(serializers.Serializer[object]):
    """What would be reported, and when."""

    priority = serializers.ChoiceField(choices=Priority.choices)
    at = Instant()


class Products(Personal, ReadOnlyModelViewSet[Product]):
    """Every product this person sees, with or without an agreement."""

    queryset = Product.objects.none()  # the schema's hint of the row
    serializer_class = shapes.ProductShape
    filterset_class = ProductFilter
    lookup_field = "slug"
    lookup_value_regex = SLUG

    def get_queryset(self) -> QuerySet[Product]:
        """The one visibility rule of products."""
        return parties.visible_to(person_of(self.request)).prefetch_related("deputies")

    def get_serializer_context(self) -> dict[str, Any]:  # Any: REST framework's own type
        """The revisions in force at the moment of asking, for all products at once."""
        now = timezone.now()
        return {**super().get_serializer_context(), "in_force": agreements.in_force_by_product(now)}

    @extend_schema(
        parameters=[
            OpenApiParameter("priority", str, required=True, enum=[str(p) for p in Priority]),
            OpenApiParameter("at", datetime, required=True, description="With an offset."),
        ],
        responses=promises.WhatIfShape,
        filters=False,
    )
    @action(detail=True, url_path="what-if", filter_backends=[], pagination_class=None)
    def what_if(self, request: Request, slug: str) -> Response:
        """When a report of this priority at this moment would be due, and why."""
        asked = Question(data=request.query_params)
        asked.is_valid(raise_exception=True)
        at, priority = asked.validated_data["at"], asked.validated_data["priority"]
        terms = self._terms(at)
        answers = sentences.what_if(terms, terms.judged_as(priority) or priority, at)
        # An empty list would read as “at once”.
        if not answers:
            raise Refused(_("The agreement promises nothing for %(priority)s.") % {"priority": priority})
        timers = [
            {
                "kind": one.kind,
                "due_at": one.due_at,
                "allowance_seconds": whole_seconds(one.allowance),
                "sentence": one.sentence,
                "ledger": one.lines,
            }
            for one in answers
        ]
        return Response(promises.WhatIfShape({"revision": terms.revision, "timers": timers}).data)

    @extend_schema(
        parameters=[OpenApiParameter("at", datetime, description="With an offset; now when it is left out.")],
        responses=promises.TermsShape,
        filters=False,
    )
    @action(detail=True, filter_backends=[], pagination_class=None)
    def terms(self, request: Request, slug: str) -> Response:
        """What is promised at an instant: sentences, targets and the ladder."""
        asked = Moment(data=request.query_params)
        asked.is_valid(raise_exception=True)
        at = asked.validated_data.get("at") or timezone.now()
        found = self._terms(at)
        facts = {
            "revision": found.revision,
            "at": at,
            "reopen_within_seconds": whole_seconds(found.revision.reopen_within),
            "priorities": sentences.promises(found, timezone.get_current_timezone()),
            "targets": list(found.targets.values()),
            "steps": found.rungs,
        }
        return Response(promises.TermsShape(facts).data)

    def _terms(self, at: datetime) -> Terms:
        # The product is visible, so this is no 404: ask for another moment, or for an agreement.
        found = agreements.terms_for(self.get_object(), at)
        if found is None:
            raise Refused(_("No agreement is in force for this product at that time."))
        return found
