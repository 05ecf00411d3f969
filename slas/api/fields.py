"""Fields that mean one thing only."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class Instant(serializers.DateTimeField):
    """An instant with its offset; a local time without one is refused, because nobody can know which it was."""

    default_error_messages = {"naive": _("The time needs an offset, such as 2026-11-27T22:00:00+01:00.")}

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuse what has no offset and what no calendar reaches."""
        if timezone.is_naive(value):
            self.fail("naive")
        aware = super().enforce_timezone(value)
        # Calendars are laid out year by year; an instant at the edge of time has no next opening.
        if not 1970 <= aware.year <= 2200:
            self.fail("overflow", timezone=str(timezone.get_current_timezone()))
        return aware
