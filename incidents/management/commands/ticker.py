"""The second ticker: its own process, a monotonic clock, no Redis; it takes over when the first one falls silent."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from types import FrameType

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from incidents.actions import engine
from incidents.queries.engine import pulses

logger = logging.getLogger(__name__)


@dataclass
class Job:
    """One round, how often it is due in seconds, and when it last ran by the monotonic clock."""

    name: str
    every: float
    run: Callable[[], None]
    ran_at: float = float("-inf")


def jobs() -> list[Job]:
    """The same rounds as the beat table, in the same rhythm."""
    tick = settings.TICK_SECONDS
    return [
        Job("sweep", tick, lambda: engine.sweep_round("ticker")),
        Job("deliver", tick, lambda: engine.deliver_round("ticker")),
        Job("audit", 3 * tick, engine.audit_round),
        Job("canary", 900, lambda: engine.canary_round(timezone.now())),
        Job("reviews", 3600, lambda: engine.review_round(timezone.now())),
        Job("budgets", 900, lambda: engine.budget_round(timezone.now())),
        Job("maintenance", 3600, lambda: engine.maintenance_round(timezone.now())),
        Job("overruns", 3 * tick, lambda: engine.overrun_round(timezone.now())),
        Job("silence", 60, lambda: engine.silence_round(timezone.now())),
        Job("months", 3600, lambda: engine.month_round(timezone.now())),
        Job("housekeeping", 600, lambda: engine.housekeeping_round(timezone.now())),
    ]


@dataclass
class Ticker:
    """Watches the pulse of the first ticker and does its work while there is none."""

    jobs: list[Job] = field(default_factory=jobs)
    is_acting: bool = False

    def turn(self) -> None:
        """One look; never raises, because nobody would start it again."""
        try:
            engine.beat("ticker")
            self._take_over_or_rest(is_first_silent())
        except DatabaseError:
            logger.exception("The database does not answer; the next turn tries again.")
            # A connection that broke is not mended by itself; the next turn opens another one.
            connection.close()

    def _take_over_or_rest(self, is_silent: bool) -> None:
        if is_silent != self.is_acting:
            logger.warning("The second ticker %s.", "takes over" if is_silent else "rests again")
            self.is_acting = is_silent
        for job in self.jobs if is_silent else ():
            # Monotonic: a clock that is set back must not keep escalations waiting for an hour.
            if time.monotonic() - job.ran_at >= job.every:
                # Before it runs: a round that raises is tried again in its own rhythm, not in every turn.
                job.ran_at = time.monotonic()
                _run(job)


def _run(job: Job) -> None:
    """One round; whatever it raises must not keep the others from running."""
    try:
        job.run()
    except Exception as fault:
        logger.exception("The round “%s” raised.", job.name)
        # A connection that broke is not mended by itself; the next round opens another one.
        if isinstance(fault, DatabaseError):
            connection.close()


def is_first_silent() -> bool:
    """Whether the beat has not been heard for too long, or never."""
    limit = timedelta(seconds=settings.TAKEOVER_SECONDS)
    (beat,) = (pulse for pulse in pulses() if pulse.name == "beat")
    return beat.age is None or beat.age > limit


class Command(BaseCommand):
    """`manage.py ticker`, until it is asked to stop."""

    help = "Watches the engine and takes over when its heartbeat is older than a minute."

    def handle(self, *args: object, **options: object) -> None:
        """Turn until a signal comes."""
        stop = threading.Event()

        def ask_to_stop(signum: int, frame: FrameType | None) -> None:
            stop.set()

        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, ask_to_stop)
        ticker = Ticker()
        while not stop.is_set():
            close_old_connections()
            ticker.turn()
            # Wakes at once when asked to stop, so that a deployment does not wait for a tick.
            stop.wait(settings.TICK_SECONDS)
