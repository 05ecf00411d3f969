"""What the API says when the clock is asked: ledgers, “what if”, and the terms in force."""

from typing import Any

from rest_framework import serializers

from slas.api.fields import Instant
from slas.api.shapes import RevisionName
from slas.api.wordings import StepShape, whole_seconds
from slas.queries.agreements import TargetTerms
from slas.queries.schedules import schedule_of


class LedgerLine(serializers.Serializer[Any]):
    """One line of a clock's ledger, from one instant to the next."""

    timer = serializers.CharField()
    to = Instant()
    what = serializers.ChoiceField(choices=["counted", "closed", "holiday", "paused", "resolved"])
    seconds = serializers.IntegerField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`from` is a word of Python's own, and every field has a label: neither can be a class attribute."""
        # The order of the keys is that of contracts.md, API shapes.
        fields = super().get_fields()
        return {"timer": fields.pop("timer"), "from": Instant(), **fields, "label": serializers.CharField()}


class WhatIfTimer(serializers.Serializer[Any]):
    """When a report would be due, and why; `due_at` is null where the hours never suffice."""

    kind = serializers.CharField()
    due_at = Instant(allow_null=True)
    allowance_seconds = serializers.IntegerField()
    # As on the SLA page, for clients that want to show it to people.
    sentence = serializers.CharField()
    ledger = LedgerLine(many=True)


class WhatIfShape(serializers.Serializer[Any]):
    """The clock's answer to “what if I report it then?”."""

    revision = RevisionName()
    timers = WhatIfTimer(many=True)


class TargetTermsShape(serializers.Serializer[TargetTerms]):
    """One promise of time, with the name and the zone of the hours it is counted in."""

    priority = serializers.CharField()
    kind = serializers.CharField()
    allowance_seconds = serializers.SerializerMethodField()
    # The name alone: a key would mean nothing in another system.
    calendar = serializers.CharField(source="calendar.calendar.name")
    zone = serializers.SerializerMethodField()
    binding = serializers.CharField()
    attainment = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)

    def get_allowance_seconds(self, target: TargetTerms) -> int:
        """Support time of the calendar."""
        return whole_seconds(target.allowance)

    def get_zone(self, target: TargetTerms) -> str:
        """On whose wall clock the hours are written."""
        return schedule_of(target.calendar).zone


class PriorityShape(serializers.Serializer[Any]):
    """What is promised for one priority, in the reader's words."""

    priority = serializers.CharField()
    means = serializers.CharField(source="definition.means")
    examples = serializers.ListField(source="definition.examples", child=serializers.CharField())
    set_by = serializers.CharField(source="definition.set_by")
    sentences = serializers.ListField(child=serializers.CharField())


class TermsShape(serializers.Serializer[Any]):
    """Everything promised for a product at an instant."""

    revision = RevisionName()
    at = Instant()
    reopen_within_seconds = serializers.IntegerField()
    priorities = PriorityShape(many=True)
    targets = TargetTermsShape(many=True)
    steps = StepShape(many=True)
