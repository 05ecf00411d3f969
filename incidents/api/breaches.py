"""Breaches as JSON."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from incidents.actions import breaches
from incidents.api.filters import BreachFilter
from incidents.api.shapes import BreachShape
from incidents.models import Breach
from incidents.queries import breaches as queries
from slas.api.addresses import KEY
from slas.api.asking import Personal, person_of
from slas.api.fields import Named
from slas.models import Team


class Explanation(serializers.Serializer[object]):
    """Why a promise broke, whose work it was, and what follows; what is left out stays as it is."""

    cause = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    responsible_team = Named[Team](slug_field="slug", queryset=Team.objects.all(), required=False, allow_null=True)
    corrective_action = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class Breaches(Personal, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Breach]):
    """Promises that broke."""

    queryset = Breach.objects.none()  # the schema's hint of the row
    serializer_class = BreachShape
    filterset_class = BreachFilter
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[Breach]:
        """Those of the tickets this person sees."""
        return queries.visible_to(person_of(self.request))

    @extend_schema(request=Explanation, responses=BreachShape)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Fill in cause, responsible team and corrective action."""
        breach = self.get_object()
        breaches.demand(breach, by=person_of(request))
        words = Explanation(data=request.data)
        words.is_valid(raise_exception=True)
        told = breaches.explain(breach, by=person_of(request), now=timezone.now(), **words.validated_data)
        return Response(self.get_serializer(told).data)
