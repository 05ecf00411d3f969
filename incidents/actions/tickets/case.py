"""A ticket with its timers and pauses, as an action works on it."""

from dataclasses import dataclass, field
from datetime import datetime

from incidents.lifecycle import Move
from incidents.models import Event, Pause, Ticket, Timer
from incidents.models.tickets import EventKind
from incidents.rules import Desk
from slas.models import User


@dataclass(slots=True)
class Case:
    """What an action works on, all read under the lock. `at` is when it happens, `now` what the clock says."""

    ticket: Ticket
    # Whoever acts, and their place, are read once and asked often.
    by: User
    desk: Desk
    now: datetime
    at: datetime
    action: str
    move: Move
    came_from: str  # the state before
    timers: dict[str, Timer]  # the current one of each kind
    pauses: list[Pause]
    retired: list[Timer] = field(default_factory=list)  # update timers whose place a new cycle took
    is_changed: bool = True

    @property
    def open_pause(self) -> Pause | None:
        """The pause that is still going."""
        return next((pause for pause in self.pauses if pause.ended_at is None), None)

    def end_pause(self) -> Pause | None:
        """End the pause that is still going, if there is one."""
        pause = self.open_pause
        if pause is not None:
            pause.ended_at = self.at
            pause.save(update_fields=["ended_at"])
            # The constraint of the table wants all of it gone at once.
            self.ticket.waiting_reason, self.ticket.waiting_since, self.ticket.resumes_as = "", None, ""
        return pause

    def note(self, kind: EventKind, *, text: str = "", is_public: bool = True, **facts: object) -> Event:
        """Write down what happened."""
        return Event.objects.create(
            ticket=self.ticket, at=self.at, kind=kind, actor=self.by, is_public=is_public, text=text, facts=facts
        )
