"""Tickets and every action on them, as JSON."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.viewsets import GenericViewSet

from incidents import rules
from incidents.actions import requests, tickets
from incidents.api import answers, inputs, shapes
from incidents.api.filters import TicketFilter
from incidents.models import Event, Ticket
from incidents.queries import ledgers
from incidents.queries import tickets as queries
from slas.api.addresses import TICKET
from slas.api.asking import Personal, person_of
from slas.api.promises import LedgerLine

LONGEST_KEY = 200  # as CreationKey.key
KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="Repeat it to be safe.")


class Tickets(Personal, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Ticket]):
    """What was reported, for everyone who may see it."""

    queryset = Ticket.objects.none()  # the schema's hint of the row; requests use get_queryset
    serializer_class = shapes.TicketShape
    filterset_class = TicketFilter
    lookup_field = "number"
    lookup_value_regex = TICKET

    @cached_property
    def desk(self) -> rules.Desk:
        """The person's place, read once a request."""
        return rules.desk_of(person_of(self.request))

    def get_queryset(self) -> QuerySet[Ticket]:
        """The tickets this person sees, with all that a ticket's shape shows."""
        return queries.with_all_shown(queries.visible_to(self.desk))

    def get_serializer_context(self) -> dict[str, Any]:  # Any: REST framework's own type
        """The clock, and the person's place, are read once a request."""
        context = dict(super().get_serializer_context())
        if self.request is None or not self.request.user.is_authenticated:  # while the schema is written
            return context
        return {**context, "now": timezone.now(), "desk": self.desk}

    @extend_schema(request=inputs.NewTicket, responses={201: shapes.TicketShape}, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Open a ticket; with an `Idempotency-Key` the same request opens it once."""
        person, now = person_of(request), timezone.now()
        wanted = inputs.NewTicket(data=request.data, context={"now": now, "person": person})
        wanted.is_valid(raise_exception=True)
        key = request.headers.get("Idempotency-Key", "").strip()
        if len(key) > LONGEST_KEY or not key.isprintable():
            raise ValidationError({"Idempotency-Key": [_("The key has at most 200 printable characters.")]})
        facts: dict[str, Any] = wanted.validated_data  # Any: as the action takes them
        desk = facts.pop("desk")
        ticket = requests.open_once(key=key, asked=request.data, by=person, now=now, **facts)
        return Response(answers.ticket(ticket, desk=desk, now=now), status=status.HTTP_201_CREATED)

    @extend_schema(responses=LedgerLine(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def ledger(self, request: Request, number: str) -> Response:
        """Why every timer is due when it is, line by line."""
        lines = ledgers.ledger(self.get_object(), timezone.now())
        return Response(LedgerLine(lines, many=True).data)

    @extend_schema(responses=shapes.CommentShape(many=True), filters=False)
    @action(detail=True, pagination_class=None)
    def comments(self, request: Request, number: str) -> Response:
        """What was written, as far as this person may read it."""
        written: QuerySet[Event] = queries.comments(self.get_object(), self.desk)
        return Response(shapes.CommentShape(written, many=True).data)

    @extend_schema(request=inputs.Deed)
    @action(detail=True, methods=["post"])
    def begin(self, request: Request, number: str) -> Response:
        """Work begun: ends the response timer without a text."""
        return self._do(tickets.begin, inputs.Deed)

    @extend_schema(request=inputs.Text)
    @action(detail=True, methods=["post"])
    def respond(self, request: Request, number: str) -> Response:
        """Answer the reporter."""
        return self._do(tickets.respond, inputs.Text)

    @extend_schema(request=inputs.Comment)
    @action(detail=True, methods=["post"])
    def comment(self, request: Request, number: str) -> Response:
        """Say something, in public or to the provider's side."""
        return self._do(tickets.comment, inputs.Comment)

    @extend_schema(request=inputs.Assignment)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, number: str) -> Response:
        """Hand it to a person, a team, or both."""
        return self._do(tickets.assign, inputs.Assignment)

    @extend_schema(request=inputs.Pausing)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, number: str) -> Response:
        """Wait for somebody, and say for whom."""
        return self._do(tickets.pause, inputs.Pausing)

    @extend_schema(request=inputs.Deed)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, number: str) -> Response:
        """Go on where it stood."""
        return self._do(tickets.resume, inputs.Deed)

    @extend_schema(request=inputs.NewPriority)
    @action(detail=True, methods=["post"])
    def reprioritise(self, request: Request, number: str) -> Response:
        """Change the priority: the new targets count from opening."""
        return self._do(tickets.reprioritise, inputs.NewPriority)

    @extend_schema(request=inputs.Text)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, number: str) -> Response:
        """Resolve, and say how."""
        return self._do(tickets.resolve, inputs.Text)

    @extend_schema(request=inputs.Reason)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, number: str) -> Response:
        """Take it up again within the agreement's reopen window."""
        return self._do(tickets.reopen, inputs.Reason)

    @extend_schema(request=inputs.Deed)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, number: str) -> Response:
        """Close what is resolved."""
        return self._do(tickets.close, inputs.Deed)

    @extend_schema(request=inputs.Rejection)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, number: str) -> Response:
        """Reject with a structured reason."""
        return self._do(tickets.reject, inputs.Rejection)

    @extend_schema(request=inputs.Worked)
    @action(detail=True, methods=["post"], url_path="log-time")
    def log_time(self, request: Request, number: str) -> Response:
        """Log minutes of work."""
        return self._do(tickets.log_time, inputs.Worked)

    def _do(self, deed: Callable[..., Ticket], wanted: type[Serializer[object]]) -> Response:
        """Unpack, make the one call, present the ticket."""
        # The ticket before the words: a stranger must not learn from a 400 that it exists.
        ticket, now = self.get_object(), timezone.now()
        tickets.demand(self.action.replace("_", "-"), ticket, by=self.desk)
        words = wanted(data=self.request.data, context={"now": now})
        words.is_valid(raise_exception=True)
        return Response(self._shown(deed(ticket, by=person_of(self.request), now=now, **words.validated_data)))

    def _shown(self, ticket: Ticket) -> answers.Answer:
        """The ticket as it now stands, read afresh."""
        # Not through `visible_to`: a deed may hand the ticket to people among whom its doer is not.
        row = queries.with_all_shown(Ticket.objects.filter(pk=ticket.pk)).get()
        return answers.ticket(row, desk=self.desk, now=timezone.now())
