"""Looks for timers whose next step is due and fires them in sets; due is decided by PostgreSQL's clock alone."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import OperationalError, transaction

from incidents.actions.escalations import parking
from incidents.actions.escalations.firing import Fired, fire
from incidents.models import Timer
from incidents.queries import due
from incidents.queries.due import DueTimer, Key
from slas.queries.notices import database_now

logger = logging.getLogger(__name__)

BATCH = 2000
FULL_EVERY = 60.0  # seconds by the monotonic clock
MARGIN = timedelta(seconds=5)  # a transaction may become visible a little after the moment it wrote down
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


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


OF_THIS_PROCESS = Watermark()


def sweep(*, limit: int = BATCH, seconds: float = 30.0, watermark: Watermark = OF_THIS_PROCESS) -> Swept:
    """Fire everything that is due, for at most so many seconds. Several may run at once."""
    ends = time.monotonic() + seconds
    began = None
    if watermark.wants_full_pass():
        began, watermark.at, watermark.full_at = database_now(), None, time.monotonic()
    above: Key = (watermark.at or BEGINNING, 0)
    done = Swept()
    while keys := due.keys(limit, above=above):
        done += _sweep_batch([pk for _, pk in keys])
        above = keys[-1]
        if len(keys) < limit or time.monotonic() > ends:
            break
    if began is not None:
        watermark.rise(began)
    return done


def _sweep_batch(keys: Sequence[int]) -> Swept:
    """One transaction; a batch that raises is replayed row by row, so that one bad row stops nobody else."""
    with transaction.atomic():
        timers = due.locked(keys)
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


def _replay(timers: Sequence[DueTimer]) -> Swept:
    done = Swept()
    for timer in timers:
        try:
            with transaction.atomic():
                done += _counted(fire([timer], now=database_now()))
        except OperationalError:
            raise
        except Exception as fault:
            logger.exception("Timer %s cannot be worked on.", timer.pk)
            row = Timer.objects.select_related("ticket__product").get(pk=timer.pk)
            parking.put_off(row, fault=fault, now=database_now())
            done += Swept(failures=1)
    return done


def _counted(fired: Fired) -> Swept:
    return Swept(escalations=fired.escalations, breaches=fired.breaches)
