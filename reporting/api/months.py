"""The result of a product's month beside its promise, as JSON."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.packs import FigureShape, PeriodShape
from incidents.figures import Result
from reporting.queries import months
from slas.api.asking import Personal, person_of
from slas.queries import parties


class MonthShape(serializers.Serializer[Result]):
    """A month of the agreement's zone; provisional until it is over. Timers count by the instant they were due."""

    is_over = serializers.BooleanField()
    verdict = serializers.CharField()
    period = PeriodShape()
    figures = FigureShape(many=True, source="rows")


class Month(Personal):
    """One month of one product, by its address “2026-11”."""

    @extend_schema(operation_id="products_months_retrieve", responses=MonthShape)
    def get(self, request: Request, slug: str, year_month: str) -> Response:
        """Promise and result, the same figures as on the SLA page."""
        person = person_of(request)
        product = get_object_or_404(parties.visible_to(person), slug=slug)
        found = months.evidence(product, year_month, reader=person, now=timezone.now())
        if found is None:
            raise Http404
        return Response(MonthShape(found.result).data)
