"""The life of a revision: the states it can be in, and which moves each state permits."""

from datetime import datetime
from typing import Literal

State = Literal["draft", "published", "in_force", "superseded", "retired"]
Move = Literal["change", "discard", "sign", "retire"]

MOVES: dict[State, frozenset[Move]] = {
    "draft": frozenset({"change", "discard", "sign"}),
    "published": frozenset({"retire"}),  # agreed, starts later
    "in_force": frozenset({"retire"}),
    "superseded": frozenset(),
    "retired": frozenset(),
}


def state_at(
    now: datetime,
    *,
    published_at: datetime | None,
    in_force_from: datetime,
    in_force_to: datetime | None,
    has_successor: bool,
) -> State:
    """The state of a revision at an instant."""
    if published_at is None:
        return "draft"
    if in_force_to is not None and in_force_to <= max(now, in_force_from):
        # A period that is empty or over: it never was, or no longer is, what counts.
        return "superseded" if has_successor else "retired"
    return "published" if now < in_force_from else "in_force"


def is_permitted(move: Move, *, state: State) -> bool:
    """Whether a revision in this state can make this move."""
    return move in MOVES[state]
