"""Processes seen from outside: started with a mark in their environment, which everything they start inherits."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OF_THE_TESTS = {
    *("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL", "MAIL_DIR", "BASE_URL", "SECRET_KEY"),
    *("DJANGO_SETTINGS_MODULE", "MAKELEVEL", "MAKEFLAGS", "MFLAGS", "ARGS"),
}


def wait_for(what: Callable[[], object], *, limit: float = 30.0) -> bool:
    """Whether it becomes true within `limit` seconds."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return bool(what())


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended but was not collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def clean_environment(**added: str) -> dict[str, str]:
    """Our environment as a person's terminal has it: without the services of this test run."""
    kept = {
        name: value for name, value in os.environ.items() if name not in OF_THE_TESTS and not name.startswith("PYTEST")
    }
    return {**kept, **added}


@dataclass
class Family:
    """A program and everything it starts, told by a mark."""

    command: Sequence[str | Path]
    env: Mapping[str, str]
    output: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    seen: set[int] = field(default_factory=set)

    def start(self) -> None:
        """Start it as from a terminal of its own."""
        with self.output.open("wb") as stream:
            self.popen = subprocess.Popen(
                [str(part) for part in self.command],
                env={**self.env, "TEST_MARK": self.mark},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # A run in the background ignores Ctrl-C and hands that on; a person's terminal does not.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            )

    def members(self) -> dict[int, str]:
        """Everything of it that is alive: process numbers and command lines.

        Redis writes its title over its environment, so descendants count too, and stay known once they were seen.
        """
        lines, parents = {}, {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environ = (folder / "environ").read_bytes().split(b"\0")
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if line and state not in "ZX":
                pid = int(folder.name)
                lines[pid], parents[pid] = line, int(parent)
                if f"TEST_MARK={self.mark}".encode() in environ:
                    self.seen.add(pid)
        while more := {pid for pid in lines if parents[pid] in self.seen} - self.seen:
            self.seen |= more
        return {pid: line for pid, line in lines.items() if pid in self.seen}

    def member(self, words: str) -> int:
        """The lowest process number whose command line holds these words."""
        return min(pid for pid, line in self.members().items() if words in line)

    def says(self, words: str, *, limit: float = 60.0) -> bool:
        """Whether the words appear in its output in time."""
        return (
            wait_for(lambda: words in self.text() or self.popen.poll() is not None, limit=limit)
            and words in self.text()
        )

    def text(self) -> str:
        """All output so far."""
        return self.output.read_text(errors="replace")

    def is_gone(self, *, limit: float = 10.0) -> bool:
        """Whether nothing of it is left in time."""
        return wait_for(lambda: not self.members(), limit=limit)


@contextmanager
def family(output: Path, *command: str | Path, **env: str) -> Iterator[Family]:
    """Start a program; whatever is left of it afterwards is killed."""
    started = Family(command, clean_environment(**env), output)
    started.start()
    try:
        yield started
    finally:
        for pid in sorted(started.members()):
            # It may end by itself between the look and the signal.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        started.popen.wait(10)


def python(*words: str | Path) -> list[str | Path]:
    """A command line for this Python."""
    return [sys.executable, *words]
