"""The table of moves against the table of contracts.md."""

import pytest

from incidents.lifecycle import (
    CREDIT_MOVES,
    EVERY,
    LIVE,
    MOVES,
    WAY_BACK,
    Effect,
    arrival,
    credit_arrival,
    is_credit_permitted,
    permitted,
)

STATES = ["new", "open", "waiting", "resolved", "closed", "rejected"]
NO = None

# One row per action, one column per state of STATES: where it leads, NO where it is refused.
TABLE: dict[str, list[str | None]] = {
    "begin": ["open", "open", "waiting", NO, NO, NO],
    "respond": ["open", "open", "waiting", NO, NO, NO],
    "comment_by_team": ["open", "open", "waiting", "resolved", "closed", "rejected"],
    "comment_by_others": STATES,  # type: ignore[dict-item]  # a list of str is one of str and None
    "comment_that_resumes": [NO, NO, "came from", NO, NO, NO],
    "comment_internal": STATES,  # type: ignore[dict-item]  # as above
    "assign": ["new", "open", "waiting", NO, NO, NO],
    "pause": ["waiting", "waiting", NO, NO, NO, NO],
    "resume": [NO, NO, "came from", NO, NO, NO],
    "reprioritise": ["new", "open", "waiting", NO, NO, NO],
    "move": ["new", "open", "waiting", NO, NO, NO],
    "resolve": ["resolved", "resolved", "resolved", NO, NO, NO],
    "reopen": [NO, NO, NO, "open", "open", NO],
    "close": [NO, NO, NO, "closed", NO, NO],
    "reject": ["rejected", "rejected", "rejected", NO, NO, NO],
    "log-time": STATES,  # type: ignore[dict-item]  # as above
}

# Response, update, resolution.
EFFECTS: dict[str, tuple[str, str, str]] = {
    "begin": ("stop", "start", "none"),
    "respond": ("stop", "restart", "none"),
    "comment_by_team": ("stop", "restart", "none"),
    "comment_by_others": ("none", "none", "none"),
    "comment_that_resumes": ("by_flag", "by_flag", "by_flag"),
    "comment_internal": ("none", "none", "none"),
    "assign": ("none", "none", "none"),
    "pause": ("by_flag", "by_flag", "by_flag"),
    "resume": ("by_flag", "by_flag", "by_flag"),
    "reprioritise": ("retarget", "retarget", "retarget"),
    "move": ("retarget", "retarget", "retarget"),
    "resolve": ("stop", "stop", "stop"),
    "reopen": ("none", "restart", "go_on"),
    "close": ("none", "none", "none"),
    "reject": ("withdraw", "withdraw", "withdraw"),
    "log-time": ("none", "none", "none"),
}


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [(action, status, row[column]) for action, row in TABLE.items() for column, status in enumerate(STATES)],
)
def test_move_leads_where_the_contract_says(action: str, status: str, expected: str | None) -> None:
    move = permitted(action, status)

    found = None if move is None else arrival(move, status=status, resumes_as="came from")

    assert found == expected


@pytest.mark.parametrize(("action", "expected"), EFFECTS.items())
def test_move_of_a_live_ticket_does_to_timers_what_the_contract_says(
    action: str, expected: tuple[str, str, str]
) -> None:
    first = MOVES[action][0]

    assert tuple(first.effects[kind].value for kind in ("response", "update", "resolution")) == expected


def test_every_action_has_a_row_in_both_tables() -> None:
    assert set(MOVES) == set(TABLE) == set(EFFECTS)


CREDIT_STATES = ("proposed", "claimed", "granted", "declined", "expired", "settled")


def test_every_state_of_a_credit_has_its_moves() -> None:
    permitted_moves = {
        state: {move: credit_arrival(move, state) for move in CREDIT_MOVES if is_credit_permitted(move, state)}
        for state in CREDIT_STATES
    }

    assert permitted_moves == {
        "proposed": {"correct": "proposed", "claim": "claimed", "expire": "expired"},
        "claimed": {"correct": "claimed", "grant": "granted", "decline": "declined"},
        "granted": {"settle": "settled"},
        "declined": {},
        "expired": {},
        "settled": {},
    }


@pytest.mark.parametrize("action", sorted(MOVES))
def test_no_state_has_two_rows_for_one_action(action: str) -> None:
    seen = [state for move in MOVES[action] for state in move.sources]

    assert sorted(seen) == sorted(set(seen))


@pytest.mark.parametrize("action", sorted(MOVES))
def test_targets_are_states_or_the_way_back(action: str) -> None:
    assert {move.target for move in MOVES[action]} <= EVERY | {None, WAY_BACK}


@pytest.mark.parametrize("status", sorted(EVERY - LIVE))
def test_a_word_after_the_end_touches_no_timer(status: str) -> None:
    move = permitted("comment_by_team", status)

    assert move is not None
    assert not move.touches_timers
    assert set(move.effects.values()) == {Effect.NONE}
