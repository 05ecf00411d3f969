"""Calls measured side by side: taking turns, so that whatever else the machine does slows all of them alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median, quantiles

from django.db import connection

NANOSECONDS = 1_000_000_000


@dataclass
class Times:
    """Milliseconds of every call: on the wall, and of the processor in this process and in its PostgreSQL backend."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def take(self, call: Callable[[], object]) -> None:
        """Measure one call."""
        wall, cpu = time.perf_counter(), processor_seconds()
        call()
        self.wall.append((time.perf_counter() - wall) * 1000)
        self.cpu.append((processor_seconds() - cpu) * 1000)

    @property
    def middle(self) -> float:
        """The median on the wall."""
        return median(self.wall)

    @property
    def average(self) -> float:
        """The mean on the wall: what a rate is made of."""
        return mean(self.wall)

    @property
    def p95(self) -> float:
        """Nineteen of twenty calls are faster than this."""
        return quantiles(self.wall, n=20)[-1]

    @property
    def work(self) -> float:
        """The median of the processor's time, which says the same on a busy machine as on a quiet one, or nearly."""
        return median(self.cpu)


def processor_seconds() -> float:
    """What this process and its backend have computed so far; waiting for the disk or for others does not count."""
    if connection.connection is None:
        return time.process_time()
    # The kernel's own count, because PostgreSQL keeps none; the backend sleeps while we read it.
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return time.process_time() + int(backend.read_text().split()[0]) / NANOSECONDS


def take_turns(*calls: Callable[[], object], rounds: int, warm_up: int) -> list[Times]:
    """The times of each call over so many rounds, after a few that do not count."""
    for _ in range(warm_up):
        for call in calls:
            call()
    times = [Times() for _ in calls]
    for _ in range(rounds):
        for call, found in zip(calls, times, strict=True):
            found.take(call)
    return times
