"""What the mail server said, and what follows: sent, try again later, or never."""

import random
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from django.db import transaction
from django.db.models.functions import Now

from slas import mail
from slas.actions.delivery import fallbacks
from slas.models import Attempt, Notice
from slas.models.notices import NoticeState

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
JITTER = 0.2  # so that letters put off together do not come back together


class Verdict(Enum):
    """The three things that can become of a try; the values name the counters of a round."""

    ACCEPTED = "accepted"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """The verdict with the SMTP reply that led to it; no code when there was no reply."""

    verdict: Verdict
    code: int | None = None
    answer: str = ""


def settle(notice: Notice, outcome: Outcome) -> None:
    """Write down the try, and what it means for the letter unless another worker has it by now."""
    with transaction.atomic():
        Attempt.objects.create(
            notice=notice,
            at=Now(),
            address=mail.address_of(notice)[:320],
            code=outcome.code,
            answer=outcome.answer[:500],
            is_accepted=outcome.verdict is Verdict.ACCEPTED,
        )
        if outcome.verdict is Verdict.ACCEPTED:
            # Also when it was taken back, or taken over, in these seconds: it has left the house.
            unsent = Notice.objects.filter(pk=notice.pk).exclude(state=NoticeState.SENT)
            unsent.update(state=NoticeState.SENT, sent_at=Now(), lease_until=None)
            return
        ours = Notice.objects.filter(pk=notice.pk, lease_token=notice.lease_token, state=NoticeState.PENDING)
        if outcome.verdict is Verdict.LATER:
            ours.update(next_attempt_at=Now() + wait(notice.attempts), lease_until=None)
        elif ours.update(state=NoticeState.FAILED, lease_until=None):
            fallbacks.tell_next(notice)


def wait(attempts: int) -> timedelta:
    """How long until the next try: 30 s after the first, doubling up to 15 min, give or take a fifth."""
    doublings = min(max(attempts - 1, 0), 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT) * random.uniform(1 - JITTER, 1 + JITTER)
