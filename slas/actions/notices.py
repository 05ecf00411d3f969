"""The outbox: actions leave letters in it, and take back those that no longer matter. Nothing is sent from here."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from slas.models import Notice
from slas.models.notices import NoticeState

BATCH = 2000  # rows per INSERT


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to one person, as facts; `templates/emails/<kind>.*` puts it into words when it is sent.

    `key` names the message for good: ticket : timer : cycle : step : recipient : channel : repeat. `context` is JSON;
    its `fallback_chain` lists the ids of those who are told when this recipient cannot be reached by `fallback_at`.
    `topic` and `level` say what may withdraw it; an urgent letter is never bundled into a digest.
    """

    key: str
    kind: str
    recipient_id: int
    context: Mapping[str, object]
    subject: str = ""
    topic: str = ""
    level: int = 0
    priority: str = ""
    is_urgent: bool = False
    fallback_at: datetime | None = None


def put(notices: Iterable[Letter], *, now: datetime) -> None:
    """Leave letters in the outbox; one whose key is known already is not written twice.

    Call it inside the transaction of the change that they tell about.
    """
    rows = [_row(letter, now) for letter in notices]
    Notice.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def withdraw(topic: str, *, up_to_level: int | None = None) -> int:
    """Take back what has not left the house yet, up to a rung of its ladder; returns how many letters that were."""
    waits_in_digest = Q(state=NoticeState.BUNDLED, digest__state=NoticeState.PENDING)
    found = Notice.objects.filter(Q(state=NoticeState.PENDING) | waits_in_digest, topic=topic)
    if up_to_level is not None:
        found = found.filter(level__lte=up_to_level)
    return found.update(state=NoticeState.WITHDRAWN)


def message_id(key: str) -> str:
    """The same Message-ID for the same key, on every machine and every resend."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def _row(letter: Letter, now: datetime) -> Notice:
    return Notice(
        key=letter.key,
        message_id=message_id(letter.key),
        kind=letter.kind,
        recipient_id=letter.recipient_id,
        context=letter.context,
        subject=letter.subject,
        topic=letter.topic,
        level=letter.level,
        priority=letter.priority,
        is_urgent=letter.is_urgent,
        created_at=now,
        next_attempt_at=Now(),  # the deliverer asks the database's clock, so it must be the one that answers
        fallback_at=letter.fallback_at,
    )
