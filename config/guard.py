"""Outlives a launcher that was killed and ends what it left behind. Run as a script, on the standard library alone.

Reads one JSON object a line from standard input, which only the launcher holds open:
`{"watch": pid, "group": bool, "signal": number}`, `{"forget": pid}` and `{"remove": folder}`.
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

GRACE_SECONDS = 4.0


@dataclass(frozen=True)
class Watched:
    """A process, or the group that it leads, and the signal that asks it to stop."""

    pid: int
    group: bool
    signal: int

    def send(self, signum: int) -> bool:
        """Send the signal (0 only asks); False when nobody is there any more."""
        deliver: Callable[[int, int], None] = os.killpg if self.group else os.kill
        try:
            deliver(self.pid, signum)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def lives(self) -> bool:
        """Whether anything of it still runs; what has ended but was not yet collected by process 1 does not."""
        if not self.send(0):
            return False
        # Where there is no /proc (macOS) process 1 collects the dead at once, and the signal has told the truth.
        members = Path("/proc").glob("[0-9]*/stat") if self.group else [Path(f"/proc/{self.pid}/stat")]
        return not Path("/proc/self/stat").exists() or any(self._is_running(stat) for stat in members)

    def _is_running(self, stat: Path) -> bool:
        # The name in brackets may itself hold brackets and spaces, so count from the last one.
        try:
            state, _, group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            return False
        return state not in "ZX" and (not self.group or int(group) == self.pid)


def read(lines: Iterable[str]) -> tuple[list[Watched], list[Path]]:
    """What is still watched, and which folders are to go, when the launcher's end of the pipe closes."""
    watched: dict[int, Watched] = {}
    rubbish: list[Path] = []
    for line in lines:
        order = json.loads(line)
        if "watch" in order:
            watched[order["watch"]] = Watched(order["watch"], order["group"], order["signal"])
        elif "forget" in order:
            watched.pop(order["forget"], None)
        else:
            rubbish.append(Path(order["remove"]))
    return list(watched.values()), rubbish


def end(watched: list[Watched], *, grace: float = GRACE_SECONDS) -> None:
    """Ask everything to stop, the youngest first; after `grace` seconds kill what is left."""
    # The youngest first: web and worker before the database that they still write to.
    for one in reversed(watched):
        one.send(one.signal)
    limit = time.monotonic() + grace
    while time.monotonic() < limit and any(one.lives() for one in watched):
        time.sleep(0.05)
    for one in watched:
        one.send(signal.SIGKILL)


def main() -> None:
    """Wait for the launcher to go, however it goes, and tidy up."""
    # Reading blocks until the launcher's end is closed, by itself or by the system when it dies.
    watched, rubbish = read(sys.stdin)
    end(watched)
    for folder in rubbish:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
