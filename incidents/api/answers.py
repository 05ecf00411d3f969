"""A ticket and its timers as the API tells them; `shapes` describes the same fields for the schema."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from incidents.models import Breach, Pause, Ticket, Timer
from incidents.queries import tickets as queries
from incidents.rules import Desk, actions_for
from slas.api.fields import instant
from slas.api.wordings import whole_seconds

Answer = dict[str, Any]  # JSON


def ticket(row: Ticket, *, desk: Desk, now: datetime) -> Answer:
    """Everything about a ticket, in the order of the schema."""
    pauses = row.pauses.all()
    waiting = {"reason": row.waiting_reason, "since": instant(row.waiting_since)}
    return {
        "number": row.number,
        "external_reference": row.external_reference,
        "product": row.product.slug,
        "title": row.title,
        "description": row.description,
        "priority": row.priority,
        # As text: what was just opened still holds the choice itself.
        "status": str(row.status),
        "reporter": row.reporter.username if row.reporter else None,
        "assignee": row.assignee.username if row.assignee else None,
        "team": row.team.slug,
        "opened_at": instant(row.opened_at),
        "resolved_at": instant(row.resolved_at),
        "closed_at": instant(row.closed_at),
        "updated_at": instant(row.updated_at),
        "is_history": row.is_history,
        "revision": {"agreement": row.revision.agreement.slug, "number": row.revision.number},
        "waiting": waiting if row.waiting_since else None,
        "timers": [timer(one, pauses=pauses, now=now) for one in queries.current_timers(row)],
        "breaches": [breach(one) for one in row.breaches.all()],
        "actions": actions_for(desk, row, now),
    }


def timer(row: Timer, *, pauses: Iterable[Pause], now: datetime) -> Answer:
    """One clock as it stands at the moment of asking; seconds are support time."""
    standing = queries.standing_with(row, pauses=pauses, now=now)
    allowance, elapsed = whole_seconds(row.allowance), whole_seconds(standing.elapsed)
    return {
        "kind": row.kind,
        "cycle": row.cycle,
        "state": standing.state,
        "allowance_seconds": allowance,
        "started_at": instant(row.started_at),
        "due_at": instant(standing.due_at),
        "elapsed_seconds": elapsed,
        # Not cut on its own, so that what is used and what is left add up to the allowance.
        "remaining_seconds": allowance - elapsed,
        "paused_seconds": whole_seconds(standing.paused),
        "stopped_at": instant(row.stopped_at),
        "breached_at": instant(standing.breached_at),
    }


def breach(row: Breach) -> Answer:
    """A promise of this ticket that broke."""
    return {
        "id": row.pk,
        "kind": row.kind,
        "cycle": row.cycle,
        "due_at": instant(row.due_at),
        "over_seconds": row.over_seconds,
        "cause": row.cause,
        "responsible_team": row.responsible_team.slug if row.responsible_team else None,
        "corrective_action": row.corrective_action,
    }
