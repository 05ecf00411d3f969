"""Months by their names, as addresses, forms and the API write them."""

from datetime import date

from slas.validators import FIRST_MOMENT, LAST_MOMENT


def read_month(name: str) -> date | None:
    """The first day of “2026-11”; None for what is no month, or none that an agreement can mean."""
    # One month has one name: `fromisoformat` alone would take several.
    if not (name.isascii() and len(name) == len("2026-11")):
        return None
    try:
        first = date.fromisoformat(f"{name}-01")
    except ValueError:
        return None
    return first if FIRST_MOMENT.year <= first.year < LAST_MOMENT.year else None
