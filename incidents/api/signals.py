"""Where monitors report: no person's endpoint, so each source shows its own secret or signs with it."""

import base64
import binascii
import logging
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import AuthenticationFailed, NotFound, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.actions import signals
from incidents.actions.signals import Receipt
from incidents.models import Outage, SignalSource
from incidents.models.signals import Outcome, SourceKind
from incidents.queries import sources
from incidents.queries.signals import sentence
from slas.api.fields import instant
from slas.api.parsers import TooLarge
from slas.api.schema import Problem

logger = logging.getLogger(__name__)

MOST_BYTES = 2**20
# Grafana's own name for it is understood as well, because it is the one that stands there by default.
SIGNATURES = ("X-Signature", "X-Grafana-Alerting-Signature")


class ProposalShape(serializers.Serializer[Outage]):
    """An outage that came of a signal, or moved by it; it counts once a person has confirmed it."""

    outage = serializers.IntegerField()
    title = serializers.CharField()
    standing = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class ReceiptShape(serializers.Serializer[Receipt]):
    """What became of a signal: how many alerts were new, known, or nothing to do, and why."""

    accepted = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    ignored = serializers.IntegerField()
    proposals = ProposalShape(many=True)
    reasons = serializers.ListField(child=serializers.CharField())


class Signals(APIView):
    """One address for each kind of monitor."""

    # A monitor is no person: `_source_of` asks for its secret instead.
    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        parameters=[OpenApiParameter("kind", str, OpenApiParameter.PATH, enum=SourceKind.values)],
        request=OpenApiTypes.OBJECT,
        responses={200: ReceiptShape, 422: ReceiptShape, 429: Problem},
        auth=[{"sourceSecret": []}, {"sourceSignature": []}],  # type: ignore[list-item]  # OpenAPI's own shape
    )
    def post(self, request: Request, kind: str) -> Response:
        """Take in what a monitor tells; 422 and the reason when nothing of it can be understood, but it is kept."""
        if kind not in SourceKind:
            raise NotFound
        # Asked before reading: whoever sends a gigabyte must not fill the memory first.
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            raise TooLarge
        source, now = _source_of(request, kind), timezone.now()
        # After the secret: a stranger must not be able to silence a monitor by shouting in its name.
        if sources.is_flooding(source, now):
            raise Throttled(wait=sources.MINUTE.seconds)
        receipt = signals.receive(source, request.body, request.content_type or "", now=now)
        is_refused = receipt.signal.outcome == Outcome.REFUSED
        code = status.HTTP_422_UNPROCESSABLE_ENTITY if is_refused else status.HTTP_200_OK
        return Response(_told(receipt), status=code)

    def get_authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="signals"'


def _source_of(request: Request, kind: str) -> SignalSource:
    """The source that shows its secret or has signed the body; AuthenticationFailed otherwise."""
    signature = next((request.headers[name] for name in SIGNATURES if name in request.headers), None)
    if signature is not None:
        found = sources.by_signature(kind, request.body, signature.removeprefix("sha256="))
    else:
        found = sources.by_secret(kind, _secret_in(request.headers.get("Authorization", "")))
    if found is None:
        # Nothing is kept of it: a stranger must not be able to fill the tables.
        logger.warning("A signal of the kind %s was turned away: no active source has this secret.", kind)
        raise AuthenticationFailed(gettext_lazy("No active source has this secret or made this signature."))
    return found


def _secret_in(header: str) -> str:
    """The secret in `Bearer …` or `Token …`, or the password in `Basic …`; empty when there is none."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() in ("bearer", "token"):
        return value.strip()
    try:
        given = base64.b64decode(value, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, ValueError):
        return ""
    return given.partition(":")[2]


def _told(receipt: Receipt) -> dict[str, Any]:  # Any: JSON
    return {
        "accepted": receipt.accepted,
        "duplicates": receipt.duplicates,
        "ignored": receipt.ignored,
        "proposals": [_proposal(outage) for outage in receipt.outages],
        "reasons": [sentence(remark) for remark in receipt.signal.remarks],
    }


def _proposal(outage: Outage) -> dict[str, Any]:  # Any: JSON
    return {
        "outage": outage.pk,
        "title": outage.title,
        "standing": outage.standing,
        "started_at": instant(outage.started_at),
        "ended_at": instant(outage.ended_at),
    }
