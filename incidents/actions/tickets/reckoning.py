"""What every change of a ticket does to its timers, their next step, its breaches and its place in the queue."""

from collections.abc import Iterable
from dataclasses import dataclass

from incidents.actions import breaches, letters
from incidents.actions.tickets.case import Case
from incidents.actions.tickets.effects import is_running
from incidents.models import Breach, Ticket, Timer
from incidents.queries import ladders
from incidents.queries.tickets import standing_with, stopping
from incidents.timers import is_paused
from slas.actions import notices
from slas.queries import calendars

# The queue keeps whole seconds; the clock counts finer.
MICROSECONDS = 1_000_000
RECKONED = (
    "cycle", "is_current", "calendar", "allowance", "started_at", "cycle_started_at", "stopped_at", "due_at",
    "next_fire_at", "is_withdrawn", "reckoned_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Before:
    """The timers before the change, by key, what they had missed, and the topics of those that moved."""

    missed: tuple[Breach, ...]
    known: frozenset[int]
    running: frozenset[int]
    topics: frozenset[str]


def begin(case: Case) -> Before:
    """Remember what runs and what is already late, before the change moves or stops it."""
    running = [timer for timer in case.timers.values() if is_running(timer)]
    return Before(
        missed=tuple(breaches.missed([timer for timer in running if _is_late(case, timer)], now=case.at)),
        known=frozenset(timer.pk for timer in case.timers.values()),
        running=frozenset(timer.pk for timer in running),
        topics=frozenset(_topic(case, timer) for timer in running if not _stands_still(case, timer)),
    )


def finish(case: Case, before: Before) -> None:
    """Work out everything anew after the change, and write it."""
    ticket = case.ticket
    if case.move.touches_timers:
        # First: after the change the old deadlines are gone.
        breaches.keep(before.missed)
        _reckon(case)
        _write_timers(case)
        _settle_breaches(case, before)
        _write_next_steps(case)
        place_in_queue(ticket, [timer for timer in case.timers.values() if not _stands_still(case, timer)])
        _withdraw_notices(case, before)
    # The clock's time also for history: whoever asks what changed since yesterday must see an import.
    ticket.updated_at = case.now
    ticket.save()


def place_in_queue(ticket: Ticket, timers: Iterable[Timer]) -> None:
    """Repeat the earliest deadline that runs, and where it stands on the number line of its calendar."""
    running = [(timer.due_at, timer.calendar_id) for timer in timers if is_running(timer) and timer.due_at]
    if ticket.is_history or not running:
        ticket.queue_calendar_id = ticket.queue_position = ticket.queue_due_at = None
        return
    # By instant, because what is left differs by calendar and changes while one of them is closed.
    due_at, calendar_id = min(running)
    ticket.queue_calendar_id, ticket.queue_due_at = calendar_id, due_at
    ticket.queue_position = calendars.hours_by_id(calendar_id).position(due_at) // MICROSECONDS


def _reckon(case: Case) -> None:
    for timer in (*case.retired, *case.timers.values()):
        timer.due_at = standing_with(timer, pauses=case.pauses, now=case.at).due_at
        timer.reckoned_at = case.at
        timer.next_fire_at = None


def _write_timers(case: Case) -> None:
    # A row that is no longer current makes room before the next one takes its place.
    Timer.objects.bulk_update([*case.retired, *(row for row in case.timers.values() if row.pk)], RECKONED)
    Timer.objects.bulk_create([row for row in case.timers.values() if row.pk is None])


def _settle_breaches(case: Case, before: Before) -> None:
    """Whoever ran before the change, runs now, or is new, may be late; who stopped long ago keeps the verdict."""
    rows = [
        row
        for row in (*case.timers.values(), *case.retired)
        if is_running(row) or row.pk in before.running or row.pk not in before.known
    ]
    breaches.record([row for row in rows if not row.is_withdrawn and _is_late(case, row)], now=case.at)
    stopped = [row for row in rows if row.stopped_at is not None and (row.cycle > 1 or _is_late(case, row))]
    breaches.settle(stopped, pauses=case.pauses)


def _write_next_steps(case: Case) -> None:
    running = [timer for timer in case.timers.values() if is_running(timer)]
    if case.ticket.is_history or not running:
        return
    # Read anew for these few rows: what fired and what was acknowledged decides what comes next.
    for climb in ladders.climbs(running):
        moment = climb.next_fire_at(case.now)
        # Never in the past: below its watermark the sweep looks only once a minute.
        climb.timer.next_fire_at = moment and max(moment, case.now)
    Timer.objects.bulk_update(running, ["next_fire_at"])


def _withdraw_notices(case: Case, before: Before) -> None:
    """What waits under a topic whose timer ended, stands still or began a new cycle is no longer true."""
    live = {
        _topic(case, timer) for timer in case.timers.values() if is_running(timer) and not _stands_still(case, timer)
    }
    # Sorted, so that two transactions take the rows of the outbox in the same order.
    for topic in sorted(before.topics - live):
        notices.withdraw(topic)


def _stands_still(case: Case, timer: Timer) -> bool:
    return is_paused(stopping(timer, case.pauses), at=case.at)


def _is_late(case: Case, timer: Timer) -> bool:
    return timer.due_at is not None and (timer.stopped_at or case.at) > timer.due_at


def _topic(case: Case, timer: Timer) -> str:
    return letters.topic(case.ticket.number, timer.kind, timer.cycle)
