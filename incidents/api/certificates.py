"""Certificates of months as JSON."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from incidents.actions import certificates
from incidents.api.months import MonthAvailabilityShape
from incidents.models import Certificate
from incidents.queries import certificates as queries
from incidents.queries.certificates import Side
from slas.api.addresses import KEY
from slas.api.asking import Personal, person_of
from slas.api.fields import Month, Named
from slas.api.filters import MonthFilter, Ordering, TruthFilter
from slas.models import Agreement, Product, User
from slas.queries import agreements

SIDES = ["provider", "customer"]


class CertificateFilter(django_filters.FilterSet):
    """Certificates by agreement, product and month."""

    agreement = django_filters.CharFilter(field_name="agreement__slug")
    product = django_filters.CharFilter(field_name="agreement__product__slug")
    month = MonthFilter(field_name="month")
    kept = TruthFilter(field_name="figures__kept")
    ordering = Ordering(fields=["month", "drawn_up_at"])

    class Meta:
        model = Certificate
        fields: list[str] = []


class CertificateShape(serializers.ModelSerializer[Certificate]):
    """A month as it was certified; a correction is the next number of the same month."""

    agreement = serializers.SlugRelatedField[Agreement](slug_field="slug", read_only=True)
    product = serializers.SlugRelatedField[Product](source="agreement.product", slug_field="slug", read_only=True)
    month = Month(read_only=True)
    kept = serializers.BooleanField(source="figures.kept", allow_null=True)
    availability = serializers.CharField(source="figures.availability", allow_null=True)
    availability_shown = serializers.CharField(source="figures.availability_shown", allow_null=True)
    drawn_up_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
    provider_signed_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
    customer_signed_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)

    class Meta:
        model = Certificate
        fields: tuple[str, ...] = (
            "id", "agreement", "product", "month", "zone", "number", "reason", "drawn_up_at", "drawn_up_by", "kept",
            "availability", "availability_shown", "evidence_hash", "engine_version", "provider_signed_by",
            "provider_signed_at", "customer_signed_by", "customer_signed_at",
        )  # fmt: skip
        read_only_fields = fields


class CertifiedCreditShape(serializers.Serializer[dict[str, Any]]):
    """What the month is worth by this certificate; empty percent where the table of credits has a gap."""

    percent = serializers.CharField(allow_null=True)
    amount = serializers.CharField(allow_null=True)
    fee = serializers.CharField()
    currency = serializers.CharField()
    claim_by = serializers.DateField(allow_null=True)
    parts = serializers.ListField(child=serializers.DictField())


class CertifiedFiguresShape(MonthAvailabilityShape):
    """The figures of the month, and what credit followed from them."""

    credit = CertifiedCreditShape(allow_null=True)


class WholeCertificateShape(CertificateShape):
    """One certificate with its figures, what they were measured on, and whether more is known by now."""

    figures = serializers.SerializerMethodField()
    evidence = serializers.SerializerMethodField()
    is_stale = serializers.SerializerMethodField()

    class Meta(CertificateShape.Meta):
        fields = (*CertificateShape.Meta.fields, "figures", "evidence", "is_stale")
        read_only_fields = fields

    @extend_schema_field(CertifiedFiguresShape)
    def get_figures(self, row: Certificate) -> dict[str, Any]:
        """As they were signed."""
        return dict(row.figures)

    def get_evidence(self, row: Certificate) -> dict[str, Any]:
        """Terms and facts; `evidence_hash` is SHA-256 over this, keys sorted, without spaces, in ASCII."""
        return dict(row.evidence)

    def get_is_stale(self, row: Certificate) -> bool:
        """Whether a correction would say something else."""
        return queries.is_stale(row)


class VisibleAgreement(Named[Agreement]):
    """An agreement by its short name, as the person in the context sees it."""

    def get_queryset(self) -> QuerySet[Agreement]:
        """What this person does not see, does not exist."""
        return agreements.visible_to(self.context["person"])


class NewCertificate(serializers.Serializer[object]):
    """Which month of which agreement; a reason for a correction."""

    agreement = VisibleAgreement(slug_field="slug", queryset=Agreement.objects.none())
    month = Month()
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)


class Signature(serializers.Serializer[object]):
    """For which side; needed only by somebody who may sign for both."""

    side = serializers.ChoiceField(choices=SIDES, required=False)


class Certificates(Personal, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Certificate]):
    """Months that were certified, the newest first."""

    queryset = Certificate.objects.none()  # the schema's hint of the row
    serializer_class = CertificateShape
    filterset_class = CertificateFilter
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[Certificate]:
        """Those of the products this person sees."""
        found = queries.visible_to(person_of(self.request))
        # A list says what was measured; what it was measured on is long.
        return found if self.detail else found.defer("evidence")

    @extend_schema(responses=WholeCertificateShape)
    def retrieve(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One certificate with figures and evidence."""
        return Response(WholeCertificateShape(self.get_object()).data)

    @extend_schema(
        request=NewCertificate,
        responses={
            201: CertificateShape,
            200: OpenApiResponse(CertificateShape, description="It is certified already, on the same evidence."),
        },
    )
    def create(self, request: Request) -> Response:
        """Certify a month that is over; on other evidence than before, as a correction with a reason."""
        person, now = person_of(request), timezone.now()
        wanted = NewCertificate(data=request.data, context={"person": person})
        wanted.is_valid(raise_exception=True)
        row = certificates.draw_up(wanted.validated_data.pop("agreement"), by=person, now=now, **wanted.validated_data)
        # The action answers with the certificate that stands when the evidence is the same.
        is_new = row.drawn_up_at == now
        return Response(self._shown(row), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(request=Signature, responses=CertificateShape)
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> Response:
        """Sign the newest certificate of a month; the second signature of a side changes nothing."""
        row, person = self.get_object(), person_of(request)
        # Who may sign for nobody learns that before anything else.
        sides = queries.sides_of(person, row.agreement.product)
        if not sides:
            raise PermissionDenied
        asked = Signature(data=request.data)
        asked.is_valid(raise_exception=True)
        side = asked.validated_data.get("side") or _only(sides)
        return Response(self._shown(certificates.sign(row, by=person, now=timezone.now(), side=side)))

    def _shown(self, row: Certificate) -> dict[str, Any]:
        """The row as it now stands, with the names that it shows."""
        return dict(self.get_serializer(self.get_queryset().get(pk=row.pk)).data)


def _only(sides: list[Side]) -> Side:
    if len(sides) != 1:
        raise ValidationError({"side": [_("You may sign for both sides. Say for which.")]})
    return sides[0]
