"""Fields that mean one thing only."""

from datetime import UTC, date, datetime
from typing import Generic, TypeVar

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from slas.queries.months import read_month

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


@extend_schema_field({"type": "string", "pattern": r"^\d{4}-\d{2}$", "example": "2026-11"})
class Month(serializers.Field[date, str, str, date]):
    """A month of the calendar by its name “2026-11”, as its first day."""

    default_error_messages = {"invalid": _("Write a month such as 2026-11, between the years 1970 and 2200.")}

    def to_internal_value(self, data: object) -> date:
        """The first day; a ValidationError for what is no month."""
        first = read_month(data) if isinstance(data, str) else None
        if first is None:
            self.fail("invalid")
        return first

    def to_representation(self, value: date) -> str:
        """Its name."""
        return f"{value:%Y-%m}"


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
