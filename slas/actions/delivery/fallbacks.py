"""When somebody cannot be reached, the next person on the chain is told as well."""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from slas.actions.notices import message_id
from slas.models import Notice, User
from slas.models.notices import NoticeState
from slas.queries import parties
from slas.queries.notices import database_now

ROUND = 500


def tell_next_of_overdue() -> int:
    """Tell the next person of every letter that was not accepted within its age; returns how many were told."""
    with transaction.atomic():
        overdue = Notice.objects.filter(
            state=NoticeState.PENDING,
            fallback_at__lte=Now(),
            fallbacks__isnull=True,
            context__fallback_chain__0__isnull=False,
        )
        rows = overdue.select_for_update(skip_locked=True, of=("self",)).select_related("recipient")
        told = {notice.pk: tell_next(notice) for notice in rows.order_by("fallback_at", "pk")[:ROUND]}
        # Whose chain has ended is not asked again: hundreds of them would keep the others from their turn.
        Notice.objects.filter(pk__in=[pk for pk, is_told in told.items() if not is_told]).update(fallback_at=None)
        return sum(told.values())


def tell_next(notice: Notice) -> bool:
    """Write the same letter to the next person who is there; False when the chain has ended."""
    now = database_now()
    reader, rest = _next_reader(notice, now)
    if reader is None:
        return False
    key = f"{notice.key}>{reader.username}"
    repeated = Notice(
        key=key,
        message_id=message_id(key),
        kind=notice.kind,
        recipient=reader,
        context=notice.context
        | {"fallback_chain": rest, "fallback_for": notice.recipient.name, "role": "fallback", "stands_in_for": ""},
        subject=notice.subject,
        topic=notice.topic,
        level=notice.level,
        priority=notice.priority,
        is_urgent=notice.is_urgent,
        created_at=now,
        next_attempt_at=now,
        # The next person gets as much time as this one had.
        fallback_at=None if notice.fallback_at is None else now + abs(notice.fallback_at - notice.created_at),
        fallback_of=notice,
    )
    # Two machines may find the same overdue letter; the key lets it be written once.
    Notice.objects.bulk_create([repeated], ignore_conflicts=True)
    return True


def _next_reader(notice: Notice, now: datetime) -> tuple[User | None, list[int]]:
    """Who reads it instead, deputies in place of the absent, and who remains after that."""
    chain: list[int] = list(notice.context.get("fallback_chain", []))
    people = User.objects.select_related("deputy").in_bulk(chain)
    for position, pk in enumerate(chain):
        person = people.get(pk)
        if person is None:
            continue
        reader = parties.stand_in(person, person.day_at(now))
        # The deputy of the next may be the one who cannot be reached.
        if reader.is_active and reader.pk != notice.recipient_id:
            return reader, chain[position + 1 :]
    return None, []
