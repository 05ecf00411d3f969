"""`make run`: the whole portal on this machine, started step by step, looked after, and stopped cleanly."""

import http.client
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from config import catalogues, launch, sockets
from config.children import Children, Program, die_with_parent
from config.launch import Options
from config.services import Services, on_stop_signals
from config.supervisor import Supervisor

GRACE_SECONDS = 6.0  # a task that takes longer is taken up again: the database is the queue


class Stop(Exception):  # noqa: N818 (somebody asked; nothing went wrong)
    """Ctrl-C, a polite kill, or a closed terminal."""


def ask_to_stop(signum: int, frame: FrameType | None) -> None:
    """Signal handler: leave whatever is going on by the ordinary way out."""
    raise Stop


def say(line: str) -> None:
    """One line for whoever sits at the terminal."""
    print(line, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print the step with its time once it is done."""
    started = time.monotonic()
    yield
    say(f"  {name:<34} {time.monotonic() - started:6.1f} s")


class Portal:
    """Everything that `make run` starts."""

    def __init__(self, options: Options) -> None:
        """Nothing runs yet."""
        self.options = options
        self.children = Children()
        self.services = Services(options.folder, children=self.children)
        self.embedded = not os.environ.get("DATABASE_URL")

    def start(self) -> None:
        """Every step in turn; RuntimeError with a sentence when one fails."""
        with step("PostgreSQL and Redis"):
            added = self.services.start()
            (self.options.folder / "logs").mkdir(exist_ok=True)
        mail_port = None if os.environ.get("EMAIL_URL") else sockets.free_port()
        self.env = launch.surroundings(self.options, added, mail_port=mail_port)
        self._migrate()
        if catalogues.compile_all(launch.ROOT):
            say("  translations compiled")
        self._load_demo()
        # The web server first and alone, because somebody is waiting for a page; the rest starts while they read it.
        web, *others = launch.programs(self.options, self.env, mail_port=mail_port)
        with step("web"):
            self._serve(web)
        with step(", ".join(program.name for program in others)):
            for program in others:
                self.children.spawn(program)

    def _migrate(self) -> None:
        """Bring the tables up to date; an embedded database that has seen these migrations needs no look."""
        # Starting Django only to hear that there is nothing to do would double the time to the first page.
        marker, current = self.options.folder / "migrated", launch.fingerprint()
        if self.embedded and not self.services.fresh and marker.exists() and marker.read_text() == current:
            return
        with step("tables"):
            self._finish("migrate", *launch.manage("migrate", "--no-input"))
        marker.write_text(current)

    def _load_demo(self) -> None:
        """Load the demo data once into an embedded database, or when they are asked for."""
        logins = self.options.folder / "demo-logins.txt"
        if not (self.options.demo or (self.embedded and not logins.exists())):
            return
        draft = Path(f"{logins}.new")
        draft.write_text("")  # stays empty where other data are in the way
        with step("demo data"):
            only = [] if self.options.demo else ["--if-empty"]
            self._finish("demo", *launch.manage("load_demo", "--logins", str(draft), *only))
        draft.rename(logins)

    def _finish(self, name: str, *command: str | Path) -> None:
        """Run one program to its end; RuntimeError with its last words when it fails."""
        log = self.options.folder / "logs" / f"{name}.log"
        child = self.children.spawn(Program(name, command, env=self.env, log=log))
        code = child.popen.wait()
        self.children.bury(child)
        if code:
            raise RuntimeError(f"The step “{name}” failed. Its log, {log}, ends with:\n{_tail(log)}")

    def _serve(self, web: Program) -> None:
        """Start the web server and wait for its first answer."""
        child = self.children.spawn(web)
        if not sockets.wait_until(self._answers, child.popen, limit=60.0):
            assert web.log
            raise RuntimeError(f"The web server did not start. Its log, {web.log}, ends with:\n{_tail(web.log)}")

    def _answers(self) -> bool:
        # Asks the address itself, not localhost, which may mean another one first.
        connection = http.client.HTTPConnection("127.0.0.1", self.options.port, timeout=10)
        connection.request("GET", "/health/live", headers={"Host": "localhost"})
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR

    def stop(self) -> None:
        """Stop the portal's own processes side by side, then the services, PostgreSQL last."""
        on_stop_signals(signal.SIG_IGN)
        # Side by side, so that it takes as long as the slowest and not as long as all.
        ours = [child for child in self.children.running if child.program.name not in {"postgres", "redis"}]
        self.children.stop(*ours, grace=GRACE_SECONDS)
        self.services.stop()


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def _welcome(options: Options, seconds: float) -> None:
    say(f"\nZusage answers at {options.address}/ (ready after {seconds:.1f} s).")
    logins = options.folder / "demo-logins.txt"
    if logins.exists() and (text := logins.read_text(encoding="utf-8").strip()):
        say(text)
    if not os.environ.get("EMAIL_URL"):
        kept = options.folder / "mail"
        say(f"No mail leaves this machine: it is kept in {kept} and shown on {options.address}/engine/.")
    say("Ctrl-C stops everything.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when it was asked to stop, 1 when it could not start."""
    started, parent = time.monotonic(), os.getppid()
    under_make = "MAKELEVEL" in os.environ
    # `kill -9` of make would leave us running: nobody would know what to stop.
    if under_make:
        die_with_parent()
    on_stop_signals(ask_to_stop)
    portal = None
    try:
        options = launch.read(sys.argv[1:] if arguments is None else arguments, os.environ)
        portal = Portal(options)
        portal.start()
        _welcome(options, time.monotonic() - started)
        Supervisor(portal.children, say).watch(lambda: not under_make or os.getppid() == parent)
    except Stop:
        say("\nStopping …")
    except (ValueError, RuntimeError, OSError) as wrong:
        print(f"Zusage cannot start. {wrong}", file=sys.stderr, flush=True)
        return 1
    finally:
        if portal:
            portal.stop()
            say("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
