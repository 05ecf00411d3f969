"""The letters of a step that fired, as facts, for everybody it means."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incidents.actions.letters import FALLBACK_AGE, FALLBACK_AGE_ELSE, about, topic
from incidents.ladder import Step
from incidents.queries.audiences import People, Recipient
from incidents.queries.due import DueTicket, DueTimer
from incidents.queries.ladders import Climb
from slas.actions.notices import Letter, Written

ACKNOWLEDGE = "/escalations/acknowledge/{}/"
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Addressed:
    """A recipient of a step, with the facts that all such letters to this person share, as JSON."""

    recipient: Recipient
    facts: str
    level: int


@dataclass(frozen=True)
class Teller:
    """Composes the letters of one sweep. In a storm thousands of them differ in few facts: the others are kept."""

    people: People
    now: datetime
    known: dict[object, list[Addressed]] = field(default_factory=dict)

    def letters(
        self, climb: Climb[DueTimer], step: Step, also: Sequence[Step], *, escalation_id: int
    ) -> Iterator[Letter]:
        """One letter to each recipient of the step; `also` are the lower steps that it speaks for."""
        timer, ticket, priority = climb.timer, climb.timer.ticket, climb.timer.ticket.priority
        own = json.dumps(_own(climb, also, escalation_id, self.now))
        about_timer = topic(ticket.number, timer.kind, timer.cycle)
        for addressed in self._addressed(climb, step, ticket):
            reader = addressed.recipient.person
            yield Letter(
                key=f"{about_timer}:{step.rung.position}:{reader.username}:mail:{step.repeat}",
                kind="escalation",
                recipient_id=reader.pk,
                context=Written(f"{own[:-1]}, {addressed.facts[1:]}"),
                subject=f"escalation:{escalation_id}",
                topic=about_timer,
                level=addressed.level,
                priority=priority,
                # The first word about a P1 must not wait in a digest.
                is_urgent=priority == "P1" and not climb.history.fired,
                fallback_at=self.now + FALLBACK_AGE.get(priority, FALLBACK_AGE_ELSE),
            )

    def _addressed(self, climb: Climb[DueTimer], step: Step, ticket: DueTicket) -> list[Addressed]:
        key = (
            ticket.revision_id, climb.timer.kind, climb.timer.allowance, step.rung.position, step.repeat,
            ticket.team_id, ticket.assignee_id, ticket.product_id,
        )  # fmt: skip
        found = self.known.get(key)
        if found is None:
            level, facts = climb.level(step.rung.position), _of_step(climb, step) | self._of_holder(ticket)
            recipients = self.people.audience(ticket, step.rung.audience, now=self.now)
            found = [Addressed(one, json.dumps(facts | _for(one)), level) for one in recipients]
            self.known[key] = found
        return found

    def _of_holder(self, ticket: DueTicket) -> dict[str, object]:
        assignee = self.people.person(ticket.assignee_id)
        return {"team": self.people.teams[ticket.team_id], "assignee": assignee.name if assignee else ""}


def _own(climb: Climb[DueTimer], also: Sequence[Step], escalation_id: int, now: datetime) -> dict[str, object]:
    """The facts of this ticket and timer alone."""
    timer, course = climb.timer, climb.course
    left = timer.allowance - course.hours.elapsed(timer.started_at, now, course.pauses)
    due_at = timer.due_at.isoformat() if timer.due_at else None
    return about(timer.ticket) | {
        "due_at": due_at,
        "is_over": left <= NOTHING,
        "remaining_seconds": max(int(left.total_seconds()), 0),
        "over_seconds": max(int(-left.total_seconds()), 0),
        "also": [{"position": one.rung.position, "due_at": one.moment.isoformat()} for one in also],
        "signed": {"path": ACKNOWLEDGE, "facts": [escalation_id, timer.cycle]},
        # What the ledger is made of; its lines are worked out when the letter is written out.
        "ledger": {
            "calendar": timer.calendar_id,
            "from_at": timer.started_at.isoformat(),
            "to_at": due_at or now.isoformat(),
            "pauses": [
                [pause.start.isoformat(), pause.end.isoformat() if pause.end else None] for pause in course.pauses
            ],
        },
    }


def _of_step(climb: Climb[DueTimer], step: Step) -> dict[str, object]:
    rules = climb.rules
    return {
        "kind": climb.timer.kind,
        "revision": {"agreement": rules.agreement, "number": rules.number, "title": rules.title},
        "position": step.rung.position,
        "repeat": step.repeat,
    }


def _for(recipient: Recipient) -> dict[str, object]:
    return {
        "role": recipient.role,
        "stands_in_for": recipient.stands_in_for,
        "fallback_chain": list(recipient.chain),
    }
