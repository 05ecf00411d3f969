"""Outages as JSON."""

from dataclasses import replace
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from incidents.actions import outages
from incidents.actions.outages import Facts
from incidents.models import Outage, Ticket
from incidents.models.outages import Effect, Responsibility, Standing
from incidents.queries import outages as queries
from incidents.queries import tickets
from slas.api.addresses import KEY
from slas.api.asking import Personal, person_of
from slas.api.fields import Instant, Named
from slas.api.filters import InstantFilter, Ordering, TruthFilter
from slas.models import Product, User
from slas.queries import parties


class OutageFilter(django_filters.FilterSet):
    """Outages by product, state and time."""

    product = django_filters.CharFilter(field_name="products__slug")
    standing = django_filters.MultipleChoiceFilter(choices=Standing.choices)
    going_on = TruthFilter(field_name="ended_at", lookup_expr="isnull")
    started_after = InstantFilter(field_name="started_at", lookup_expr="gte")
    started_before = InstantFilter(field_name="started_at", lookup_expr="lt")
    updated_since = InstantFilter(field_name="updated_at", lookup_expr="gte")
    ordering = Ordering(fields=["started_at", "updated_at"])

    class Meta:
        model = Outage
        fields: list[str] = []


class OutageShape(serializers.ModelSerializer[Outage]):
    """A time in which products were down; only the products and tickets that this person sees are named."""

    products = serializers.SlugRelatedField[Product](slug_field="slug", many=True, read_only=True)
    tickets = serializers.SlugRelatedField[Ticket](slug_field="number", many=True, read_only=True)
    recorded_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
    decided_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
    counts = serializers.BooleanField(read_only=True)

    class Meta:
        model = Outage
        fields = (
            "id", "title", "products", "started_at", "ended_at", "effect", "weight", "standing", "responsibility",
            "counts", "cause", "evidence", "tickets", "recorded_at", "recorded_by", "decided_at", "decided_by",
            "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class OutageInput(serializers.Serializer[object]):
    """An outage as it is written down; without `ended_at` it still goes on, without `weight` the agreement says."""

    title = serializers.CharField(max_length=300)
    products = Named[Product](slug_field="slug", queryset=Product.objects.none(), many=True, allow_empty=False)
    started_at = Instant()
    ended_at = Instant(required=False, allow_null=True)
    effect = serializers.ChoiceField(choices=Effect.choices, required=False)
    weight = serializers.DecimalField(
        max_digits=4,
        decimal_places=3,
        required=False,
        allow_null=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    responsibility = serializers.ChoiceField(choices=Responsibility.choices, required=False)
    cause = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    evidence = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    tickets = Named[Ticket](slug_field="number", queryset=Ticket.objects.none(), many=True, required=False)

    def get_fields(self) -> dict[str, Any]:  # Any: each field has its own type
        """Only what this person sees can be named."""
        fields: dict[str, Any] = super().get_fields()
        person = self.context.get("person")
        if person is not None:
            fields["products"].child_relation.queryset = parties.visible_to(person)
            fields["tickets"].child_relation.queryset = tickets.visible_to(person)
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:  # Any: the fields' own types
        """An end after its start, and a weight only for what works in part; what is left out stays as it was."""
        known: Facts | None = self.context.get("known")
        said = {name: attrs.get(name, getattr(known, name, None)) for name in ("started_at", "ended_at")}
        if said["ended_at"] is not None and said["started_at"] is not None and said["ended_at"] <= said["started_at"]:
            raise serializers.ValidationError({"ended_at": [_("The end has to lie after the start.")]})
        effect = attrs.get("effect", known.effect if known else Effect.FULL)
        if attrs.get("weight", known.weight if known else None) is not None and effect == Effect.FULL:
            raise serializers.ValidationError({"weight": [_("What is down altogether has no weight of its own.")]})
        # In the order of `facts_of`, or the same facts would look like a correction.
        if "products" in attrs:
            attrs["products"] = tuple(sorted(set(attrs["products"]), key=lambda product: product.slug))
        if "tickets" in attrs:
            attrs["tickets"] = tuple(sorted(set(attrs["tickets"]), key=lambda ticket: ticket.pk))
        return attrs


class Correction(OutageInput):
    """What is to stand there instead, and why; what is left out stays as it is."""

    reason = serializers.CharField(max_length=1000)


class Ending(serializers.Serializer[object]):
    """Since when it works again; now, when nothing is said."""

    at = Instant(required=False)


class Dismissal(serializers.Serializer[object]):
    """Why it was no outage."""

    reason = serializers.CharField(max_length=1000)


class Outages(Personal, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Outage]):
    """Times in which products were down."""

    queryset = Outage.objects.none()  # the schema's hint of the row
    serializer_class = OutageShape
    filterset_class = OutageFilter
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[Outage]:
        """Those of which this person sees a product."""
        person = person_of(self.request)
        return queries.with_all_shown(queries.visible_to(person), person)

    @extend_schema(request=OutageInput, responses={201: OutageShape})
    def create(self, request: Request) -> Response:
        """Write down an outage; it counts at once."""
        person = person_of(request)
        wanted = OutageInput(data=request.data, context={"person": person})
        wanted.is_valid(raise_exception=True)
        row = outages.record(Facts(**wanted.validated_data), by=person, now=timezone.now())
        return Response(self._shown(row), status=status.HTTP_201_CREATED)

    @extend_schema(request=Correction, responses=OutageShape)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Correct it, and say why."""
        person, row = person_of(request), self._kept()
        known = outages.facts_of(row)
        wanted = Correction(data=request.data, partial=True, context={"person": person, "known": known})
        wanted.is_valid(raise_exception=True)
        said: dict[str, Any] = wanted.validated_data  # Any: the fields' own types
        if not said.get("reason"):
            raise serializers.ValidationError({"reason": [_("Say why it is changed.")]})
        reason = said.pop("reason")
        return Response(
            self._shown(outages.change(row, replace(known, **said), by=person, now=timezone.now(), reason=reason))
        )

    @extend_schema(request=Ending, responses=OutageShape)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        """It works again."""
        row = self._kept()
        wanted = Ending(data=request.data)
        wanted.is_valid(raise_exception=True)
        ended = outages.end(row, by=person_of(request), now=timezone.now(), **wanted.validated_data)
        return Response(self._shown(ended))

    @extend_schema(request=None, responses=OutageShape)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """It happened as the monitor says: from now on it counts."""
        return Response(self._shown(outages.confirm(self._kept(), by=person_of(request), now=timezone.now())))

    @extend_schema(request=Dismissal, responses=OutageShape)
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        """It was no outage."""
        row = self._kept()
        wanted = Dismissal(data=request.data)
        wanted.is_valid(raise_exception=True)
        told = outages.dismiss(row, by=person_of(request), now=timezone.now(), **wanted.validated_data)
        return Response(self._shown(told))

    def _kept(self) -> Outage:
        """The outage, for whoever keeps its record: 404 before 403 before 400."""
        row: Outage = self.get_object()
        outages.demand(person_of(self.request), queries.products_of(row))
        return row

    def _shown(self, row: Outage) -> dict[str, Any]:  # Any: JSON
        person = person_of(self.request)
        found = queries.with_all_shown(Outage.objects.filter(pk=row.pk), person).get()
        return dict(OutageShape(found).data)
