"""Field checks shared by the models: each says what is wrong in a sentence."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

POINTS = "points"  # what departments of one house credit each other
CURRENCY = r"^(points|[A-Z]{3})$"
FIRST_MOMENT, LAST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def validate_moment(value: datetime) -> None:
    """Refuse a moment that no agreement means, and that clocks or the database may not reach."""
    if not FIRST_MOMENT <= value < LAST_MOMENT:
        raise ValidationError(_("The time must lie between the years 1970 and 2200."))


def validate_zone(value: str) -> None:
    """Refuse a name that is no IANA zone."""
    try:
        ZoneInfo(value)
    # A path or a folder makes ZoneInfo raise something else than “not found”.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValidationError(_("“%(zone)s” is no time zone, such as Europe/Berlin."), params={"zone": value}) from None


def validate_positive(value: timedelta) -> None:
    """Refuse an allowance of nothing: a promise needs time."""
    if value <= timedelta(0):
        raise ValidationError(_("The time must be longer than nothing."))


def validate_not_negative(value: timedelta) -> None:
    """Refuse a length of time below nothing."""
    if value < timedelta(0):
        raise ValidationError(_("The time cannot be negative."))


def validate_currency(value: str) -> None:
    """Refuse what is neither an ISO code nor points."""
    if not re.fullmatch(CURRENCY, value):
        said = _("“%(code)s” is no currency. Use a code such as EUR, or points.")
        raise ValidationError(said, params={"code": value})
