"""What the API says about planned work."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from incidents.maintenance import Meaning, State
from incidents.models import Maintenance
from incidents.queries.maintenance import Effect
from slas.api.fields import Instant
from slas.api.wordings import whole_seconds
from slas.models import Product, User

# Named in settings by its enumeration, which gives every value its name.
STATES = [(state.value, state.name) for state in State]


class EffectShape(serializers.Serializer[Effect]):
    """What a window means for one product; `lead` is how long before it was announced, lengths are real seconds."""

    product = serializers.CharField(source="product.slug")
    meaning = serializers.ChoiceField(choices=[meaning.value for meaning in Meaning])
    announce_by = Instant(allow_null=True)
    notice_seconds = serializers.SerializerMethodField()
    lead_seconds = serializers.SerializerMethodField()
    agreed_seconds = serializers.SerializerMethodField()
    shielded_seconds = serializers.SerializerMethodField()

    def get_notice_seconds(self, effect: Effect) -> int:
        """What the agreement asks for."""
        return whole_seconds(effect.notice)

    def get_lead_seconds(self, effect: Effect) -> int:
        """How long before its start it is or would be announced."""
        return whole_seconds(effect.lead)

    def get_agreed_seconds(self, effect: Effect) -> int:
        """How much of it lies in agreed time."""
        return whole_seconds(effect.agreed)

    def get_shielded_seconds(self, effect: Effect) -> int:
        """How much of it shields."""
        return whole_seconds(effect.shielded)


class MaintenanceShape(serializers.ModelSerializer[Maintenance]):
    """A window of planned work with those of its products that this person sees."""

    products = serializers.SlugRelatedField[Product](slug_field="slug", read_only=True, many=True)
    created_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True)
    cancelled_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Maintenance
        fields: tuple[str, ...] = (
            "id",
            "title",
            "reason",
            "products",
            "state",
            "is_emergency",
            "planned_from",
            "planned_to",
            "announced_at",
            "used_from",
            "used_to",
            "cancelled_at",
            "cancelled_by",
            "cancel_reason",
            "series",
            "sequence",
            "created_at",
            "created_by",
            "updated_at",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, row: Maintenance) -> str:
        """Where it stands now."""
        return str(row.state_at(self.context["now"]))


class WholeMaintenanceShape(MaintenanceShape):
    """One window, what it means for each product, and what this person may do with it now."""

    effects = serializers.SerializerMethodField()
    actions = serializers.SerializerMethodField()

    class Meta(MaintenanceShape.Meta):
        fields = (*MaintenanceShape.Meta.fields, "effects", "actions")
        read_only_fields = fields

    @extend_schema_field(EffectShape(many=True))
    def get_effects(self, row: Maintenance) -> object:
        """Not in lists: each product costs a few queries."""
        return EffectShape(self.context["effects"], many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_actions(self, row: Maintenance) -> object:
        """By their names in this API."""
        # Asked by the view once: the rule needs all products, this shape knows the visible ones.
        return self.context["actions"]
