"""The outbox: actions leave letters in it, and take back those that no longer matter. Nothing is sent from here."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from functools import lru_cache
from typing import NewType

from django.conf import settings
from django.db.models import Q

from slas.models import Notice
from slas.models.notices import NoticeState
from slas.queries.cursors import straight

BATCH = 2000  # rows per INSERT
COLUMNS = 11
# One parameter a column instead of eleven a row: that is what makes a storm of letters fast. The deliverer asks the
# database's clock what is due, so that clock also says from when a letter may leave.
INSERT = """
INSERT INTO slas_notice (created_at, key, message_id, kind, recipient_id, context, subject, topic, level, priority,
  is_urgent, fallback_at, state, next_attempt_at, attempts, lease_token)
SELECT %s::timestamptz, key, message_id, kind, recipient, context::jsonb, subject, topic, level, priority,
  is_urgent, fallback_at, 'pending', statement_timestamp(), 0, 0
FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::int[],
  %s::text[], %s::boolean[], %s::timestamptz[]) AS letter(
  key, message_id, kind, recipient, context, subject, topic, level, priority, is_urgent, fallback_at)
ON CONFLICT DO NOTHING
"""
Written = NewType("Written", str)  # facts as JSON already


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
    context: Mapping[str, object] | Written
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
    letters = list(notices)
    with straight() as cursor:
        for start in range(0, len(letters), BATCH):
            cursor.execute(INSERT, given(letters[start : start + BATCH], now=now))


def given(letters: Sequence[Letter], *, now: datetime) -> list[datetime | list[object]]:
    """What `INSERT` asks for, for a change that writes its letters in one statement with its own rows."""
    columns = zip(*[_row(letter) for letter in letters], strict=True) if letters else [()] * COLUMNS
    return [now, *(list(column) for column in columns)]


def withdraw(topic: str, *, up_to_level: int | None = None) -> int:
    """Take back what has not left the house yet, up to a rung of its ladder; returns how many letters that were."""
    waits_in_digest = Q(state=NoticeState.BUNDLED, digest__state=NoticeState.PENDING)
    found = Notice.objects.filter(Q(state=NoticeState.PENDING) | waits_in_digest, topic=topic)
    if up_to_level is not None:
        found = found.filter(level__lte=up_to_level)
    return found.update(state=NoticeState.WITHDRAWN)


def message_id(key: str) -> str:
    """The same Message-ID for the same key, on every machine and every resend."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{_domain(settings.DEFAULT_FROM_EMAIL)}>"


@lru_cache(maxsize=16)
def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def _row(letter: Letter) -> tuple[object, ...]:
    context = letter.context
    return (
        letter.key,
        message_id(letter.key),
        letter.kind,
        letter.recipient_id,
        context if isinstance(context, str) else json.dumps(context),
        letter.subject,
        letter.topic,
        letter.level,
        letter.priority,
        letter.is_urgent,
        letter.fallback_at,
    )
