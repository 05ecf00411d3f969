"""Support calendars with all their hours, as JSON."""

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from slas.api.addresses import KEY
from slas.api.asking import Personal
from slas.api.fields import Instant
from slas.models import Calendar, CalendarRevision
from slas.queries import calendars


class HoursShape(serializers.ModelSerializer[CalendarRevision]):
    """The hours from one moment on, as people wrote them; times are those of the zone."""

    in_force_from = Instant()
    week = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    closed = serializers.ListField(child=serializers.DateField())
    special = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))

    class Meta:
        model = CalendarRevision
        fields = ("number", "in_force_from", "zone", "week", "holidays", "closed", "special", "reason")
        read_only_fields = fields


class CalendarShape(serializers.ModelSerializer[Calendar]):
    """A calendar; the revision that began last, and not in the future, is the one that counts now."""

    revisions = HoursShape(many=True, read_only=True)

    class Meta:
        model = Calendar
        fields = ("id", "name", "revisions")
        read_only_fields = fields


class Calendars(Personal, ReadOnlyModelViewSet[Calendar]):
    """When support is open, for everyone: hours are no secret, what is counted on them may be."""

    serializer_class = CalendarShape
    queryset = Calendar.objects.none()  # the schema's hint of the row
    lookup_value_regex = KEY

    def get_queryset(self) -> QuerySet[Calendar]:
        """Every calendar by name, its hours in their order."""
        return calendars.overview()
