"""Where a ticket may go, and what each move does to its three clocks (contracts.md); where a credit may."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What a move does to one timer."""

    NONE = "none"
    STOP = "stop"
    START = "start"  # only where it never ran
    RESTART = "restart"  # starts it too
    GO_ON = "go_on"  # the stop is taken back, the time in between does not count
    RETARGET = "retarget"  # a running one takes the new allowance, from opening
    BY_FLAG = "by_flag"  # stands still, or runs again, where the revision says that a pause stops it
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: from these states, to that one (None: unchanged), with its effect on each timer."""

    sources: frozenset[str]
    target: str | None = None
    response: Effect = Effect.NONE
    update: Effect = Effect.NONE
    resolution: Effect = Effect.NONE

    @property
    def effects(self) -> Mapping[str, Effect]:
        """The effects by kind of timer."""
        return {"response": self.response, "update": self.update, "resolution": self.resolution}

    @property
    def touches_timers(self) -> bool:
        """Whether any timer changes at all."""
        return any(effect is not Effect.NONE for effect in self.effects.values())


# Not a state: the ticket itself remembers which one is meant.
WAY_BACK = "way back"  # to where the ticket was before it waited
EVERY = frozenset({"new", "open", "waiting", "resolved", "closed", "rejected"})
LIVE = frozenset({"new", "open", "waiting"})
SETTLED = EVERY - LIVE

# What several rows share, so that they cannot drift apart.
_ANSWER = {"response": Effect.STOP, "update": Effect.RESTART}
_BY_FLAG = {"response": Effect.BY_FLAG, "update": Effect.BY_FLAG, "resolution": Effect.BY_FLAG}
_STOP = {"response": Effect.STOP, "update": Effect.STOP, "resolution": Effect.STOP}
_RETARGET = {"response": Effect.RETARGET, "update": Effect.RETARGET, "resolution": Effect.RETARGET}
_WITHDRAW = {"response": Effect.WITHDRAW, "update": Effect.WITHDRAW, "resolution": Effect.WITHDRAW}

MOVES: Mapping[str, tuple[Move, ...]] = {
    # Saying again that work has begun is allowed and changes nothing; the action sees to that.
    "begin": (
        Move(frozenset({"new"}), "open", response=Effect.STOP, update=Effect.START),
        Move(frozenset({"open", "waiting"}), response=Effect.STOP, update=Effect.START),
    ),
    "respond": (Move(frozenset({"new"}), "open", **_ANSWER), Move(frozenset({"open", "waiting"}), **_ANSWER)),
    # A word to the reporter after the end is possible, but no update of anything that still runs.
    "comment_by_team": (
        Move(frozenset({"new"}), "open", **_ANSWER),
        Move(frozenset({"open", "waiting"}), **_ANSWER),
        Move(SETTLED),
    ),
    "comment_by_others": (Move(EVERY),),
    # The answer everybody waits for is there, so nobody should have to press a button as well.
    "comment_that_resumes": (Move(frozenset({"waiting"}), WAY_BACK, **_BY_FLAG),),
    "comment_internal": (Move(EVERY),),
    "assign": (Move(LIVE),),
    "pause": (Move(frozenset({"new", "open"}), "waiting", **_BY_FLAG),),
    "resume": (Move(frozenset({"waiting"}), WAY_BACK, **_BY_FLAG),),
    "reprioritise": (Move(LIVE, **_RETARGET),),
    # Not an action of the API: a service level manager follows an edited calendar.
    "move": (Move(LIVE, **_RETARGET),),
    "resolve": (Move(LIVE, "resolved", **_STOP),),
    "reopen": (Move(frozenset({"resolved", "closed"}), "open", update=Effect.RESTART, resolution=Effect.GO_ON),),
    "close": (Move(frozenset({"resolved"}), "closed"),),
    # Closed and resolved tickets had their verdict; rejecting them would rewrite figures.
    "reject": (Move(LIVE, "rejected", **_WITHDRAW),),
    "log-time": (Move(EVERY),),
}


def permitted(action: str, status: str) -> Move | None:
    """The row of the table for this action in this state; None when it is not possible there."""
    # A test proves that no state stands in two rows of one action, so the first is the only one.
    return next((move for move in MOVES[action] if status in move.sources), None)


def arrival(move: Move, *, status: str, resumes_as: str) -> str:
    """The state after the move; `resumes_as` is where a waiting ticket came from."""
    if move.target == WAY_BACK:
        return resumes_as
    return status if move.target is None else move.target


# A credit, from the proposal to the money: from these states to that one; None leaves it where it is.
CREDIT_MOVES: Mapping[str, tuple[frozenset[str], str | None]] = {
    "correct": (frozenset({"proposed", "claimed"}), None),
    "claim": (frozenset({"proposed"}), "claimed"),
    "expire": (frozenset({"proposed"}), "expired"),
    "grant": (frozenset({"claimed"}), "granted"),
    "decline": (frozenset({"claimed"}), "declined"),
    "settle": (frozenset({"granted"}), "settled"),
}


def is_credit_permitted(move: str, state: str) -> bool:
    """Whether a credit in this state can make this move."""
    return state in CREDIT_MOVES[move][0]


def credit_arrival(move: str, state: str) -> str:
    """The state of a credit after a permitted move."""
    return CREDIT_MOVES[move][1] or state
