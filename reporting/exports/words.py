"""Days and moments as a paper says them, in the reader's language and zone."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import pgettext

from slas.templatetags.letters import written

__all__ = ["day", "month", "period", "written"]


def day(on: date) -> str:
    """A day without its weekday."""
    return date_format(on, pgettext("format of a day", "j F Y"))


def month(first: date) -> str:
    """A month by its first day."""
    return date_format(first, "F Y")


def period(start: datetime, end: datetime | None) -> str:
    """From a moment on, or from one to another."""
    return written(start) if end is None else f"{written(start)} – {written(end)}"
