"""What the API says about a ticket; field names are contracts.md's."""

from typing import Any

from rest_framework import serializers

from incidents.api import answers
from incidents.models import Breach, Escalation, Event, Ticket, Timer
from slas.api.fields import Instant
from slas.api.shapes import RevisionName
from slas.models import Product, Team, User


class Waiting(serializers.Serializer[Ticket]):
    """Whom the ticket waits for, and since when."""

    reason = serializers.CharField(source="waiting_reason")
    since = Instant(source="waiting_since")


class TimerShape(serializers.Serializer[Timer]):
    """One clock of a ticket as `answers.timer` tells it; seconds are support time of the timer's own calendar."""

    kind = serializers.CharField()
    cycle = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["running", "paused", "met", "breached", "withdrawn"])
    allowance_seconds = serializers.IntegerField()
    started_at = Instant()
    due_at = Instant(allow_null=True)
    elapsed_seconds = serializers.IntegerField()
    remaining_seconds = serializers.IntegerField()
    paused_seconds = serializers.IntegerField()
    stopped_at = Instant(allow_null=True)
    breached_at = Instant(allow_null=True)


class TicketBreach(serializers.ModelSerializer[Breach]):
    """A promise of this ticket that broke; `over_seconds` is support time, and empty while the timer still runs."""

    responsible_team = serializers.SlugRelatedField[Team](slug_field="slug", read_only=True, allow_null=True)

    class Meta:
        model = Breach
        fields: tuple[str, ...] = (
            "id",
            "kind",
            "cycle",
            "due_at",
            "over_seconds",
            "cause",
            "responsible_team",
            "corrective_action",
        )
        read_only_fields = fields


class BreachShape(TicketBreach):
    """A promise that broke, and of which ticket it was."""

    ticket = serializers.SlugRelatedField[Ticket](slug_field="number", read_only=True)

    class Meta(TicketBreach.Meta):
        fields = ("id", "ticket", *TicketBreach.Meta.fields[1:], "explained_at")
        read_only_fields = fields


class TicketShape(serializers.ModelSerializer[Ticket]):
    """A ticket with its clocks, its breaches and what this person may do now."""

    product = serializers.SlugRelatedField[Product](slug_field="slug", read_only=True)
    reporter = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
    assignee = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)
    team = serializers.SlugRelatedField[Team](slug_field="slug", read_only=True)
    revision = RevisionName(read_only=True)
    waiting = Waiting(read_only=True, allow_null=True)
    timers = TimerShape(many=True, read_only=True)
    # The ticket is at hand, so its breaches do not name it again.
    breaches = TicketBreach(many=True, read_only=True)
    actions = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Ticket
        fields = (
            "number",
            "external_reference",
            "product",
            "title",
            "description",
            "priority",
            "status",
            "reporter",
            "assignee",
            "team",
            "opened_at",
            "resolved_at",
            "closed_at",
            "updated_at",
            "is_history",
            "revision",
            "waiting",
            "timers",
            "breaches",
            "actions",
        )
        read_only_fields = fields

    def to_representation(self, ticket: Ticket) -> dict[str, Any]:
        """Put together by hand: building twenty fields for every answer takes longer than opening a ticket."""
        return answers.ticket(ticket, desk=self.context["desk"], now=self.context["now"])


class CommentShape(serializers.ModelSerializer[Event]):
    """Something somebody wrote."""

    author = serializers.SlugRelatedField[User](source="actor", slug_field="username", read_only=True, allow_null=True)
    # The words of the contract; the columns have their own.
    public = serializers.BooleanField(source="is_public")

    class Meta:
        model = Event
        fields = ("author", "at", "public", "text")
        read_only_fields = fields


class EscalationShape(serializers.ModelSerializer[Escalation]):
    """A step that fired, and who acknowledged it."""

    ticket = serializers.SlugRelatedField[Ticket](slug_field="number", read_only=True)
    kind = serializers.CharField(source="timer.kind", read_only=True)
    acknowledged_by = serializers.SlugRelatedField[User](slug_field="username", read_only=True, allow_null=True)

    class Meta:
        model = Escalation
        fields = (
            "id",
            "ticket",
            "kind",
            "cycle",
            "position",
            "repeat",
            "due_at",
            "fired_at",
            "acknowledged_at",
            "acknowledged_by",
        )
        read_only_fields = fields
