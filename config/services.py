"""Real PostgreSQL and Redis for a command: `python -m config.services [--data DIR] -- COMMAND…`.

Without `--data` they are thrown away afterwards. A service whose address is set already is not started.
"""

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType, TracebackType

from config import environment, keys, redis
from config.children import Child, Children, Program
from config.identity import Identity
from config.postgres import Postgres

NOT_FOUND, NOT_EXECUTABLE, KILLED = 127, 126, 128  # what shells answer


class Services:
    """PostgreSQL and Redis in `folder`, durable; without a folder in a temporary one, fast and thrown away."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        environ: Mapping[str, str] = os.environ,
        children: Children | None = None,
        who: Identity | None = None,
    ) -> None:
        """Nothing is started or created yet; `who` is as whom PostgreSQL runs."""
        self.given, self.environ, self.who = folder, dict(environ), who
        self.children = children or Children()
        self.fresh = False
        self.folder: Path | None = None
        self._lock: int | None = None

    def start(self) -> dict[str, str]:
        """Start what is not given, and return the variables a command needs; RuntimeError or ValueError otherwise."""
        given = self.environ
        if given.get("DATABASE_URL"):
            environment.database(given["DATABASE_URL"])
        if given.get("REDIS_URL"):
            environment.redis_url(given["REDIS_URL"])
        # Only now: a bad value must not leave a folder behind.
        folder = self._open_folder()
        words = keys.load(folder / "keys.json")
        added = {
            "SECRET_KEY": given.get("SECRET_KEY") or words.secret_key,
            "ALLOWED_HOSTS": given.get("ALLOWED_HOSTS") or "localhost,127.0.0.1,[::1],testserver",
            "DJANGO_SETTINGS_MODULE": given.get("DJANGO_SETTINGS_MODULE") or "config.settings",
        }
        if not given.get("REDIS_URL"):
            port = redis.start(folder, keys=words, children=self.children)
            added["REDIS_URL"] = f"redis://:{words.redis}@127.0.0.1:{port}/0"
        if not given.get("DATABASE_URL"):
            added |= self._start_postgres(folder, words)
        return added

    def _start_postgres(self, folder: Path, words: keys.Keys) -> dict[str, str]:
        postgres = Postgres(folder, words, self.children, durable=self.given is not None, who=self.who)
        port = postgres.start()
        self.fresh = postgres.fresh
        return {
            "DATABASE_URL": f"postgresql://zusage_app:{words.app}@127.0.0.1:{port}/zusage",
            "DATABASE_OWNER_URL": f"postgresql://zusage_owner:{words.owner}@127.0.0.1:{port}/zusage",
        }

    def _open_folder(self) -> Path:
        """The data folder, locked against a second launcher."""
        if self.given is None:
            # The system's temporary folder, because everybody can reach it: PostgreSQL may have to run as nobody.
            self.folder = Path(tempfile.mkdtemp(prefix="zusage-"))
            self.children.remove_when_orphaned(self.folder)
            return self.folder
        self.folder = self.given.absolute()
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as wrong:
            raise RuntimeError(f"The data folder {self.folder} cannot be used: {wrong.strerror}.") from wrong
        # The system gives the lock back however we end, so it can never be stale as a pid file can.
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError(f"Another Zusage runs on {self.folder}. Stop it, or choose another folder.") from None
        return self.folder

    def stop(self) -> None:
        """Stop everything that was started here, PostgreSQL last; a second call does nothing."""
        self.children.stop_all()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if self.given is None and self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> dict[str, str]:
        """Start; the variables are what `with` binds."""
        try:
            return self.start()
        except BaseException:  # also Ctrl-C: Redis may run already
            self.stop()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop, whatever happened."""
        self.stop()


def give_up(signum: int, frame: FrameType | None) -> None:
    """Signal handler of the start: leave by the ordinary way out, so that what runs is stopped."""
    raise SystemExit(KILLED + signum)


def on_stop_signals(handler: signal.Handlers | object) -> None:
    """Give Ctrl-C, a polite kill and a closed terminal the same handler."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, handler)  # type: ignore[arg-type]  # typeshed's union is private


def _run(command: Sequence[str], *, children: Children, env: Mapping[str, str]) -> int:
    """Run the command in the foreground, pass signals on, and return what a shell would."""
    try:
        # At a terminal the command shares our group, so that it may read the keyboard and hears Ctrl-C itself.
        child = children.spawn(Program("command", command, env=env, own_group=not sys.stdin.isatty()))
    except (FileNotFoundError, PermissionError):
        # A folder of PATH that nobody may enter is no reason to say that a command exists.
        if "/" in command[0] and Path(command[0]).exists():
            print(f"{command[0]}: cannot be executed", file=sys.stderr)
            return NOT_EXECUTABLE
        print(f"{command[0]}: command not found", file=sys.stderr)
        return NOT_FOUND
    on_stop_signals(lambda signum, frame: _pass_on(child, signum))
    code = child.popen.wait()
    # From here on stopping goes on anyway; a second Ctrl-C must not interrupt it.
    on_stop_signals(signal.SIG_IGN)
    children.bury(child)
    return code if code >= 0 else KILLED - code


def _pass_on(child: Child, signum: int) -> None:
    # The terminal has sent Ctrl-C to a command in our group already; twice would be once too often.
    if child.group or signum != signal.SIGINT:
        child.watched.send(signum)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code of the command."""
    parser = argparse.ArgumentParser(prog="python -m config.services", description=__doc__)
    parser.add_argument("--data", type=Path, metavar="DIR", help="keep the data in this folder")
    parser.add_argument("command", nargs="+", metavar="COMMAND", help="what to run, after --")
    options = parser.parse_args(arguments)
    on_stop_signals(give_up)
    services = Services(options.data)
    try:
        with services as added:
            # So that `-- pytest` and `-- python` mean those of this virtual environment.
            beside_python = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
            env = {**os.environ, **added, "PATH": beside_python}
            return _run(options.command, children=services.children, env=env)
    except (RuntimeError, ValueError, OSError, subprocess.SubprocessError) as wrong:
        print(f"The services cannot start: {wrong}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
