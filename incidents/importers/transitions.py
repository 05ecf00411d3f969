"""From the states an incident went through in ServiceNow to the actions that would have brought it there."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from incidents.importers.history import History, Move
from incidents.importers.servicenow import Row, waits_for

# Ours: New and Active are one phase, because nothing that was begun becomes new again.
AT_WORK = "Active"
SETTLED = ("Resolved", "Closed")


def history(rows: Sequence[Row]) -> History:
    """The history of one incident from its rows, which stand in the order in which they happened.

    It is New from its opening, nothing comes before that, and the first row of another state answers it.
    """
    first, last = rows[0], rows[-1]
    changes = list(_changes(rows))
    phase, moves = "New", list[Move]()
    for at, state in changes:
        # A resolution answers by itself, everything else begins the work.
        if not moves and state not in SETTLED:
            moves.append(Move(at, "begin"))
        phase, made = _moved(phase, state, at)
        moves += made
    return History(
        reference=first.number,
        title=last.title,
        priority=last.priority,
        opened_at=first.opened_at,
        moves=tuple(moves),
        team_label=last.team_label,
        assignee_label=last.assignee_label,
        state_changes=1 + len(changes),
    )


def _changes(rows: Sequence[Row]) -> Iterator[tuple[datetime, str]]:
    state = "New"
    for row in rows:
        if row.state != state:
            state = row.state
            yield max(row.updated_at, rows[0].opened_at), state


def _moved(phase: str, state: str, at: datetime) -> tuple[str, list[Move]]:
    """The phase that a change to `state` leads to, and the actions on the way."""
    # Closed, then Resolved again: nobody took it up.
    if phase == "Closed" and state in SETTLED:
        return phase, []
    moves = []
    if phase in SETTLED and state not in SETTLED:
        moves.append(Move(at, "reopen"))
    # From one wait to another: our table knows only one wait at a time, so the first one ends.
    elif waits_for(phase) and state not in SETTLED:
        moves.append(Move(at, "resume"))
    reason = waits_for(state)
    if reason:
        moves.append(Move(at, "pause", reason=reason, text=state))
    if state in SETTLED and phase not in SETTLED:
        moves.append(Move(at, "resolve"))
    if state == "Closed":
        moves.append(Move(at, "close"))
    return (AT_WORK if state == "New" else state), moves
