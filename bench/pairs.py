"""Two calls measured side by side: taking turns, so that whatever else the machine does slows both alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import mean, median, quantiles


@dataclass
class Times:
    """Milliseconds of every call: on the wall, and of this process's processor alone."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def take(self, call: Callable[[], object]) -> None:
        """Measure one call."""
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        self.wall.append((time.perf_counter() - wall) * 1000)
        self.cpu.append((time.process_time() - cpu) * 1000)

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
        """The median of the processor's time."""
        return median(self.cpu)


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
