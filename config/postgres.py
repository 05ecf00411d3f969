"""Embedded PostgreSQL: only the programs of a wheel, started, watched and stopped by us."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from config import binaries, identity
from config.children import LINUX, Children, Program
from config.keys import Keys
from config.sockets import free_port, wait_until

ROLES = Path(__file__).with_name("roles.sql")
ADMIN = "zusage_admin"
REACHABLE = Path("/var/lib/zusage")  # where nobody may write when it cannot reach the data folder
# No Unix socket: its path would have to be shorter than some temporary folders are.
LOOPBACK = ("--listen_addresses=127.0.0.1", "--unix_socket_directories=", "--timezone=UTC")
# What makes data survive a crash is only ballast where they are thrown away.
THROW_AWAY = (
    "--fsync=off",
    "--synchronous_commit=off",
    "--full_page_writes=off",
    "--wal_level=minimal",
    "--max_wal_senders=0",
)


@dataclass
class Postgres:
    """One cluster in `folder`, with the roles of roles.sql; `durable` keeps fsync on."""

    folder: Path
    keys: Keys
    children: Children
    durable: bool
    who: identity.Identity | None = None
    fresh: bool = False

    def start(self) -> int:
        """Start the server, set it up when it is new, and return its port on 127.0.0.1."""
        self.programs = binaries.postgres_folder()
        self.who = self.who or identity.choose(self.programs / "postgres", self.folder / "postgres")
        self._prepare_home()
        self.cluster = self.home / "cluster"
        if not self.cluster.exists():
            self._initialise()
        _clear_stale(self.cluster)
        port = self._serve()
        marker = self.home / "roles-created"
        if not marker.exists():
            self._create_roles(port)
            marker.touch()
            self.fresh = True
        return port

    def _prepare_home(self) -> None:
        """A folder that the identity can write to, and programs that it can run."""
        assert self.who
        self.home = self.folder / "postgres"
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.who.uid is not None:
            # Others may pass through the data folder, not look into it; what lies there is readable by us alone.
            self.folder.chmod(self.folder.stat().st_mode | 0o011)
            os.chown(self.home, self.who.uid, self.who.uid)
        if not self.who.may_write(self.home):
            self.home = REACHABLE / hashlib.sha256(str(self.home.resolve()).encode()).hexdigest()[:16]
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.chown(self.home, self.who.uid or 0, self.who.uid or 0)
            sys.stderr.write(f"PostgreSQL runs as {self.who.name} and keeps its files in {self.home}.\n")
        if not self.who.may_run(self.programs / "postgres"):
            self.programs = self._copy_programs()

    def _copy_programs(self) -> Path:
        """Copies of the wheel's programs and of the libraries beside them, where the identity can run them."""
        package = self.programs.parent.parent
        target = self.home / "programs"
        if not target.exists():
            inside = target / package.name / self.programs.parent.name
            shutil.copytree(self.programs.parent, inside, symlinks=True)
            # auditwheel puts libpq beside the package and finds it by a relative path.
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, target / libraries.name)
        return target / package.name / self.programs.parent.name / "bin"

    def _initialise(self) -> None:
        """Make the cluster under another name first, so that a killed start leaves nothing that looks whole."""
        assert self.who
        draft, words = self.home / "cluster.new", self.home / "admin.key"
        shutil.rmtree(draft, ignore_errors=True)
        # In a file, because everybody can read the words of a command line.
        words.touch(mode=0o600)
        words.write_text(self.keys.admin)
        if self.who.uid is not None:
            os.chown(words, self.who.uid, self.who.uid)
        # Bytewise order everywhere; German order is the business of pages.
        locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
        options = ("-A", "scram-sha-256", "-E", "UTF8", f"--locale={locale}", *(() if self.durable else ("--no-sync",)))
        made = self.who.run(self.programs / "initdb", "-D", draft, "-U", ADMIN, f"--pwfile={words}", *options)
        words.unlink()
        if made.returncode:
            raise RuntimeError(f"PostgreSQL could not create its files in {self.home}: {made.stderr.strip()}")
        draft.rename(self.cluster)

    def _serve(self, attempts: int = 3) -> int:
        """Start the server; another program may take the free port first, so try again."""
        assert self.who
        for attempt in range(attempts):
            port = free_port()
            settings = [f"--port={port}", *LOOPBACK, *(() if self.durable else THROW_AWAY)]
            command = [self.programs / "postgres", "-D", self.cluster, *settings]
            log = self.folder / "postgres.log"
            # SIGINT is PostgreSQL's fast shutdown; its own children end with it.
            program = Program(
                "postgres", command, log=log, stop_signal=signal.SIGINT, watch_group=False,
                uid=self.who.uid, become=self.who.become,
            )  # fmt: skip
            child = self.children.spawn(program)
            if wait_until(partial(_is_ready, self.cluster / "postmaster.pid", child.popen.pid), child.popen):
                return port
            self.children.stop(child)
            if attempt + 1 == attempts or "Address already in use" not in log.read_text(errors="replace")[-2000:]:
                break
        raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")

    def _create_roles(self, port: int) -> None:
        """Run roles.sql, the same file that an administrator runs on a real server."""
        # `with_template`, so that the databases that tests create have the privileges too.
        words = {"PGPASSWORD": self.keys.admin, "OWNER_PASSWORD": self.keys.owner, "APP_PASSWORD": self.keys.app}
        where = f"postgresql://{ADMIN}@127.0.0.1:{port}/postgres"
        made = subprocess.run(
            [self.programs / "psql", "-X", "-q", "-v", "with_template=yes", "-f", ROLES, where],
            env={**os.environ, **words}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(f"The database roles could not be created: {made.stderr.strip()}")


def _is_ready(pid_file: Path, pid: int) -> bool:
    """The file must name our own server, not one that ran here before."""
    # Line 1 is the process, line 8 its state; PostgreSQL pads the state with spaces.
    lines = pid_file.read_text().split("\n")
    return lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _clear_stale(cluster: Path, patience: float = 20.0) -> None:
    """Wait for a server that is just stopping; remove the pid file of one that is gone (its number may be reused)."""
    pid_file = cluster / "postmaster.pid"
    limit = time.monotonic() + patience
    while pid_file.exists():
        try:
            pid = int(pid_file.read_text().split("\n")[0])
        except (OSError, ValueError):
            return  # gone in the meantime, or not written yet: PostgreSQL itself knows what to do
        if not _serves(pid, cluster):
            pid_file.unlink(missing_ok=True)
        elif time.monotonic() > limit:
            raise RuntimeError(f"Another PostgreSQL (process {pid}) still uses {cluster}.")
        else:
            time.sleep(0.05)


def _serves(pid: int, cluster: Path) -> bool:
    """Whether this process is a living server of this cluster; a zombie or a stranger with the same number is not."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        if LINUX:
            return False
        listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
        words = listed.stdout
    return "postgres" in words and str(cluster) in words
