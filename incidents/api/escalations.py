"""Escalations as JSON."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from incidents.actions import escalations
from incidents.api.filters import EscalationFilter
from incidents.api.shapes import EscalationShape
from incidents.models import Escalation
from incidents.queries import escalations as queries
from slas.api.addresses import KEY
from slas.api.asking import Personal, person_of


class Escalations(Personal, ReadOnlyModelViewSet[Escalation]):
    """Steps of the ladder that fired."""

    queryset = Escalation.objects.none()  # the schema's hint of the row
    serializer_class = EscalationShape
    filterset_class = EscalationFilter
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[Escalation]:
        """Those of the tickets this person sees, and those they were told about."""
        return queries.visible_to(person_of(self.request))

    @extend_schema(request=None, responses=EscalationShape)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Take it on: no further repeats of this step and of lower ones."""
        # Found first, so that what is invisible is a 404 and only what is visible can be a 403.
        taken = escalations.acknowledge(self.get_object(), by=person_of(request), now=timezone.now())
        return Response(self.get_serializer(taken).data)
