"""Where many agreements stand at once."""

from collections.abc import Sequence
from datetime import datetime

from slas import lifecycle
from slas.models import Revision

# The state that says most about an agreement comes first.
_TELLING: tuple[lifecycle.State, ...] = ("in_force", "published", "draft", "superseded", "retired")


def states_by_agreement(agreements: Sequence[int], now: datetime) -> dict[int, lifecycle.State]:
    """Agreement key → its most telling state, in one query."""
    found: dict[int, set[lifecycle.State]] = {key: set() for key in agreements}
    newest: dict[int, int] = {}
    # Newest first, so that a successor is known before what it superseded.
    for row in Revision.objects.filter(agreement__in=agreements).order_by("agreement_id", "-number"):
        newest_published = newest.get(row.agreement_id, 0)
        found[row.agreement_id].add(
            lifecycle.state_at(
                now,
                published_at=row.published_at,
                in_force_from=row.in_force_from,
                in_force_to=row.in_force_to,
                has_successor=newest_published > row.number,
            )
        )
        if row.is_published:
            newest[row.agreement_id] = max(newest_published, row.number)
    return {key: next(state for state in _TELLING if state in states) for key, states in found.items() if states}
