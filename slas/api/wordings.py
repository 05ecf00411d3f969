"""What the API says about an agreement: every wording with its targets and its ladder."""

from datetime import timedelta
from typing import get_args

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from slas import lifecycle
from slas.models import (
    Agreement,
    AvailabilityPromise,
    Calendar,
    CreditBand,
    CreditPromise,
    PriorityDefinition,
    Product,
    Revision,
    Step,
    Target,
    User,
)


def whole_seconds(span: timedelta) -> int:
    """Whole seconds, cut towards zero."""
    return int(span.total_seconds())


class TargetShape(serializers.ModelSerializer[Target]):
    """One promise of time."""

    calendar = serializers.SlugRelatedField[Calendar](slug_field="name", read_only=True)
    allowance_seconds = serializers.SerializerMethodField()

    class Meta:
        model = Target
        fields = ("priority", "kind", "allowance_seconds", "calendar", "binding", "attainment")
        read_only_fields = fields

    def get_allowance_seconds(self, target: Target) -> int:
        """Support time of the target's calendar."""
        return whole_seconds(target.allowance)


class DefinitionShape(serializers.ModelSerializer[PriorityDefinition]):
    """What a priority means, what would be one, and who may set it."""

    class Meta:
        model = PriorityDefinition
        fields = ("priority", "means", "examples", "set_by")
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
        return None if step.at_offset is None else whole_seconds(step.at_offset)

    def get_repeat_seconds(self, step: Step) -> int | None:
        """How often again until somebody acknowledges."""
        return None if step.repeat is None else whole_seconds(step.repeat)


class AvailabilityShape(serializers.ModelSerializer[AvailabilityPromise]):
    """How much of each month is promised, in percent; without a calendar round the clock."""

    calendar = serializers.SlugRelatedField[Calendar](slug_field="name", read_only=True, allow_null=True)
    notice_seconds = serializers.SerializerMethodField()
    monthly_cap_seconds = serializers.SerializerMethodField()
    ignore_up_to_seconds = serializers.SerializerMethodField()

    class Meta:
        model = AvailabilityPromise
        fields = (
            "target",
            "calendar",
            "maintenance",
            "notice_seconds",
            "monthly_cap_seconds",
            "ignore_up_to_seconds",
            "is_in_whole_minutes",
            "boundary",
            "degraded_weight",
        )
        read_only_fields = fields

    def get_notice_seconds(self, promise: AvailabilityPromise) -> int:
        """How long before its start maintenance has to be announced."""
        return whole_seconds(promise.notice)

    def get_monthly_cap_seconds(self, promise: AvailabilityPromise) -> int | None:
        """How much maintenance of a month is no outage; null without a limit."""
        return None if promise.monthly_cap is None else whole_seconds(promise.monthly_cap)

    def get_ignore_up_to_seconds(self, promise: AvailabilityPromise) -> int:
        """Outages that are not longer do not count."""
        return whole_seconds(promise.ignore_up_to)


class BandShape(serializers.ModelSerializer[CreditBand]):
    """A range of availability and the credit for it, in percent; null where the range is open."""

    class Meta:
        model = CreditBand
        fields = ("lower", "lower_inclusive", "upper", "upper_inclusive", "percent")
        read_only_fields = fields


class CreditShape(serializers.ModelSerializer[CreditPromise]):
    """What a broken month is worth; null and "" where the kind of rule has no such term."""

    period_seconds = serializers.SerializerMethodField()
    unit_seconds = serializers.SerializerMethodField()
    bands = BandShape(many=True, read_only=True, source="revision.credit_bands")
    # As texts: the description of a choice that is only read would leave out that it may be "".
    reading = serializers.CharField(read_only=True)
    counting = serializers.CharField(read_only=True)
    rounding = serializers.CharField(read_only=True)
    claim_days = serializers.CharField(read_only=True)

    class Meta:
        model = CreditPromise
        fields = (
            "kind",
            "bands",
            "per",
            "percent",
            "period_seconds",
            "unit_seconds",
            "denominator",
            "factor",
            "reading",
            "counting",
            "rounding",
            "cap",
            "monthly_fee",
            "currency",
            "claim_within",
            "claim_days",
            "holidays",
            "in_a_row",
            "of_twelve",
            "floor",
        )
        read_only_fields = fields

    def get_period_seconds(self, promise: CreditPromise) -> int | None:
        """The time down beyond what is allowed for which `percent` is credited."""
        return None if promise.period is None else whole_seconds(promise.period)

    def get_unit_seconds(self, promise: CreditPromise) -> int | None:
        """The time down for which one part of `denominator` is credited."""
        return None if promise.unit is None else whole_seconds(promise.unit)


# Everything both sides signed, so that another system needs no second question.
class RevisionShape(serializers.ModelSerializer[Revision]):
    """A whole wording."""

    state = serializers.SerializerMethodField()
    targets = TargetShape(many=True, read_only=True)
    definitions = DefinitionShape(many=True, read_only=True)
    steps = StepShape(many=True, read_only=True)
    availability = AvailabilityShape(read_only=True, allow_null=True, default=None)
    credits = CreditShape(read_only=True, allow_null=True, default=None)
    provider_signed_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
    customer_signed_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
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
            "availability",
            "credits",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=get_args(lifecycle.State)))
    def get_state(self, revision: Revision) -> str:
        """Where this wording stands now."""
        # The siblings are at hand; asking the database for each would be a query per wording.
        later = [one for one in revision.agreement.revisions.all() if one.number > revision.number]
        return lifecycle.state_at(
            self.context["now"],
            published_at=revision.published_at,
            in_force_from=revision.in_force_from,
            in_force_to=revision.in_force_to,
            has_successor=any(one.published_at is not None for one in later),
        )

    def get_reopen_within_seconds(self, revision: Revision) -> int:
        """Calendar time."""
        return whole_seconds(revision.reopen_within)


class AgreementShape(serializers.ModelSerializer[Agreement]):
    """An agreement with all its wordings."""

    product = serializers.SlugRelatedField[Product](slug_field="slug", read_only=True)
    revisions = RevisionShape(many=True, read_only=True)

    class Meta:
        model = Agreement
        fields = ("slug", "product", "revisions")
        read_only_fields = fields
