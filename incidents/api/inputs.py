"""What each action asks for: unpacked here, judged by the action itself."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from incidents.models import PauseReason, RejectReason
from incidents.queries import reporters
from slas.api.fields import Instant, Named, Whole
from slas.models import Priority, Product, Team, User

LONGEST_TEXT = 20_000


def past(at: datetime, now: datetime) -> datetime:
    """The moment itself, unless it lies in the future."""
    if at > now:
        raise serializers.ValidationError(_("That moment lies in the future."))
    return at


def said(text: str) -> str:
    """The words themselves, unless there are none."""
    if not text.strip():
        raise serializers.ValidationError(_("This field may not be blank."))
    return text


class Deed(serializers.Serializer[object]):
    """`at` is for history tickets alone: the moment the source system noted."""

    at = Instant(required=False)

    def validate_at(self, at: datetime) -> datetime:
        """Nothing has happened in the future."""
        return past(at, self.context["now"])


class Text(Deed):
    """A public text, as `respond` and `resolve` take it."""

    # Kept letter by letter: a pasted log line may begin with a tab.
    text = serializers.CharField(max_length=LONGEST_TEXT, trim_whitespace=False)

    def validate_text(self, text: str) -> str:
        """Spaces alone say nothing."""
        return said(text)


class Comment(Text):
    """A comment, public or for the provider's side alone."""

    public = serializers.BooleanField(source="is_public")


class Assignment(Deed):
    """A person, a team, or both."""

    assignee = Named[User](
        slug_field="username", queryset=User.objects.filter(is_active=True), required=False, allow_null=True
    )
    team = Named[Team](slug_field="slug", queryset=Team.objects.all(), required=False)
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:  # Any: the fields' own types
        """`assignee: null` gives the ticket back to the whole team; nothing at all is a mistake."""
        if attrs.keys().isdisjoint({"assignee", "team"}):
            raise serializers.ValidationError({"assignee": [_("Name a person, a team, or both.")]})
        return attrs


class Pausing(Deed):
    """Whom the ticket waits for; `resolved` is the portal's own and cannot be given."""

    reason = serializers.ChoiceField(choices=[c for c in PauseReason.choices if c[0] != PauseReason.RESOLVED])
    text = serializers.CharField(max_length=1000, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:  # Any: the fields' own types
        """Something else has to be named."""
        if attrs["reason"] == PauseReason.OTHER and not attrs.get("text"):
            raise serializers.ValidationError({"text": [_("Say what the ticket waits for.")]})
        return attrs


class Reason(Deed):
    """Why: `reopen` needs it."""

    reason = serializers.CharField(max_length=1000)


class NewPriority(Reason):
    """Another priority, and why."""

    priority = serializers.ChoiceField(choices=Priority.choices)


class Rejection(Text):
    """One of the structured reasons, and a sentence for the reporter."""

    reason = serializers.ChoiceField(choices=RejectReason.choices)


class Worked(Deed):
    """Minutes of work, at most a day in one entry."""

    minutes = Whole(min_value=1, max_value=1440)
    text = serializers.CharField(max_length=500, required=False, allow_blank=True)


class VisibleProduct(Named[Product]):
    """A product by its short name, as the person in the context sees it; with it comes where this person stands."""

    def to_internal_value(self, data: object) -> dict[str, Any]:  # type: ignore[override]  # as `source="*"` asks
        """`product` and `desk`; a ValidationError when there is none for this person."""
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            product, desk = reporters.product_and_desk(self.context["person"], data)
        except Product.DoesNotExist:
            self.fail("does_not_exist", value=data)
        return {"product": product, "desk": desk}


class NewTicket(serializers.Serializer[object]):
    """A report; `opened_at` in the past needs the right to import."""

    product = VisibleProduct(source="*", slug_field="slug", queryset=Product.objects.none())
    priority = serializers.ChoiceField(choices=Priority.choices)
    # Kept letter by letter: a pasted log line may begin with a tab.
    title = serializers.CharField(max_length=300, trim_whitespace=False)
    description = serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, trim_whitespace=False
    )
    opened_at = Instant(required=False)
    external_reference = serializers.CharField(max_length=100, required=False, allow_null=True)

    def validate_title(self, title: str) -> str:
        """Spaces alone say nothing."""
        return said(title)

    def validate_opened_at(self, opened_at: datetime) -> datetime:
        """Nothing has happened in the future."""
        return past(opened_at, self.context["now"])
