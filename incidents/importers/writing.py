"""Writing tickets of the past in sets: all rows of a batch in one transaction, or none."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from incidents.importers.clocks import Clock
from incidents.importers.copying import copy
from incidents.importers.history import Move
from incidents.importers.replay import KINDS, Replay
from incidents.models import Breach, Event, Pause, Ticket, TimeEntry, Timer
from incidents.models.tickets import EventKind
from slas.models import Product

LARGEST = 2000  # rows per INSERT
NOTHING = timedelta(0)


def write(replays: Sequence[Replay], *, product: Product, as_of: datetime, now: datetime | None) -> list[Ticket]:
    """Write the histories that the product does not have yet, by external reference; one transaction.

    `now` becomes the moment of the last change; None leaves it where the history put it. Nothing written here ever
    fires or tells anybody.
    """
    with transaction.atomic():
        # Two runs at once take turns, so that neither writes what the other just wrote.
        Product.objects.select_for_update(no_key=True).get(pk=product.pk)
        new = _unknown(replays, product)
        tickets = Ticket.objects.bulk_create([_ticket(told, product, now) for told in new], batch_size=LARGEST)
        pairs = list(zip(tickets, new, strict=True))
        # Only tickets and timers are referred to by other rows; for all else nobody asks the key.
        copy(Event, (row for pair in pairs for row in _events(*pair)))
        copy(Pause, (row for pair in pairs for row in _pauses(*pair)))
        copy(TimeEntry, (row for pair in pairs for row in _time_entries(*pair)))
        timed = [(_timer(ticket, clock, as_of), clock) for ticket, told in pairs for clock in told.clocks.rows]
        Timer.objects.bulk_create([timer for timer, _clock in timed], batch_size=LARGEST)
        # By identity: clocks of one ticket may be equal as values.
        of_clock = {id(clock): timer for timer, clock in timed}
        breaches = [row for ticket, told in pairs for row in _breaches(ticket, told, of_clock)]
        Breach.objects.bulk_create(breaches, batch_size=LARGEST)
    return tickets


def _unknown(replays: Sequence[Replay], product: Product) -> list[Replay]:
    references = [told.history.reference for told in replays if told.history.reference is not None]
    # Asked under the lock of the product, so the answer holds until the commit.
    known = set(
        Ticket.objects.filter(product=product, external_reference__in=references)
        .order_by()
        .values_list("external_reference", flat=True)
    )
    return [told for told in replays if told.history.reference not in known]


def _ticket(told: Replay, product: Product, now: datetime | None) -> Ticket:
    history, waiting = told.history, told.waiting
    return Ticket(
        external_reference=history.reference,
        product=product,
        revision=told.terms.revision,
        title=history.title,
        description=history.description,
        priority=told.priority,
        status=told.status,
        resumes_as=told.resumes_as,
        waiting_reason=waiting.reason if waiting else "",
        waiting_since=waiting.started_at if waiting else None,
        reporter_id=history.reporter_id,
        assignee_id=history.assignee_id,
        team_id=product.team_id,
        team_label=history.team_label,
        assignee_label=history.assignee_label,
        opened_at=history.opened_at,
        resolved_at=told.resolved_at,
        closed_at=told.closed_at,
        updated_at=now or told.updated_at,
        is_history=True,
    )


def _events(ticket: Ticket, told: Replay) -> list[Event]:
    opened = Event(
        ticket=ticket,
        at=told.history.opened_at,
        kind=EventKind.OPENED,
        actor_id=told.history.reporter_id,
        facts={"priority": told.priority},
    )
    return [opened, *(_event(ticket, move) for move in told.history.moves)]


def _event(ticket: Ticket, move: Move) -> Event:
    return Event(
        ticket=ticket,
        at=move.at,
        kind=KINDS[move.action],
        actor_id=move.actor_id,
        # As the actions write them: work inside the team is nobody else's to read.
        is_public=move.action not in ("comment_internal", "log-time"),
        text=move.text,
        facts=_facts(move),
    )


def _facts(move: Move) -> dict[str, object]:
    # Under the names that the actions use, so that pages need not know where a ticket came from.
    said = {"reason": move.reason, "minutes": move.minutes}
    return {**move.facts, **{name: value for name, value in said.items() if value}}


def _pauses(ticket: Ticket, told: Replay) -> list[Pause]:
    return [
        Pause(ticket=ticket, reason=wait.reason, text=wait.text, started_at=wait.started_at, ended_at=wait.ended_at)
        for wait in told.waits
    ]


def _time_entries(ticket: Ticket, told: Replay) -> list[TimeEntry]:
    return [
        TimeEntry(ticket=ticket, person_id=move.actor_id, minutes=move.minutes, text=move.text, at=move.at)
        for move in told.history.moves
        if move.action == "log-time" and move.actor_id is not None
    ]


def _timer(ticket: Ticket, clock: Clock, as_of: datetime) -> Timer:
    return Timer(
        ticket=ticket,
        kind=clock.target.kind,
        cycle=clock.cycle,
        is_current=clock.is_current,
        calendar=clock.target.calendar,
        allowance=clock.target.allowance,
        started_at=clock.started_at,
        cycle_started_at=clock.cycle_started_at,
        stopped_at=clock.stopped_at,
        # next_fire_at stays empty for good: history never fires (contracts.md, History and import).
        due_at=clock.standing.due_at if clock.standing else None,
        is_withdrawn=clock.is_withdrawn,
        reckoned_at=as_of,
    )


def _breaches(ticket: Ticket, told: Replay, timers: dict[int, Timer]) -> list[Breach]:
    return [
        Breach(
            ticket=ticket,
            timer=timers[id(late.clock)],
            kind=late.clock.target.kind,
            cycle=late.cycle,
            due_at=late.due_at,
            recorded_at=late.seen_at,
            stopped_at=late.clock.stopped_at,
            over_seconds=told.clocks.over_seconds(late),
        )
        for late in told.clocks.late
    ]
