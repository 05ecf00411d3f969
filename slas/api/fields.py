"""Fields that mean one thing only."""

from datetime import UTC, datetime
from typing import Generic, TypeVar

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

Row = TypeVar("Row", bound=Model)


class Instant(serializers.DateTimeField):
    """An instant with its offset; a local time without one is refused, because nobody can know which it was."""

    default_error_messages = {
        "naive": _("The time needs an offset, such as 2026-11-27T22:00:00+01:00."),
        "beyond": _("The time must lie between the years 1970 and 2200."),
    }

    def to_internal_value(self, value: str | datetime) -> datetime:
        """The instant; a ValidationError for what is none."""
        instant = super().to_internal_value(value)
        # Calendars are laid out year by year; an instant at the edge of time has no next opening.
        if not 1970 <= instant.astimezone(UTC).year <= 2200:
            self.fail("beyond")
        return instant

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuse what has no offset."""
        if timezone.is_naive(value):
            self.fail("naive")
        try:
            return super().enforce_timezone(value)
        except serializers.ValidationError:
            self.fail("beyond")


_INSTANT = Instant()


def instant(at: datetime | None) -> str | None:
    """An instant as the field tells it, for answers put together by hand."""
    return None if at is None else _INSTANT.to_representation(at)


class Named(serializers.SlugRelatedField[Row], Generic[Row]):
    """A row by its name; what is not there and what this person may not see are refused in the same words."""

    default_error_messages = {"does_not_exist": _("There is no “{value}”.")}

    def to_internal_value(self, data: object) -> Row:
        """The row; a ValidationError when there is none."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number in digits: `1_000` and `１` are no way to write one."""

    def to_internal_value(self, data: str | int | float) -> int:
        """The number; a ValidationError for what is none."""
        if isinstance(data, str) and not (data.isascii() and data.isdigit()):
            self.fail("invalid")
        return super().to_internal_value(data)
