"""What the API says about a month of availability: every figure as the exact string that certificates keep."""

from typing import Any

from rest_framework import serializers

from slas.api.fields import Month

Plain = dict[str, Any]  # JSON


class StretchShape(serializers.Serializer[Plain]):
    """From an instant up to, but not including, another; by the clock on the wall of the month's zone."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()


class IncidentShape(StretchShape):
    """Time down without a break, as it counts."""

    down = serializers.CharField(help_text="Weighted seconds, as a fraction.")


class SegmentShape(StretchShape):
    """A stretch of the month and what it was."""

    state = serializers.ChoiceField(
        choices=["up", "down", "maintenance", "unknown", "ignored", "closed", "ahead"],
    )
    weight = serializers.CharField(help_text="How much of it counted as down, from 0 to 1, as a fraction.")


class NamedRevisionShape(serializers.Serializer[Plain]):
    """Which wording of which agreement."""

    agreement = serializers.SlugField()
    number = serializers.IntegerField()


class FiguresShape(serializers.Serializer[Plain]):
    """Seconds and percent as exact fractions such as "999/10"; empty where nothing is known or allowed."""

    agreed = serializers.CharField()
    excluded = serializers.CharField()
    down = serializers.CharField()
    unknown = serializers.CharField()
    allowed = serializers.CharField()
    availability = serializers.CharField(allow_null=True)
    kept = serializers.BooleanField(allow_null=True)
    budget_used = serializers.CharField(allow_null=True)
    coverage = serializers.CharField(allow_null=True)
    target = serializers.CharField(allow_null=True)
    denominator = serializers.CharField()
    so_far = serializers.CharField()
    period = StretchShape()
    until = serializers.DateTimeField()
    is_final = serializers.BooleanField()
    incidents = IncidentShape(many=True)
    segments = SegmentShape(many=True)
    revision = NamedRevisionShape()


class MonthAvailabilityShape(FiguresShape):
    """A month over all revisions that answer for it, and each of them for its part."""

    month = Month()
    zone = serializers.CharField()
    availability_shown = serializers.CharField(allow_null=True, help_text="Percent with three places, cut off.")
    parts = FiguresShape(many=True)
