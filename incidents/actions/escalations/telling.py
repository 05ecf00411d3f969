"""The letters of a step that fired, as facts, for everybody it means."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from incidents.actions.letters import FALLBACK_AGE, FALLBACK_AGE_ELSE, about, topic
from incidents.ladder import Step
from incidents.queries.audiences import People, Recipient
from incidents.queries.ladders import Climb
from slas.actions.notices import Letter

ACKNOWLEDGE = "/escalations/acknowledge/{}/"
NOTHING = timedelta(0)


def letters(
    climb: Climb, step: Step, also: Sequence[Step], *, escalation_id: int, people: People, now: datetime
) -> Iterator[Letter]:
    """One letter to each recipient of the step; `also` are the lower steps that it speaks for."""
    timer = climb.timer
    ticket = timer.ticket
    facts = _facts(climb, step, also, now) | {
        "signed": {"path": ACKNOWLEDGE, "facts": [escalation_id, timer.cycle]},
        "team": people.teams[ticket.team_id],
        "assignee": _name(people, ticket.assignee_id),
    }
    level = climb.level(step.rung.position)
    for recipient in people.audience(ticket, step.rung.audience, now=now):
        yield Letter(
            key=f"{ticket.number}:{timer.kind}:{timer.cycle}:{step.rung.position}:{recipient.person.username}:mail:{step.repeat}",
            kind="escalation",
            recipient_id=recipient.person.pk,
            context=facts | _for(recipient),
            subject=f"escalation:{escalation_id}",
            topic=topic(ticket.number, timer.kind, timer.cycle),
            level=level,
            priority=ticket.priority,
            # The first word about a P1 must not wait in a digest.
            is_urgent=ticket.priority == "P1" and not climb.history.fired,
            fallback_at=now + FALLBACK_AGE.get(ticket.priority, FALLBACK_AGE_ELSE),
        )


def _facts(climb: Climb, step: Step, also: Sequence[Step], now: datetime) -> dict[str, object]:
    timer, course = climb.timer, climb.course
    left = timer.allowance - course.hours.elapsed(timer.started_at, now, course.pauses)
    due_at = timer.due_at.isoformat() if timer.due_at else None
    return about(timer.ticket) | {
        "kind": timer.kind,
        "due_at": due_at,
        "is_over": left <= NOTHING,
        "remaining_seconds": max(int(left.total_seconds()), 0),
        "over_seconds": max(int(-left.total_seconds()), 0),
        "revision": {"agreement": climb.rules.agreement, "number": climb.rules.number, "title": climb.rules.title},
        "position": step.rung.position,
        "repeat": step.repeat,
        "also": [{"position": one.rung.position, "due_at": one.moment.isoformat()} for one in also],
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


def _for(recipient: Recipient) -> dict[str, object]:
    return {
        "role": recipient.role,
        "stands_in_for": recipient.stands_in_for,
        "fallback_chain": list(recipient.chain),
    }


def _name(people: People, pk: int | None) -> str:
    person = people.person(pk)
    return person.name if person else ""
