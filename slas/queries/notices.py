"""The outbox, read: what a letter encloses, how it stands, and what the database's clock says."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from slas.clock import Line, Span
from slas.models import Notice
from slas.models.notices import NoticeState
from slas.queries import calendars


def database_now() -> datetime:
    """The clock that decides what is due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def newest() -> QuerySet[Notice]:
    """Every letter with its reader, the newest first."""
    return Notice.objects.select_related("recipient").order_by("-created_at", "-pk")


def ledger_of(notice: Notice) -> Sequence[Line]:
    """How the time of the letter's timer was counted; empty when the letter is about no timer."""
    # Any: these are the letter's own JSON facts, written by the action that put it here.
    facts: Mapping[str, Any] | None = notice.context.get("ledger")
    if not facts:
        return ()
    pauses = [Span(_moment(start), _moment(end) if end else None) for start, end in facts["pauses"]]
    hours = calendars.hours_by_id(facts["calendar"])
    return hours.ledger(_moment(facts["from_at"]), _moment(facts["to_at"]), pauses)


def entries_of(notice: Notice) -> list[Notice]:
    """The letters that a digest lists and that nobody has taken back; for a fallback those of the digest it repeats."""
    # A letter may be handed on more than once.
    while notice.fallback_of is not None:
        notice = notice.fallback_of
    return list(
        notice.bundled.filter(state=NoticeState.BUNDLED).select_related("recipient").order_by("created_at", "pk")
    )


def sent_lately(recipients: Sequence[int], *, within: timedelta) -> dict[int, int]:
    """How many letters each person got in this last while, and how many are on their way at this moment."""
    lately = Q(sent_at__gt=Now() - within) | Q(state=NoticeState.PENDING, lease_until__gt=Now())
    rows = (
        Notice.objects.filter(lately, recipient__in=recipients)
        # The machine's own test letters are nobody's flood.
        .exclude(kind="canary")
        .order_by()
        .values_list("recipient")
    )
    return dict(rows.annotate(letters=Count("pk")))


def counts() -> dict[str, int]:
    """How many letters stand in which state."""
    return dict(Notice.objects.order_by().values_list("state").annotate(letters=Count("pk")))


def overdue() -> QuerySet[Notice]:
    """Letters that should have left and wait still, the oldest first."""
    return newest().filter(state=NoticeState.PENDING, next_attempt_at__lte=Now()).order_by("next_attempt_at", "pk")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
