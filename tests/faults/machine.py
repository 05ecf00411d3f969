"""The whole engine in processes of its own, quickened: real workers, beats, tickers, Redis, PostgreSQL and SMTP."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import redis
from django.db import connection

from config.services import Services
from slas.models import Notice
from tests.post_office import PostOffice, wait_for

ROOT = Path(__file__).parent.parent.parent
TICK_SECONDS, TAKEOVER_SECONDS, LEASE_SECONDS = 1, 3, 4
CELERY = (sys.executable, "-m", "celery", "-A", "config.celery")
PATIENCE = 60.0


class Machine:
    """Starts and kills parts of the engine; they share the database of the test, and a Redis of their own."""

    def __init__(self, office: PostOffice) -> None:
        """Nothing runs yet."""
        self.office = office
        self.processes: list[subprocess.Popen[bytes]] = []
        self.folder = Path(tempfile.mkdtemp(prefix="zusage-machine-"))
        # Only Redis is started: the database is given.
        self.services = Services(environ={"DATABASE_URL": _database_url()})

    def worker(self) -> subprocess.Popen[bytes]:
        """A worker with two processes."""
        name = f"worker{len(self.processes)}@test"
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        return self._start(*CELERY, "worker", "-c", "2", "-n", name, *quiet, "-l", "WARNING")

    def beat(self) -> subprocess.Popen[bytes]:
        """The first ticker."""
        files = self.folder / f"beat{len(self.processes)}"
        return self._start(*CELERY, "beat", "-s", str(files), "--pidfile=", "-l", "WARNING")

    def ticker(self) -> subprocess.Popen[bytes]:
        """The second ticker."""
        return self._start(sys.executable, "manage.py", "ticker")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL to the process and its children: no handler, no goodbye."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def flush(self) -> None:
        """Redis forgets everything."""
        redis.Redis.from_url(self.env["REDIS_URL"]).flushall()

    def hears(self, count: int) -> bool:
        """Whether so many different letters arrive."""
        return wait_for(lambda: len(self.office.copies) >= count, seconds=PATIENCE)

    def is_done(self) -> bool:
        """Whether the outbox empties."""
        return wait_for(lambda: not Notice.objects.filter(state="pending").exists(), seconds=PATIENCE)

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True)
        log.close()
        self.processes.append(process)
        return process

    def __enter__(self) -> Self:
        """Start Redis."""
        added = self.services.start()
        self.env = {
            **os.environ,
            **added,
            "DATABASE_URL": _database_url(),
            "DATABASE_OWNER_URL": _database_url(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.office.port}",
            "TICK_SECONDS": str(TICK_SECONDS),
            "TAKEOVER_SECONDS": str(TAKEOVER_SECONDS),
            "LEASE_SECONDS": str(LEASE_SECONDS),
        }
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Kill what still runs, and show what it said."""
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)
        self.services.stop()
        # Captured; shown when the test failed.
        for log in sorted(self.folder.glob("*.log")):
            sys.stderr.write(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}\n")
        shutil.rmtree(self.folder)


def _database_url() -> str:
    """The database that Django's test runner made."""
    found = connection.settings_dict
    user, password = quote(str(found["USER"])), quote(str(found["PASSWORD"]))
    return f"postgresql://{user}:{password}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
