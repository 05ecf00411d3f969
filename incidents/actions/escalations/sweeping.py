"""Looks for timers whose next step is due and fires them in sets; due is decided by PostgreSQL's clock alone."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from incidents.actions.escalations import parking
from incidents.actions.escalations.firing import Fired, fire
from incidents.models import Timer
from slas.models import Product
from slas.queries.notices import database_now

logger = logging.getLogger(__name__)

BATCH = 1000
FULL_EVERY = 60.0  # seconds by the monotonic clock
MARGIN = timedelta(seconds=5)  # a transaction may become visible a little after the moment it wrote down
Key = tuple[datetime, int]
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
# Columns that no letter tells; turning instants into Python is what a storm spends its time on.
UNREAD = (
    "next_fire_at", "reckoned_at", "ticket__description", "ticket__updated_at", "ticket__queue_due_at",
    "ticket__queue_position", "ticket__external_reference", "ticket__assignee_label", "ticket__team_label",
)  # fmt: skip
# No exists() before it: prepared, that becomes a scan of all timers.
DUE = """
SELECT next_fire_at, id FROM incidents_timer
WHERE next_fire_at <= statement_timestamp() AND parked_at IS NULL AND (next_fire_at, id) > (%s, %s)
ORDER BY next_fire_at, id LIMIT %s
"""


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
    done, above = Swept(), (watermark.at or BEGINNING, 0)
    while keys := _due_keys(limit, above):
        done += _sweep_batch([pk for _, pk in keys])
        above = keys[-1]
        if len(keys) < limit or time.monotonic() > ends:
            break
    if began is not None:
        watermark.rise(began)
    return done


def _due_keys(limit: int, above: Key) -> list[Key]:
    """The next timers in the order of the index."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [*above, limit])
        return [(at, pk) for at, pk in cursor.fetchall()]


def _sweep_batch(keys: Sequence[int]) -> Swept:
    """One transaction; a batch that raises is replayed row by row, so that one bad row stops nobody else."""
    with transaction.atomic():
        timers = list(_locked(keys))
        _with_products(timers)
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
    return due.select_related("ticket").defer(*UNREAD).order_by("next_fire_at", "pk")


def _with_products(timers: Sequence[Timer]) -> None:
    """A few products for many tickets."""
    products = Product.objects.in_bulk({timer.ticket.product_id for timer in timers})
    for timer in timers:
        timer.ticket.product = products[timer.ticket.product_id]


def _counted(fired: Fired) -> Swept:
    return Swept(escalations=fired.escalations, breaches=fired.breaches)
