"""Child processes that never outlive their parent, not even after `kill -9`, on Linux and macOS."""

import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from config import guard

LINUX = sys.platform.startswith("linux")
LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>


@dataclass(frozen=True)
class Child:
    """A running child, how it is asked to stop, and whether its own children are asked with it."""

    name: str
    popen: subprocess.Popen[bytes]
    stop_signal: int
    group: bool

    @property
    def watched(self) -> guard.Watched:
        """The same child as the guard sees it."""
        return guard.Watched(self.popen.pid, self.group, self.stop_signal)


def _settle(parent: int, signum: int, become: Callable[[], None] | None) -> None:
    """Between fork and exec: take on the identity, then ask Linux for a signal when the parent dies."""
    if become:
        become()
    if LINUX:
        LIBC.prctl(PR_SET_PDEATHSIG, signum)
    # The parent may have died before the line above; then nobody would tell us.
    if os.getppid() != parent:
        os._exit(1)


class Children:
    """Starts children, tells the guard about each, and stops them in reverse order."""

    def __init__(self) -> None:
        """Nothing runs yet; the guard starts with the first child."""
        self.running: list[Child] = []
        self._guard: subprocess.Popen[bytes] | None = None

    def spawn(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        log: Path | None = None,
        stop_signal: int = signal.SIGTERM,
        own_group: bool = True,
        watch_group: bool = True,
        uid: int | None = None,
        become: Callable[[], None] | None = None,
    ) -> Child:
        """Start `command`; with `log` it reads nothing and writes there, else it keeps our terminal."""
        stream = log.open("ab") if log else None
        try:
            popen = subprocess.Popen(
                [str(part) for part in command],
                preexec_fn=partial(_settle, os.getpid(), stop_signal, become),
                stdin=subprocess.DEVNULL if log else None,
                stdout=stream,
                stderr=stream,
                env=dict(env) if env is not None else None,
                cwd="/" if uid is not None else None,
                user=uid,
                group=uid,
                extra_groups=None if uid is None else [],
                process_group=0 if own_group else None,
            )
        finally:
            if stream:
                stream.close()
        child = Child(name, popen, stop_signal, group=own_group and watch_group)
        self.running.append(child)
        self._tell({"watch": popen.pid, "group": child.group, "signal": int(stop_signal)})
        return child

    def stop(self, child: Child, *, grace: float = 10.0) -> None:
        """Ask one child to stop, kill it after `grace` seconds, and end what it left in its group."""
        if child.popen.poll() is None:
            child.watched.send(child.stop_signal)
        try:
            child.popen.wait(grace)
        except subprocess.TimeoutExpired:
            child.popen.kill()
            child.popen.wait()
        self.bury(child)

    def bury(self, child: Child) -> None:
        """Forget a child that has ended; grandchildren that it left behind end now."""
        if child.group:
            child.watched.send(signal.SIGKILL)
        if child in self.running:
            self.running.remove(child)
            self._tell({"forget": child.popen.pid})

    def remove_when_orphaned(self, folder: Path) -> None:
        """Have the guard delete a throw-away folder should we be killed."""
        self._tell({"remove": str(folder)})

    def stop_all(self) -> None:
        """Stop what runs, the youngest first, and dismiss the guard."""
        for child in reversed(list(self.running)):
            self.stop(child)
        if self._guard and self._guard.stdin:
            self._guard.stdin.close()
            self._guard.wait(10)
        self._guard = None

    def _tell(self, order: dict[str, object]) -> None:
        if self._guard is None:
            # A session of its own: neither Ctrl-C nor a kill of our group reaches the guard.
            self._guard = subprocess.Popen(
                [sys.executable, "-I", "-S", guard.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        assert self._guard.stdin
        self._guard.stdin.write(json.dumps(order).encode() + b"\n")
        self._guard.stdin.flush()
