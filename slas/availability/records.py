"""Months as plain values: every figure an exact string, so that a file, an answer and a signed record say the same."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from math import floor
from typing import Any
from zoneinfo import ZoneInfo

from slas.availability.results import Incident, Measurement, Segment
from slas.availability.wholes import Whole
from slas.clock import Span

VERSION = "1"  # of the arithmetic in this package: a change that moves any figure moves it, too

Plain = dict[str, Any]  # JSON
NUMBERS = (
    "agreed", "excluded", "down", "unknown", "allowed", "availability", "budget_used", "coverage", "target",
    "denominator", "so_far",
)  # fmt: skip
PLACES = 3


def figures(measured: Measurement | Whole, zone: str) -> Plain:
    """Every figure of a month or of a part of it: seconds and percent as fractions such as "999/10"."""
    local = ZoneInfo(zone)
    return {
        **{name: exact(getattr(measured, name)) for name in NUMBERS},
        "kept": measured.kept,
        "period": span(measured.period, zone),
        "until": _instant(measured.until, local),
        "is_final": measured.is_final,
        "incidents": [_incident(one, local) for one in measured.incidents],
        "segments": [_segment(one, local) for one in measured.segments],
    }


def exact(number: Fraction | None) -> str | None:
    """A number without any rounding; None stays None."""
    return None if number is None else str(number)


def shown(percent: Fraction | None) -> str | None:
    """A percentage with three places, cut off and never rounded up."""
    if percent is None:
        return None
    # Whole numbers to the end: a decimal of any length would round somewhere.
    whole, rest = divmod(floor(percent * 10**PLACES), 10**PLACES)
    return f"{whole}.{rest:0{PLACES}}"


def span(of: Span, zone: str) -> Plain:
    """A stretch by the clock on the wall of a zone, with its offset; without an end it still goes on."""
    local = ZoneInfo(zone)
    return {"start": _instant(of.start, local), "end": None if of.end is None else _instant(of.end, local)}


def canonical(record: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """The one way to write a record down: keys in order, no spaces, ASCII. Its hash is the same on every machine."""
    # ASCII: no two programs differ about it, whatever they think of Unicode.
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def fingerprint(record: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical record, in hexadecimal."""
    return hashlib.sha256(canonical(record)).hexdigest()


def _incident(one: Incident, local: ZoneInfo) -> Plain:
    return {"start": _instant(one.start, local), "end": _instant(one.end, local), "down": exact(one.down)}


def _segment(one: Segment, local: ZoneInfo) -> Plain:
    return {
        "start": _instant(one.start, local),
        "end": _instant(one.end, local),
        "state": one.state,
        "weight": exact(one.weight),
    }


def _instant(at: datetime, local: ZoneInfo) -> str:
    return at.astimezone(local).isoformat()
