"""What the API says about a product."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from slas.models import Agreement, Product, Revision, Team, User


class RevisionName(serializers.ModelSerializer[Revision]):
    """Which wording of which agreement."""

    agreement = serializers.SlugRelatedField[Agreement](slug_field="slug", read_only=True)

    class Meta:
        model = Revision
        fields = ("agreement", "number")
        read_only_fields = fields


class ProductShape(serializers.ModelSerializer[Product]):
    """A product, who provides it, who answers for it, and the wording in force now."""

    team = serializers.SlugRelatedField[Team](slug_field="slug", read_only=True)
    owner = serializers.SlugRelatedField[User](slug_field="username", read_only=True)
    deputies = serializers.SlugRelatedField[User](slug_field="username", read_only=True, many=True)
    revision = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = ("slug", "name", "team", "owner", "deputies", "tier", "visible_to", "public_promise", "revision")
        read_only_fields = fields

    @extend_schema_field(RevisionName(allow_null=True))
    def get_revision(self, product: Product) -> dict[str, Any] | None:
        """Nothing where no agreement is in force: such products stand in the same list."""
        # Looked up for the whole page at once, not once per product.
        revision = self.context["in_force"].get(product.pk)
        return RevisionName(revision).data if revision else None
