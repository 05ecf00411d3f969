"""Hands letters to the mail server: at least once, always under the same Message-ID, never inside a transaction."""

import time
from dataclasses import dataclass, replace

from slas.actions.delivery import fallbacks
from slas.actions.delivery.claims import claim, is_still_ours, release
from slas.actions.delivery.compositions import composed
from slas.actions.delivery.outcomes import Outcome, Verdict, settle
from slas.actions.delivery.post import Post
from slas.models import Notice

__all__ = ["Handover", "composed", "deliver"]


@dataclass(frozen=True)
class Handover:
    """What one round of the post did: letters accepted, put off, refused, and people told in somebody's place."""

    accepted: int = 0
    later: int = 0
    refused: int = 0
    told_next: int = 0


def deliver(*, limit: int = 100, seconds: float = 30.0) -> Handover:
    """Send what waits, for at most so many seconds; letters that have waited too long also go to the next person."""
    ends = time.monotonic() + seconds
    done = Handover(told_next=fallbacks.tell_next_of_overdue())
    with Post() as post:
        while time.monotonic() < ends and post.is_open and (batch := claim(limit)):
            done = _hand_over(batch, post, ends, done)
    return done


def _hand_over(batch: list[Notice], post: Post, ends: float, done: Handover) -> Handover:
    left = list(batch)
    try:
        while left and post.is_open and time.monotonic() < ends:
            notice = left[0]
            # Taken back, or taken over by another worker while the letters before this one were sent?
            if is_still_ours(notice):
                outcome = _send(notice, post)
                settle(notice, outcome)
                done = _counted(done, outcome.verdict)
            left.pop(0)
    finally:
        release(left)
    return done


def _send(notice: Notice, post: Post) -> Outcome:
    if not notice.recipient.is_active:
        return Outcome(Verdict.REFUSED, answer="This person has left.")
    return post.send(composed(notice))


def _counted(done: Handover, verdict: Verdict) -> Handover:
    return replace(done, **{verdict.value: getattr(done, verdict.value) + 1})
