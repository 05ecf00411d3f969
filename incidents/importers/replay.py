"""Telling a history once more: which rows its actions would have left behind."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from incidents.actions.tickets.opening import judged_as
from incidents.importers.clocks import Clocks
from incidents.importers.history import History, Move
from incidents.lifecycle import arrival, permitted
from incidents.models import PauseReason, Status
from incidents.models.tickets import EventKind
from slas.clock import Span
from slas.models import Kind, Revision
from slas.queries.agreements import Terms

KINDS = {
    "begin": EventKind.BEGUN,
    "respond": EventKind.RESPONDED,
    "comment_by_team": EventKind.COMMENTED,
    "comment_by_others": EventKind.COMMENTED,
    "comment_internal": EventKind.COMMENTED,
    "assign": EventKind.ASSIGNED,
    "pause": EventKind.PAUSED,
    "resume": EventKind.RESUMED,
    "resolve": EventKind.RESOLVED,
    "reopen": EventKind.REOPENED,
    "close": EventKind.CLOSED,
    "reject": EventKind.REJECTED,
    "log-time": EventKind.TIME_LOGGED,
}


class OutOfOrder(Exception):  # noqa: N818 - a fact about a history
    """A move that the table of states does not allow where it stands."""


@dataclass(slots=True)
class Wait:
    """A span in which the ticket waited, or was resolved before it was taken up again."""

    reason: str
    text: str
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(slots=True)
class Replay:
    """A ticket with everything that belongs to it, as values; `priority` is one that the agreement knows."""

    history: History
    terms: Terms
    priority: str
    clocks: Clocks
    status: str = Status.NEW
    resumes_as: str = ""
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    waits: list[Wait] = field(default_factory=list)

    @property
    def waiting(self) -> Wait | None:
        """What the ticket waits for now."""
        return self.waits[-1] if self.status == Status.WAITING else None

    @property
    def updated_at(self) -> datetime:
        """When something last happened."""
        return self.history.moves[-1].at if self.history.moves else self.history.opened_at

    def make(self, move: Move) -> None:
        """Make one move; OutOfOrder when the state of the ticket does not allow it."""
        step = permitted(move.action, self.status)
        if step is None:
            raise OutOfOrder(f"{move.action} is not possible while a ticket is {self.status}.")
        # Before the move shifts or stops anything: what is late now stays late.
        if step.touches_timers:
            self.clocks.note_late(move.at)
        if move.action == "reopen":
            self._reopened(move.at)
        # An answer or a note leaves it waiting; only a move to another state ends the wait.
        if self.waiting and step.target not in (None, Status.WAITING):
            self.waiting.ended_at = move.at
        if move.action == "pause":
            self.resumes_as = self.status
            self.waits.append(Wait(move.reason, move.text, move.at))
        self.status = arrival(step, status=self.status, resumes_as=self.resumes_as)
        if self.status != Status.WAITING:
            self.resumes_as = ""
        # A comment on a resolved ticket leaves it resolved since then.
        if self.status == Status.RESOLVED:
            self.resolved_at = move.at if move.action == "resolve" else self.resolved_at
        if move.action in ("close", "reject"):
            self.closed_at = move.at
        # The timers must see the pauses as they are after the move.
        self._share_pauses()
        self.clocks.apply(step, move.at)

    def _reopened(self, at: datetime) -> None:
        if self.resolved_at is not None:
            self.waits.append(Wait(PauseReason.RESOLVED, "", self.resolved_at, at))
        self.resolved_at = self.closed_at = None

    def _share_pauses(self) -> None:
        spans = [(wait.reason, Span(wait.started_at, wait.ended_at)) for wait in self.waits]
        self.clocks.waits = [span for reason, span in spans if reason != PauseReason.RESOLVED]
        self.clocks.resolved = [span for reason, span in spans if reason == PauseReason.RESOLVED]


def replay(history: History, *, terms: Terms, as_of: datetime) -> Replay:
    """The rows of a history under these terms; timers that still run are judged at `as_of`.

    Refused for a priority of which the agreement promises nothing, NeverOpen when its hours do not open long enough.
    """
    priority = judged_as(history.priority, terms)
    # By the last priority alone, from the opening on (contracts.md, History and import).
    targets = {kind: target for (of, kind), target in terms.targets.items() if of == priority}
    told = Replay(history, terms, priority, Clocks(targets, _paused_kinds(terms.revision)))
    told.clocks.open(history.opened_at)
    for move in history.moves:
        told.make(move)
    told.clocks.finish(as_of)
    return told


def _paused_kinds(revision: Revision) -> frozenset[str]:
    flags: Iterable[tuple[Kind, bool]] = (
        (Kind.RESPONSE, revision.is_response_paused),
        (Kind.UPDATE, revision.is_update_paused),
        (Kind.RESOLUTION, revision.is_resolution_paused),
    )
    return frozenset(kind for kind, is_paused in flags if is_paused)
