"""What the API says about products and agreements."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from slas.api.fields import Instant
from slas.models import Agreement, PriorityDefinition, Product, Revision, Step, Target
from slas.queries import agreements


class RevisionName(serializers.ModelSerializer[Revision]):
    """Which wording of which agreement."""

    agreement = serializers.SlugRelatedField[Agreement](slug_field="slug", read_only=True)

    class Meta:
        model = Revision
        fields = ("agreement", "number")
        read_only_fields = fields


class ProductShape(serializers.ModelSerializer[Product]):
    """A product, who provides it, who answers for it, and the wording in force now."""

    team = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    owner = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    deputies = serializers.SlugRelatedField[Any](slug_field="username", read_only=True, many=True)
    revision = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = ("slug", "name", "team", "owner", "deputies", "tier", "visible_to", "public_promise", "revision")
        read_only_fields = fields

    @extend_schema_field(RevisionName(allow_null=True))
    def get_revision(self, product: Product) -> dict[str, Any] | None:
        """Nothing where no agreement is in force: such products stand in the same list."""
        revision = self.context["in_force"].get(product.pk)
        return RevisionName(revision).data if revision else None


class TargetShape(serializers.ModelSerializer[Target]):
    """One promise of time."""

    calendar = serializers.SlugRelatedField[Any](slug_field="name", read_only=True)
    allowance_seconds = serializers.SerializerMethodField()

    class Meta:
        model = Target
        fields = ("priority", "kind", "allowance_seconds", "calendar", "binding", "attainment")
        read_only_fields = fields

    def get_allowance_seconds(self, target: Target) -> int:
        """Support time of the target's calendar."""
        return int(target.allowance.total_seconds())


class DefinitionShape(serializers.ModelSerializer[PriorityDefinition]):
    """What a priority means."""

    class Meta:
        model = PriorityDefinition
        fields = ("priority", "means")
        read_only_fields = fields


class StepShape(serializers.ModelSerializer[Step]):
    """One rung of the ladder; seconds are support time."""

    offset_seconds = serializers.SerializerMethodField()
    repeat_seconds = serializers.SerializerMethodField()

    class Meta:
        model = Step
        fields = ("position", "kind", "at_percent", "offset_seconds", "audience", "repeat_seconds", "max_repeats")
        read_only_fields = fields

    def get_offset_seconds(self, step: Step) -> int | None:
        """Before (negative) or after the deadline."""
        return None if step.at_offset is None else int(step.at_offset.total_seconds())

    def get_repeat_seconds(self, step: Step) -> int | None:
        """How often again until somebody acknowledges."""
        return None if step.repeat is None else int(step.repeat.total_seconds())


class RevisionShape(serializers.ModelSerializer[Revision]):
    """A whole wording."""

    state = serializers.SerializerMethodField()
    targets = TargetShape(many=True, read_only=True)
    definitions = DefinitionShape(many=True, read_only=True)
    steps = StepShape(many=True, read_only=True)
    provider_signed_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True, allow_null=True)
    customer_signed_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True, allow_null=True)
    reopen_within_seconds = serializers.SerializerMethodField()

    class Meta:
        model = Revision
        fields = (
            "number",
            "state",
            "title",
            "provider",
            "customer",
            "relation",
            "language",
            "zone",
            "in_force_from",
            "in_force_to",
            "inside",
            "outside",
            "channels",
            "contacts",
            "customer_duties",
            "glossary",
            "reopen_within_seconds",
            "is_response_paused",
            "is_update_paused",
            "is_resolution_paused",
            "review_rhythms",
            "review_every_weeks",
            "change_reason",
            "provider_signed_by",
            "provider_signed_at",
            "customer_signed_by",
            "customer_signed_at",
            "published_at",
            "definitions",
            "targets",
            "steps",
        )
        read_only_fields = fields

    def get_state(self, revision: Revision) -> str:
        """draft, published, in_force, superseded or retired."""
        return str(agreements.state_of(revision, self.context["now"]))

    def get_reopen_within_seconds(self, revision: Revision) -> int:
        """Calendar time."""
        return int(revision.reopen_within.total_seconds())


class AgreementShape(serializers.ModelSerializer[Agreement]):
    """An agreement with all its wordings."""

    product = serializers.SlugRelatedField[Product](slug_field="slug", read_only=True)
    revisions = RevisionShape(many=True, read_only=True)

    class Meta:
        model = Agreement
        fields = ("slug", "product", "revisions")
        read_only_fields = fields


class LedgerLine(serializers.Serializer[Any]):
    """One line of a clock's ledger, from one instant to the next."""

    timer = serializers.CharField()
    to = Instant()
    what = serializers.ChoiceField(choices=["counted", "closed", "holiday", "paused", "resolved"])
    seconds = serializers.IntegerField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`from` is a word of Python's own, and every field has a label: neither can be a class attribute."""
        fields = super().get_fields()
        return {"timer": fields.pop("timer"), "from": Instant(), **fields, "label": serializers.CharField()}


class WhatIfTimer(serializers.Serializer[Any]):
    """When a report would be due, and why."""

    kind = serializers.CharField()
    due_at = Instant()
    allowance_seconds = serializers.IntegerField()
    ledger = LedgerLine(many=True)


class WhatIfShape(serializers.Serializer[Any]):
    """The clock's answer to “what if I report it then?”."""

    revision = RevisionName()
    timers = WhatIfTimer(many=True)
