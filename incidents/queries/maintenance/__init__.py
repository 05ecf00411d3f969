"""Planned work, read: what somebody sees, what is measured, and what a window means for each promise."""

from incidents.queries.maintenance.effects import Effect, of_series, of_window, of_works
from incidents.queries.maintenance.finding import (
    deeds_for,
    facts,
    history,
    in_state,
    may_keep,
    products_of,
    series_visible_to,
    upcoming,
    visible_to,
)

__all__ = [
    "Effect",
    "deeds_for",
    "facts",
    "history",
    "in_state",
    "may_keep",
    "of_series",
    "of_window",
    "of_works",
    "products_of",
    "series_visible_to",
    "upcoming",
    "visible_to",
]
