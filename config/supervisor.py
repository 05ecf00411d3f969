"""Keeps programs running: one that ends by itself is started again, sooner at first and later each time."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from config.children import Child, Children, Program

FIRST_PAUSE, LONGEST_PAUSE, SETTLED = 0.5, 30.0, 60.0  # seconds


def pause(failures: int) -> float:
    """Seconds to wait after this many ends in a row."""
    # Soon at first (it was an accident), then rarely (it is a fault that somebody has to mend).
    return float(min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE))


def ending(code: int) -> str:
    """How a program ended, in words."""
    return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"


@dataclass
class Supervisor:
    """Looks after every child of `children`; `say` hears one line per end."""

    children: Children
    say: Callable[[str], None]
    _started: dict[str, float] = field(default_factory=dict)
    _failures: dict[str, int] = field(default_factory=dict)
    _waiting: list[tuple[float, Program]] = field(default_factory=list)

    def look(self, now: float) -> None:
        """Notice what has ended and start again what has waited long enough; `now` is monotonic."""
        for child in list(self.children.running):
            self._started.setdefault(child.program.name, now)
            code = child.popen.poll()
            if code is not None:
                self._mourn(child, code, now)
        for due, program in list(self._waiting):
            if due <= now:
                self._waiting.remove((due, program))
                self._started[program.name] = now
                self.children.spawn(program)

    def _mourn(self, child: Child, code: int, now: float) -> None:
        name = child.program.name
        # Its own children end first, or a new web server would find the old one's port taken.
        self.children.bury(child)
        lived = now - self._started.pop(name)
        self._failures[name] = 1 if lived >= SETTLED else self._failures.get(name, 0) + 1
        wait = pause(self._failures[name])
        self._waiting.append((now + wait, child.program))
        self.say(f"{name} {ending(code)}; starting it again in {wait:g} s (log: {child.program.log})")

    def watch(self, goes_on: Callable[[], bool]) -> None:
        """Look after the children for as long as `goes_on` says so."""
        while goes_on():
            self.look(time.monotonic())
            time.sleep(0.2)
