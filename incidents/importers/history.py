"""What an older system knew about a ticket: when it was opened and what was done to it, in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Move:
    """One action of the past; `action` is named as in the API, `reason` as in the models."""

    at: datetime
    action: str
    reason: str = ""
    text: str = ""
    actor_id: int | None = None
    minutes: int = 0  # worked, of a log-time
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """A ticket of the past and every move made on it, earliest first; the priority is the last one it had."""

    title: str
    priority: str
    opened_at: datetime
    moves: tuple[Move, ...]
    reference: str | None = None
    description: str = ""
    reporter_id: int | None = None
    assignee_id: int | None = None
    team_label: str = ""
    assignee_label: str = ""
    state_changes: int = 0  # of the source, its opening included

    @property
    def reopened(self) -> int:
        """How often it was taken up again after a resolution."""
        return sum(move.action == "reopen" for move in self.moves)
