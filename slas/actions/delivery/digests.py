"""Nobody gets more than ten letters in five minutes: what is more becomes one letter that lists every one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from slas.actions.notices import message_id
from slas.models import Notice
from slas.models.notices import NoticeState
from slas.queries.notices import database_now, entries_of, sent_lately

MOST = 10
WITHIN = timedelta(minutes=5)
APART = timedelta(seconds=60)  # between two digests to one person


def bundle(due: Sequence[Notice]) -> list[Notice]:
    """The letters to send one by one; the others now stand in a digest, never an urgent one. Call it under the lock."""
    too_much = _too_much(due)
    for recipient_id, letters in too_much.items():
        digest = _digest_for(recipient_id, letters)
        Notice.objects.filter(pk__in=[letter.pk for letter in letters]).update(
            state=NoticeState.BUNDLED, digest=digest, lease_until=None
        )
    bundled = {letter.pk for letters in too_much.values() for letter in letters}
    return [notice for notice in due if notice.pk not in bundled]


def is_empty(notice: Notice) -> bool:
    """Whether everything that a digest was to list has been taken back; then there is nothing to send any more."""
    return notice.kind == "digest" and not entries_of(notice)


def _too_much(due: Sequence[Notice]) -> dict[int, list[Notice]]:
    by_reader: dict[int, list[Notice]] = defaultdict(list)
    for notice in due:
        by_reader[notice.recipient_id].append(notice)
    # Under the lock, so that what another machine has just taken is counted too.
    lately = sent_lately(list(by_reader), within=WITHIN)
    found: dict[int, list[Notice]] = {}
    for reader, letters in by_reader.items():
        may_wait = [letter for letter in letters if not letter.is_urgent and letter.kind != "digest"]
        # Urgent letters take their room first and are never bundled.
        room = MOST - lately.get(reader, 0) - (len(letters) - len(may_wait))
        if len(may_wait) > max(room, 0):
            found[reader] = may_wait[max(room, 0) :]
    return found


def _digest_for(recipient_id: int, letters: Sequence[Notice]) -> Notice:
    """The digest that still waits for this person, else a new one, a minute after the one before."""
    digests = Notice.objects.filter(recipient=recipient_id, kind="digest").order_by("-created_at", "-pk")
    waiting = digests.filter(state=NoticeState.PENDING, lease_until__isnull=True).select_for_update().first()
    if waiting is not None:
        return waiting
    now = database_now()
    last = digests.exclude(state=NoticeState.WITHDRAWN).first()
    first = letters[0]
    key = f"digest:{recipient_id}:{first.key}"
    leaves_at = now if last is None else max(now, (last.sent_at or now) + APART)
    return Notice.objects.create(
        key=key[:300],
        message_id=message_id(key),
        kind="digest",
        recipient_id=recipient_id,
        context={"path": "/escalations/", "fallback_chain": _chain(letters)},
        created_at=now,
        next_attempt_at=leaves_at,
        fallback_at=_fallback_at(letters, now, leaves_at),
    )


def _chain(letters: Sequence[Notice]) -> list[int]:
    return list(dict.fromkeys(pk for letter in letters for pk in letter.context.get("fallback_chain", [])))


def _fallback_at(letters: Sequence[Notice], now: datetime, leaves_at: datetime) -> datetime | None:
    ages = [letter.fallback_at for letter in letters if letter.fallback_at is not None]
    return max(min(ages), leaves_at + APART) if ages else None
