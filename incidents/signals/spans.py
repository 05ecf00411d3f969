"""From all that was told about one thing to the spans in which it was down, whatever order it was told in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from slas.clock import Span


@dataclass(frozen=True, slots=True)
class Told:
    """What one alert said: since when it is down, until when it was, or both."""

    starts_at: datetime | None
    ends_at: datetime | None


def spans_by_start(told: Iterable[Told]) -> list[Span]:
    """A span for each start. Once an end is told it is over, and the latest end told is its end."""
    ends: dict[datetime, list[datetime]] = {}
    for one in told:
        assert one.starts_at is not None
        ends.setdefault(one.starts_at, []).extend([one.ends_at] if one.ends_at else [])
    # Monitors send a message again and out of order; an end that was told is never taken back.
    return [Span(start, max(ends[start], default=None)) for start in sorted(ends)]


def runs(told: Iterable[Told]) -> list[Span]:
    """A span from the first “down” to the next “up”, where each is told by itself; “down” again changes nothing.

    At one and the same moment “up” counts as the earlier word, so that nothing is down for no time at all.
    """
    # False sorts before True: at one moment the “up” comes first.
    beats = sorted({(one.starts_at or one.ends_at, one.starts_at is not None) for one in told})
    found: list[Span] = []
    since: datetime | None = None
    for at, is_down in beats:
        if is_down and since is None:
            since = at
        elif not is_down and since is not None:
            found.append(Span(since, at))
            since = None
    return found if since is None else [*found, Span(since, None)]
