"""The pure life of a revision: states at an instant and permitted moves."""

from datetime import UTC, datetime, timedelta

import pytest

from slas.lifecycle import MOVES, Move, State, is_permitted, state_at

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 7, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "end", "has_successor", "state"),
    [
        (START - TICK, None, False, "published"),
        (START, None, False, "in_force"),
        (START, END, True, "in_force"),
        (END - TICK, END, False, "in_force"),
        (END, END, True, "superseded"),
        (END, END, False, "retired"),
        (START - TICK, START, True, "superseded"),  # replaced before it began
        (START - TICK, START, False, "retired"),
    ],
)
def test_state_of_a_published_revision(now: datetime, end: datetime | None, has_successor: bool, state: State) -> None:
    found = state_at(now, published_at=START, in_force_from=START, in_force_to=end, has_successor=has_successor)

    assert found == state


def test_a_draft_is_a_draft_whatever_the_date() -> None:
    for now in (START - TICK, END):
        found = state_at(now, published_at=None, in_force_from=START, in_force_to=None, has_successor=False)
        assert found == "draft"


def test_every_state_has_its_moves() -> None:
    moves: tuple[Move, ...] = ("change", "discard", "sign", "retire")

    permitted = {state: [move for move in moves if is_permitted(move, state=state)] for state in MOVES}

    assert permitted == {
        "draft": ["change", "discard", "sign"],
        "published": ["retire"],
        "in_force": ["retire"],
        "superseded": [],
        "retired": [],
    }
