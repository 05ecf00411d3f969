"""Credits as JSON."""

from collections.abc import Callable
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from incidents.actions import credits
from incidents.models import Credit, CreditEvent
from incidents.models.certificates import CreditState
from incidents.queries import credits as queries
from slas.api.addresses import KEY
from slas.api.asking import Personal, person_of
from slas.api.fields import Month
from slas.api.filters import DayFilter, MonthFilter, Ordering
from slas.models import Agreement, Product, User


class CreditFilter(django_filters.FilterSet):
    """Credits by agreement, product, month, state and last day."""

    agreement = django_filters.CharFilter(field_name="agreement__slug")
    product = django_filters.CharFilter(field_name="agreement__product__slug")
    month = MonthFilter(field_name="month")
    state = django_filters.MultipleChoiceFilter(choices=CreditState.choices)
    claim_before = DayFilter(field_name="claim_by", lookup_expr="lt")
    ordering = Ordering(fields=["month", "amount", "claim_by"])

    class Meta:
        model = Credit
        fields: list[str] = []


class CreditEventShape(serializers.ModelSerializer[CreditEvent]):
    """One move of a credit; nobody as actor is the portal."""

    actor = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
    percent = serializers.CharField(source="facts.percent")
    amount = serializers.CharField(source="facts.amount")
    currency = serializers.CharField(source="facts.currency")

    class Meta:
        model = CreditEvent
        fields = ("at", "kind", "actor", "reason", "percent", "amount", "currency")
        read_only_fields = fields


class MonthCreditShape(serializers.ModelSerializer[Credit]):
    """What a broken month is worth; `percent` of the fee as an exact fraction, `actions` what you may do now."""

    agreement = serializers.SlugRelatedField[Agreement](slug_field="slug", read_only=True)
    product = serializers.SlugRelatedField[Product](source="agreement.product", slug_field="slug", read_only=True)
    month = Month(read_only=True)
    certificate = serializers.IntegerField(source="certificate_id")
    claimed_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
    decided_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
    settled_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)

    class Meta:
        model = Credit
        fields: tuple[str, ...] = (
            "id", "agreement", "product", "month", "certificate", "state", "percent", "amount", "currency", "fee",
            "claim_by", "proposed_at", "claimed_by", "claimed_at", "decided_by", "decided_at", "decision_reason",
            "settled_by", "settled_at", "expired_at",
        )  # fmt: skip
        read_only_fields = fields


class WholeMonthCreditShape(MonthCreditShape):
    """One credit with how its rule was read, what happened to it, and what this person may do with it now."""

    reading = serializers.SerializerMethodField()
    events = CreditEventShape(many=True, read_only=True)
    actions = serializers.SerializerMethodField()

    class Meta(MonthCreditShape.Meta):
        fields = (*MonthCreditShape.Meta.fields, "reading", "events", "actions")
        read_only_fields = fields

    def get_reading(self, row: Credit) -> list[str]:
        """In sentences of the reader's language."""
        return queries.reading(row.certificate.figures["credit"])

    def get_actions(self, row: Credit) -> list[str]:
        """By the names of the API."""
        return queries.moves_for(self.context["person"], row, self.context["now"])


class Declining(serializers.Serializer[object]):
    """Why it is not granted."""

    reason = serializers.CharField(max_length=1000)


class Credits(Personal, ReadOnlyModelViewSet[Credit]):
    """Credits of broken months, the newest first."""

    queryset = Credit.objects.none()  # the schema's hint of the row
    serializer_class = MonthCreditShape
    filterset_class = CreditFilter
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[Credit]:
        """Those of the products this person sees."""
        found = queries.visible_to(person_of(self.request))
        # What a month was measured on is long, and no list shows it.
        return found if self.detail else found.defer("certificate__figures", "certificate__evidence")

    @extend_schema(responses=WholeMonthCreditShape)
    def retrieve(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One credit with its history."""
        return Response(self._shown(self.get_object()))

    @extend_schema(request=None, responses=WholeMonthCreditShape)
    @action(detail=True, methods=["post"])
    def claim(self, request: Request, pk: str) -> Response:
        """The customer wants it."""
        return self._do("claim", credits.claim)

    @extend_schema(request=None, responses=WholeMonthCreditShape)
    @action(detail=True, methods=["post"])
    def grant(self, request: Request, pk: str) -> Response:
        """The provider agrees."""
        return self._do("grant", credits.grant)

    @extend_schema(request=Declining, responses=WholeMonthCreditShape)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """The provider does not agree, and says why."""
        return self._do("decline", credits.decline, Declining)

    @extend_schema(request=None, responses=WholeMonthCreditShape)
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, pk: str) -> Response:
        """It was paid or set off."""
        return self._do("settle", credits.settle)

    def _do(
        self, move: str, deed: Callable[..., Credit], wanted: type[serializers.Serializer[object]] | None = None
    ) -> Response:
        # The right before the words: who may not decide is told so, whatever they wrote.
        row, person = self.get_object(), person_of(self.request)
        credits.demand(person, move, row)
        words: dict[str, Any] = {}  # Any: as the action takes them
        if wanted is not None:
            said = wanted(data=self.request.data)
            said.is_valid(raise_exception=True)
            words = said.validated_data
        # Read again through what this person sees: the names of the hands come with it.
        moved = deed(row, by=person, now=timezone.now(), **words)
        return Response(self._shown(self.get_queryset().get(pk=moved.pk)))

    def _shown(self, row: Credit) -> dict[str, Any]:
        context = {"person": person_of(self.request), "now": timezone.now()}
        return dict(WholeMonthCreditShape(row, context=context).data)
