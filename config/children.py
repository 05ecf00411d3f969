"""Child processes that never outlive their parent, not even after `kill -9`, on Linux and macOS."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from config import guard

LINUX = sys.platform.startswith("linux")
LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1  # from <linux/prctl.h>


@dataclass(frozen=True)
class Program:
    """What to start and how: with `log` it reads nothing and writes there, without it keeps our terminal."""

    name: str
    command: Sequence[str | Path]
    env: Mapping[str, str] | None = None
    log: Path | None = None
    stop_signal: int = signal.SIGTERM
    own_group: bool = True
    watch_group: bool = True
    uid: int | None = None
    become: Callable[[], None] | None = None


@dataclass(frozen=True)
class Child:
    """A program that was started."""

    program: Program
    popen: subprocess.Popen[bytes]

    @property
    def group(self) -> bool:
        """Whether its own children are asked to stop with it."""
        return self.program.own_group and self.program.watch_group

    @property
    def watched(self) -> guard.Watched:
        """The same child as the guard sees it."""
        return guard.Watched(self.popen.pid, self.group, int(self.program.stop_signal))


def die_with_parent() -> None:
    """Ask Linux for SIGTERM when our own parent dies (launchers also look, for systems that have no such signal)."""
    if LINUX:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


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

    def spawn(self, program: Program) -> Child:
        """Start a program; OSError when it cannot be executed."""
        stream = program.log.open("ab") if program.log else None
        uid = program.uid
        # Our end of the log is closed again; the child keeps its own.
        try:
            popen = subprocess.Popen(
                [str(part) for part in program.command],
                preexec_fn=partial(_settle, os.getpid(), program.stop_signal, program.become),
                stdin=subprocess.DEVNULL if stream else None,
                stdout=stream,
                stderr=stream,
                env=dict(program.env) if program.env is not None else None,
                cwd="/" if uid is not None else None,
                user=uid,
                group=uid,
                extra_groups=None if uid is None else [],
                process_group=0 if program.own_group else None,
            )
        finally:
            if stream:
                stream.close()
        child = Child(program, popen)
        self.running.append(child)
        self._watch(child)
        return child

    def _watch(self, child: Child) -> None:
        watched = child.watched
        self._tell({"watch": watched.pid, "group": watched.group, "signal": watched.signal})

    def stop(self, *children: Child, grace: float = 10.0) -> None:
        """Ask these to stop, kill what has not after `grace` seconds, and end what they left in their groups."""
        # One limit for all of them: nobody waits ten seconds for each of ten.
        limit = time.monotonic() + grace
        for child in children:
            if child.popen.poll() is None:
                child.watched.send(child.program.stop_signal)
        for child in children:
            try:
                child.popen.wait(max(0.0, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.popen.kill()
                child.popen.wait()
            self.bury(child)

    def bury(self, child: Child) -> None:
        """Forget a child that has ended; grandchildren that it left behind end now."""
        # A group outlives its leader: workers of a web server that was killed would hold its port.
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
        # With nothing left to watch the guard ends by itself.
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
        try:
            self._guard.stdin.write(json.dumps(order).encode() + b"\n")
            self._guard.stdin.flush()
        except BrokenPipeError:
            # Somebody killed the guard: another one takes over all that runs.
            self._guard = None
            for child in self.running:
                self._watch(child)
