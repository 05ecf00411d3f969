"""Who sends what: a claim is a lease with a fencing token, so that a worker that died or hangs blocks nothing."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from slas.actions.delivery import digests
from slas.models import Notice
from slas.models.notices import NoticeState

CLAIMING = 5_309_001  # advisory lock: who counts the letters of a person must see those that others have just taken
SOON = timedelta(seconds=30)


def lease() -> timedelta:
    """At least four times the slowest send."""
    return timedelta(seconds=settings.NOTICE_LEASE_SECONDS)


def claim(limit: int) -> list[Notice]:
    """Take up to so many letters that are due, the urgent first; whoever gets too many gets a digest instead."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMING])
        due = Notice.objects.filter(
            Q(lease_until__isnull=True) | Q(lease_until__lte=Now()),
            state=NoticeState.PENDING,
            next_attempt_at__lte=Now(),
        )
        # Two machines take different letters instead of waiting for each other.
        rows = due.select_for_update(skip_locked=True, of=("self",)).select_related("recipient", "fallback_of")
        found = digests.bundle(list(rows.order_by("-is_urgent", "next_attempt_at", "pk")[:limit]))
        _take(found)
    return found


def is_still_ours(notice: Notice) -> bool:
    """Extend the lease just before sending; False when the letter was taken back or somebody else has it now."""
    ours = Notice.objects.filter(pk=notice.pk, lease_token=notice.lease_token, state=NoticeState.PENDING)
    if digests.is_empty(notice):
        ours.update(state=NoticeState.WITHDRAWN)
        return False
    return bool(ours.update(lease_until=Now() + lease()))


def release(notices: Sequence[Notice]) -> None:
    """Give back what was not tried, for the next round."""
    for notice in notices:
        ours = Notice.objects.filter(pk=notice.pk, lease_token=notice.lease_token, state=NoticeState.PENDING)
        ours.update(lease_until=None, attempts=F("attempts") - 1, next_attempt_at=Now() + SOON)


def _take(notices: Sequence[Notice]) -> None:
    if not notices:
        return
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(
        # The token fences: whoever comes back after the lease ran out holds an older number.
        lease_token=F("lease_token") + 1,
        attempts=F("attempts") + 1,
        lease_until=Now() + lease(),
    )
    for notice in notices:
        notice.lease_token += 1
        notice.attempts += 1
