"""What the API says about a review: the figures on the table, and what was taken on."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from incidents.figures import Row
from incidents.models import Review, ReviewAction
from incidents.models.reviews import Decision
from incidents.queries import packs
from slas.api.fields import Instant
from slas.api.wordings import whole_seconds
from slas.models import Agreement, Product, User


class PeriodShape(serializers.Serializer[Any]):
    """Local days from the first up to, but not including, the last."""

    from_on = serializers.DateField()
    to_on = serializers.DateField()
    zone = serializers.CharField()


class FigureShape(serializers.Serializer[Row]):
    """Promise beside result; empty where nothing is promised (any more) or nothing was due."""

    priority = serializers.CharField()
    kind = serializers.CharField()
    promised_seconds = serializers.SerializerMethodField()
    promised_percent = serializers.SerializerMethodField()
    met = serializers.IntegerField(source="tally.met")
    breached = serializers.IntegerField(source="tally.breached")
    percent = serializers.DecimalField(source="tally.percent", max_digits=4, decimal_places=1, allow_null=True)
    verdict = serializers.CharField()

    def get_promised_seconds(self, row: Row) -> int | None:
        """Support time."""
        return None if row.promise is None else whole_seconds(row.promise.allowance)

    @extend_schema_field(serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True))
    def get_promised_percent(self, row: Row) -> str | None:
        """How many of a period's timers are to be met."""
        # As a string, like every decimal here: a float would not be the promised number.
        return None if row.promise is None else str(row.promise.percent.quantize(Decimal("0.01")))


class BrokenShape(serializers.Serializer[packs.BrokenPromise]):
    """A breach as both sides look at it."""

    ticket = serializers.CharField()
    title = serializers.CharField()
    priority = serializers.CharField()
    kind = serializers.CharField()
    due_at = Instant()
    over_seconds = serializers.IntegerField(allow_null=True)
    cause = serializers.CharField()
    responsible_team = serializers.CharField()
    corrective_action = serializers.CharField()


class OpenActionShape(serializers.Serializer[packs.OpenAction]):
    """An action of an earlier review that was not done."""

    title = serializers.CharField()
    owner = serializers.CharField()
    due_on = serializers.DateField()
    taken_on = serializers.DateField()


class PackShape(serializers.Serializer[packs.Pack]):
    """The figures of a review: live until it is held, frozen from then on."""

    as_of = Instant()
    is_over = serializers.BooleanField(source="result.is_over")
    period = PeriodShape(source="result.period")
    figures = FigureShape(many=True, source="result.rows")
    breaches = BrokenShape(many=True)
    open_actions = OpenActionShape(many=True, source="actions")


class ActionShape(serializers.ModelSerializer[ReviewAction]):
    """What somebody took on in this review."""

    owner = serializers.SlugRelatedField[User](slug_field="username", read_only=True)

    class Meta:
        model = ReviewAction
        fields = ("id", "title", "owner", "due_on", "done_at")
        read_only_fields = fields


class ReviewShape(serializers.ModelSerializer[Review]):
    """A review, due or held."""

    agreement = serializers.SlugRelatedField[Agreement](slug_field="slug", read_only=True)
    product = serializers.SlugRelatedField[Product](source="agreement.product", slug_field="slug", read_only=True)
    held_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
    decision = serializers.SerializerMethodField()

    class Meta:
        model = Review
        fields: tuple[str, ...] = (
            "id",
            "agreement",
            "product",
            "rhythm",
            "due_on",
            "period_from_on",
            "period_to_on",
            "held_at",
            "held_by",
            "decision",
            "notes",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=Decision.choices, allow_null=True))
    def get_decision(self, review: Review) -> str | None:
        """Nothing until the review is held."""
        return review.decision or None


class WholeReviewShape(ReviewShape):
    """One review with its pack and its actions."""

    pack = serializers.SerializerMethodField()
    actions = ActionShape(many=True, read_only=True)

    class Meta(ReviewShape.Meta):
        fields = (*ReviewShape.Meta.fields, "pack", "actions")
        read_only_fields = fields

    # Not in lists: reckoning a pack costs a dozen queries.
    @extend_schema_field(PackShape)
    def get_pack(self, review: Review) -> dict[str, Any]:  # Any: JSON
        """As it was frozen, else as it stands now."""
        return PackShape(packs.of(review, now=self.context["now"])).data
