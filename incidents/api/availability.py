"""The availability of a product's month, as JSON."""

from datetime import date, datetime

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.months import MonthAvailabilityShape
from incidents.queries import availability
from incidents.queries.evidence import figures_of
from slas.api.asking import Personal, person_of
from slas.api.fields import Month
from slas.models import Product
from slas.queries import parties


class Question(serializers.Serializer[object]):
    """About which month; the running one when it is left out."""

    month = Month(required=False)


class Availability(Personal):
    """What was promised and what was kept in one month."""

    @extend_schema(
        operation_id="products_availability_retrieve",
        parameters=[OpenApiParameter("month", str, description="Such as 2026-11; the running month without it.")],
        responses=MonthAvailabilityShape,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The month as it stands: provisional until it is over."""
        product = get_object_or_404(parties.visible_to(person_of(request)), slug=slug)
        asked = Question(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = _month(product, asked.validated_data.get("month"), timezone.now())
        if found is None or found.whole is None:
            raise Http404
        return Response(figures_of(found))


def _month(product: Product, first: date | None, now: datetime) -> availability.Month | None:
    if first is None:
        running = availability.of_products([product], now=now).get(product.pk)
        return running[-1] if running else None
    found = availability.of_month(product, first, now=now)
    # What is still to come has no figures.
    return found if found is not None and found.period.start <= now else None
