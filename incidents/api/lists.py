"""Escalations, breaches and reviews as JSON."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from incidents.actions import breaches, escalations
from incidents.api import filters, shapes
from incidents.models import Breach, Escalation, Review
from incidents.queries import breaches as breach_queries
from incidents.queries import escalations as escalation_queries
from incidents.queries import reviews as review_queries
from slas.api.asking import person_of
from slas.models import Team


class Escalations(ReadOnlyModelViewSet[Escalation]):
    """Steps of the ladder that fired."""

    queryset = Escalation.objects.none()  # the schema's hint of the row
    serializer_class = shapes.EscalationShape
    filterset_class = filters.EscalationFilter

    def get_queryset(self) -> QuerySet[Escalation]:
        """Those of the tickets this person sees."""
        return escalation_queries.visible_to(self.request.user).select_related("ticket", "timer", "acknowledged_by")

    @extend_schema(request=None, responses=shapes.EscalationShape)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Take it on: no further repeats of this step and of lower ones."""
        taken = escalations.acknowledge(self.get_object(), by=person_of(request), now=timezone.now())
        return Response(self.get_serializer(taken).data)


class Explanation(serializers.Serializer[Any]):
    """Why a promise broke, whose work it was, and what follows."""

    cause = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    responsible_team = serializers.SlugRelatedField(
        slug_field="slug", queryset=Team.objects.all(), required=False, allow_null=True
    )
    corrective_action = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class Breaches(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Breach]):
    """Promises that broke."""

    queryset = Breach.objects.none()  # the schema's hint of the row
    serializer_class = shapes.BreachShape
    filterset_class = filters.BreachFilter

    def get_queryset(self) -> QuerySet[Breach]:
        """Those of the tickets this person sees."""
        return breach_queries.visible_to(self.request.user).select_related("ticket", "responsible_team")

    @extend_schema(request=Explanation, responses=shapes.BreachShape)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Fill in cause, responsible team and corrective action."""
        words = Explanation(data=request.data)
        words.is_valid(raise_exception=True)
        told = breaches.explain(self.get_object(), by=person_of(request), now=timezone.now(), **words.validated_data)
        return Response(self.get_serializer(told).data)


class ReviewShape(serializers.ModelSerializer[Review]):
    """A review, due or held; its pack is frozen when it is held."""

    agreement = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Review
        fields = ("id", "agreement", "rhythm", "due_on", "held_at", "decision", "notes")
        read_only_fields = fields


class Reviews(ReadOnlyModelViewSet[Review]):
    """Reviews that come round."""

    queryset = Review.objects.none()  # the schema's hint of the row
    serializer_class = ReviewShape
    filterset_class = filters.ReviewFilter

    def get_queryset(self) -> QuerySet[Review]:
        """Those of the products this person sees."""
        return review_queries.visible_to(self.request.user).select_related("agreement")
