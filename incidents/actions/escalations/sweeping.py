"""Looks for timers whose next step is due and fires them in sets; due is decided by PostgreSQL's clock alone."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from incidents.actions.escalations import parking
from incidents.actions.escalations.firing import Fired, fire
from incidents.models import Timer
from slas.queries.notices import database_now

logger = logging.getLogger(__name__)

BATCH = 1000
FULL_EVERY = 60.0  # seconds by the monotonic clock
MARGIN = timedelta(seconds=5)  # a transaction may become visible a little after the moment it wrote down
Key = tuple[datetime, int]


@dataclass
class Watermark:
    """Below it nothing is due any more, so that the index entries of what has fired are not walked again and again.

    They cannot be removed while somebody holds an old snapshot. A full pass now and then finds what came in below.
    """

    at: datetime | None = None
    full_at: float = 0.0

    def wants_full_pass(self) -> bool:
        """Whether the time for a full pass has come."""
        return self.at is None or time.monotonic() - self.full_at >= FULL_EVERY

    def rise(self, now: datetime) -> None:
        """Everything up to this moment has been looked at."""
        self.at = max(self.at or now - MARGIN, now - MARGIN)


@dataclass(frozen=True)
class Swept:
    """What one round did."""

    escalations: int = 0
    breaches: int = 0
    failures: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        """Rounds add up."""
        return Swept(
            self.escalations + other.escalations, self.breaches + other.breaches, self.failures + other.failures
        )


_OF_THIS_PROCESS = Watermark()


def sweep(*, limit: int = BATCH, seconds: float = 30.0, watermark: Watermark = _OF_THIS_PROCESS) -> Swept:
    """Fire everything that is due, for at most so many seconds. Several may run at once."""
    ends = time.monotonic() + seconds
    began = None
    if watermark.wants_full_pass():
        began, watermark.at, watermark.full_at = database_now(), None, time.monotonic()
    done, after = Swept(), None
    while keys := _due_keys(limit, watermark, after):
        done += _sweep_batch([pk for _, pk in keys])
        after = keys[-1]
        if len(keys) < limit or time.monotonic() > ends:
            break
    if began is not None:
        watermark.rise(began)
    return done


def _due_keys(limit: int, watermark: Watermark, after: Key | None) -> list[Key]:
    """The next timers in the order of the index. No exists() before it: prepared, that becomes a scan of all."""
    due = Timer.objects.filter(next_fire_at__lte=Now(), parked_at__isnull=True).order_by("next_fire_at", "pk")
    lower = after[0] if after else watermark.at
    if lower is not None:
        due = due.filter(next_fire_at__gte=lower)
    rows = due.values_list("next_fire_at", "pk")[: limit + 1 if after else limit]
    found = [(at, pk) for at, pk in rows if at is not None]
    return [key for key in found if after is None or key > after][:limit]


def _sweep_batch(keys: Sequence[int]) -> Swept:
    """One transaction; a batch that raises is replayed row by row, so that one bad row stops nobody else."""
    with transaction.atomic():
        timers = list(_locked(keys))
        if not timers:
            return Swept()
        try:
            with transaction.atomic():
                return _counted(fire(timers, now=database_now()))
        except OperationalError:  # the database is ill, not the row
            raise
        except Exception:
            logger.warning("A batch of %s timers raises and is replayed row by row.", len(timers), exc_info=True)
            return _replay(timers)


def _replay(timers: Sequence[Timer]) -> Swept:
    done = Swept()
    for timer in timers:
        try:
            with transaction.atomic():
                done += _counted(fire([timer], now=database_now()))
        except OperationalError:
            raise
        except Exception as fault:
            logger.exception("Timer %s cannot be worked on.", timer.pk)
            parking.put_off(timer, fault=fault, now=database_now())
            done += Swept(failures=1)
    return done


def _locked(keys: Sequence[int]) -> QuerySet[Timer]:
    """Timers that are still due once they are ours. Ticket and timer together, skipping what an action has locked:

    actions lock the ticket first, so neither ever waits for the other.
    """
    rows = Timer.objects.select_for_update(skip_locked=True, no_key=True, of=("self", "ticket"))
    due = rows.filter(pk__in=keys, next_fire_at__lte=Now(), parked_at__isnull=True)
    return due.select_related("ticket__product").order_by("next_fire_at", "pk")


def _counted(fired: Fired) -> Swept:
    return Swept(escalations=fired.escalations, breaches=fired.breaches)
