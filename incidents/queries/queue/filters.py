"""Which tickets of the queue somebody wants to see, and where a page begins, as conditions in SQL."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

# These constants repeat the condition of the partial indexes, so that PostgreSQL may use them.
LIVE = "t.status IN ('new', 'open', 'waiting') AND NOT t.is_history"
# A page that lay open overnight starts again at the top instead of showing yesterday's order.
OLDEST = timedelta(days=1)
BIGGEST = 2**62

Given = int | str | list[int] | list[str]
Condition = tuple[str, list[Given]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the address bar asks for: short names of product and team, usernames, priorities, states, words."""

    product: str = ""
    team: str = ""
    assignee: str = ""
    is_mine: bool = False
    is_unassigned: bool = False
    priorities: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    q: str = ""

    def condition(self) -> Condition:
        """What holds for every row `t`; the product and the holder choose the way instead."""
        parts: list[str] = ["TRUE"]
        given: list[Given] = []
        if self.team:
            parts.append("t.team_id = (SELECT id FROM slas_team WHERE slug = %s)")
            given.append(self.team)
        if self.is_unassigned:
            parts.append("t.assignee_id IS NULL")
        for column, values in (("t.priority", self.priorities), ("t.status", self.states)):
            if values:
                parts.append(f"{column} = ANY(%s)")
                given.append(list(values))
        # Literal, because people search for what they read, not for patterns.
        if self.q:
            parts.append("(t.title ILIKE %s OR t.number ILIKE %s OR t.external_reference ILIKE %s)")
            given += [f"%{literal(self.q)}%"] * 3
        return " AND ".join(parts), given


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins; every page of one walk is sorted by what was left at the same moment.

    `place` is seconds left for a ticket that runs, microseconds since 1970 of its opening for one that stands still.
    """

    at: datetime
    is_still: bool = False
    place: int | None = None
    ticket: int = 0

    def text(self) -> str:
        """As it stands in an address."""
        packed = json.dumps([self.at.isoformat(), self.is_still, self.place, self.ticket])
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def read_cursor(text: str, *, now: datetime) -> Cursor:
    """The cursor in an address; the first page when it is empty, nonsense, or more than a day old."""
    try:
        at, is_still, place, ticket = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        found = Cursor(datetime.fromisoformat(at), bool(is_still), int(place), int(ticket))
        is_sound = now - OLDEST <= found.at <= now and abs(int(place)) < BIGGEST and abs(found.ticket) < BIGGEST
    except (ValueError, TypeError, OverflowError, RecursionError):
        return Cursor(now)
    return found if is_sound else Cursor(now)


def literal(words: str) -> str:
    """Words for LIKE in which its own signs mean themselves."""
    return words.replace("\0", "").replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
