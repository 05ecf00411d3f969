"""What letters about tickets say, as facts: composed here, left in the outbox, put into words when they are sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from incidents.actions.circulars import readers_of
from incidents.models import Event, Ticket, Timer
from incidents.queries.audiences import AnyTicket
from slas.actions.notices import Letter
from slas.models import User
from slas.models.parties import PlainNotice

Facts = dict[str, object]


# How long a letter about an escalation may wait before the next person is told too (delivery.md); P4 like P3.
FALLBACK_AGE = {"P1": timedelta(minutes=5), "P2": timedelta(minutes=10)}
FALLBACK_AGE_ELSE = timedelta(minutes=30)


def new_ticket(ticket: Ticket, *, people: Sequence[User], timers: Sequence[Timer], now: datetime) -> list[Letter]:
    """A new ticket, to the people of its team; to the lead of a team without members."""
    if ticket.is_history:
        return []
    return _plain("new", ticket, people or [ticket.team.lead], about(ticket, timers), now=now, mute=PlainNotice.NEW)


def assigned(ticket: Ticket, *, event: Event, timers: Sequence[Timer], now: datetime) -> list[Letter]:
    """A ticket in new hands, to the person who holds it now."""
    return _plain(
        "assigned",
        ticket,
        [ticket.assignee],
        about(ticket, timers, event),
        now=now,
        mute=PlainNotice.ASSIGNED,
        event=event,
    )


def answered(ticket: Ticket, *, event: Event, now: datetime) -> list[Letter]:
    """A public answer of the team, to the reporter."""
    return _plain(
        "answered", ticket, [ticket.reporter], about(ticket, (), event), now=now, mute=PlainNotice.ANSWERED, event=event
    )


def resolved(ticket: Ticket, *, event: Event, now: datetime) -> list[Letter]:
    """A resolution, to the reporter."""
    return _plain(
        "resolved", ticket, [ticket.reporter], about(ticket, (), event), now=now, mute=PlainNotice.SETTLED, event=event
    )


def rejected(ticket: Ticket, *, event: Event, now: datetime) -> list[Letter]:
    """A rejection with its reason, to the reporter."""
    return _plain(
        "rejected", ticket, [ticket.reporter], about(ticket, (), event), now=now, mute=PlainNotice.SETTLED, event=event
    )


def topic(number: str, kind: str, cycle: int) -> str:
    """Under which name the escalations of one timer and cycle are withdrawn."""
    return f"{number}:{kind}:{cycle}"


def path(ticket: AnyTicket) -> str:
    """Where the ticket is shown; letters are composed where no address of a request is known."""
    return f"/tickets/{ticket.number}/"


def about(ticket: AnyTicket, timers: Iterable[Timer] = (), event: Event | None = None) -> Facts:
    """The facts of a ticket that every letter about it carries; instants in ISO 8601."""
    facts: Facts = {
        "number": ticket.number,
        "title": ticket.title,
        "priority": ticket.priority,
        "product": ticket.product.name,
        "opened_at": ticket.opened_at.isoformat(),
        "path": path(ticket),
        "timers": [
            {"kind": timer.kind, "due_at": timer.due_at.isoformat() if timer.due_at else None}
            for timer in timers
            if timer.stopped_at is None and not timer.is_withdrawn
        ],
    }
    if event is not None:
        facts |= {"by": event.actor.name if event.actor else "", "text": event.text, "reason": reason_of(event)}
    return facts


def reason_of(event: Event) -> str:
    """The structured reason of an event, as its key; empty when it has none."""
    facts: Mapping[str, object] = event.facts
    return str(facts.get("reason", ""))


def _plain(
    kind: str,
    ticket: Ticket,
    people: Iterable[User | None],
    facts: Facts,
    *,
    now: datetime,
    mute: PlainNotice,
    event: Event | None = None,
) -> list[Letter]:
    """One letter for each person who wants it; none about history, which is recorded and never told."""
    if ticket.is_history:
        return []
    return [
        Letter(
            # The event makes it unique: a second answer is another letter, the same request sent twice is not.
            key=f"{ticket.number}:{kind}:0:{event.pk if event else 0}:{reader.username}:mail:0",
            kind=kind,
            recipient_id=reader.pk,
            context=facts | {"stands_in_for": absent},
            subject=f"ticket:{ticket.number}",
            topic=f"{ticket.number}:{kind}",
            priority=ticket.priority,
        )
        for reader, absent in readers_of(people, mute=mute, now=now)
    ]
