"""What an import found, as a file for machines (contracts.md, History and import) and in words for people."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from incidents.importers.replay import Replay
from incidents.importers.servicenow import Skipped
from incidents.models import PauseReason
from slas.models import Kind


@dataclass(slots=True)
class Verdicts:
    """How the timers of one kind ended; one that still runs, or waits, before its deadline is running."""

    met: int = 0
    breached: int = 0
    running: int = 0


@dataclass(slots=True)
class OfPriority:
    """The figures of one priority; `reopened` counts reopenings, `waiting_seconds` real seconds up to as-of."""

    tickets: int = 0
    response: Verdicts = field(default_factory=Verdicts)
    resolution: Verdicts = field(default_factory=Verdicts)
    reopened: int = 0
    waiting_seconds: int = 0


@dataclass(slots=True)
class Report:
    """Everything an import says about a file; only `new` differs when the same file comes again."""

    as_of: datetime
    skipped: Sequence[Skipped]
    incidents: int = 0
    events: int = 0
    new: int = 0
    by_priority: dict[str, OfPriority] = field(default_factory=dict)

    def count(self, told: Replay) -> None:
        """Add one incident."""
        self.incidents += 1
        self.events += told.history.state_changes
        # By the priority that judged it: a P4 counts where its promise is (contracts.md, History and import).
        figures = self.by_priority.setdefault(told.priority, OfPriority())
        figures.tickets += 1
        figures.reopened += told.history.reopened
        figures.waiting_seconds += int(_waited(told, self.as_of).total_seconds())
        for clock in told.clocks.rows:
            # The contract asks for two kinds; update timers are in the tables all the same.
            if clock.target.kind != Kind.UPDATE and clock.standing is not None:
                verdicts = figures.response if clock.target.kind == Kind.RESPONSE else figures.resolution
                _judge(verdicts, clock.standing.state)

    def facts(self) -> dict[str, object]:
        """The JSON of contracts.md."""
        return {
            "incidents": self.incidents,
            "events": self.events,
            "skipped_rows": len(self.skipped),
            "skipped": [{"line": row.line, "reason": row.reason} for row in self.skipped],
            "new": self.new,
            "as_of": self.as_of.isoformat(),
            # Sorted, so that two runs give the same file byte by byte.
            "by_priority": {priority: asdict(self.by_priority[priority]) for priority in sorted(self.by_priority)},
        }

    def sentences(self) -> list[str]:
        """The same for people."""
        return [
            _("Incidents: %(incidents)s, changes of state: %(events)s, new here: %(new)s; judged at %(at)s.")
            % {"incidents": self.incidents, "events": self.events, "new": self.new, "at": self.as_of.isoformat()},
            *(_sentence(priority, self.by_priority[priority]) for priority in sorted(self.by_priority)),
            _("Skipped rows: %(count)s.") % {"count": len(self.skipped)},
            *(_("Line %(line)s: %(reason)s") % {"line": row.line, "reason": row.reason} for row in self.skipped),
        ]


def _waited(told: Replay, as_of: datetime) -> timedelta:
    # A wait may end after as-of when the operator asked for an earlier moment.
    spans = (
        min(wait.ended_at or as_of, as_of) - wait.started_at
        for wait in told.waits
        if wait.reason != PauseReason.RESOLVED
    )
    return sum((span for span in spans if span > timedelta(0)), timedelta(0))


def _judge(verdicts: Verdicts, state: str) -> None:
    if state == "breached":
        verdicts.breached += 1
    elif state == "met":
        verdicts.met += 1
    else:
        # Running, and standing still before the deadline: neither has a verdict yet.
        verdicts.running += 1


def _sentence(priority: str, figures: OfPriority) -> str:
    return _(
        "%(priority)s: tickets %(tickets)s; response %(response)s; resolution %(resolution)s; "
        "reopenings %(reopened)s; waited %(hours)s h."
    ) % {
        "priority": priority,
        "tickets": figures.tickets,
        "response": _verdicts(figures.response),
        "resolution": _verdicts(figures.resolution),
        "reopened": figures.reopened,
        "hours": figures.waiting_seconds // 3600,
    }


def _verdicts(verdicts: Verdicts) -> str:
    return _("%(met)s met, %(breached)s breached, %(running)s running") % asdict(verdicts)
