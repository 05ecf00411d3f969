"""What `make run` is told, and the programs that make up the portal."""

import argparse
import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from config import environment, sockets
from config.children import Program

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Options:
    """Where the portal answers and keeps its data, and whether demo data are wanted in any case."""

    port: int
    folder: Path
    demo: bool

    @property
    def address(self) -> str:
        """The portal's address for this machine's browser."""
        return f"http://localhost:{self.port}"


def read(arguments: Sequence[str], environ: Mapping[str, str]) -> Options:
    """The options, strictly; ValueError with a sentence for a value that cannot be meant."""
    parser = argparse.ArgumentParser(prog="make run", description="Starts the whole portal on this machine.")
    parser.add_argument("--demo", action="store_true", help="load the demo data even into a database of yours")
    wanted = parser.parse_args(arguments)
    # What is given is judged before anything is started, so that a typo costs a second and not a minute.
    for name, judge in (("DATABASE_URL", environment.database), ("DATABASE_OWNER_URL", environment.database)):
        if environ.get(name):
            judge(environ[name], name=name)
    if environ.get("REDIS_URL"):
        environment.redis_url(environ["REDIS_URL"])
    if environ.get("EMAIL_URL"):
        environment.email(environ["EMAIL_URL"])
    for name in ("BASE_URL", "HEARTBEAT_URL"):
        environment.address(environ.get(name, ""), name=name)
    environment.level(environ.get("LOG_LEVEL") or "INFO")
    for name, standard in (("DATABASE_URL", 5432), ("DATABASE_OWNER_URL", 5432), ("REDIS_URL", 6379)):
        _ask(environ.get(name, ""), name=name, standard=standard)
    port = environment.port(environ.get("PORT") or "8000")
    if not sockets.is_free(port):
        raise ValueError(
            f"Port {port} is taken by another program. Choose another, for example: PORT={port + 1} make run"
        )
    return Options(port, Path(environ.get("DATA_DIR") or ".data").absolute(), wanted.demo)


def _ask(url: str, *, name: str, standard: int) -> None:
    """ValueError when nobody listens at the address of a service that was named."""
    parts = urlsplit(url)
    if not url or not parts.hostname:
        return
    try:
        sockets.knock(parts.hostname, parts.port or standard)
    except OSError as wrong:
        raise ValueError(
            f"{name} names {parts.hostname}:{parts.port or standard}, where nobody answers: {wrong}."
        ) from None


def fingerprint(root: Path = ROOT) -> str:
    """Changes whenever there may be something to migrate: our migrations, or the packages with theirs."""
    print_ = hashlib.sha256((root / "requirements/base.txt").read_bytes())
    for path in sorted(root.glob("*/migrations/*.py")):
        print_.update(path.name.encode() + path.read_bytes())
    return print_.hexdigest()


def manage(*words: str) -> list[str | Path]:
    """A management command, as a command line."""
    return [sys.executable, ROOT / "manage.py", *words]


def programs(options: Options, env: Mapping[str, str], *, mail_port: int | None) -> list[Program]:
    """The portal's processes, the web server first; with `mail_port` also the mail sink."""
    python, logs = sys.executable, options.folder / "logs"
    celery = [python, "-m", "celery", "-A", "config"]
    # Few and small, because this runs on somebody's desk; compose.yaml shows how each is scaled by itself.
    commands: dict[str, list[str | Path]] = {
        "web": [
            python, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{options.port}", "--preload",
            "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "3",
            "--no-control-socket",
        ],
        "worker": [
            *celery, "worker", "-Q", "sla,celery", "--prefetch-multiplier", "1", "--concurrency", "2",
            "--without-gossip", "--without-mingle", "--loglevel", "INFO",
        ],
        "beat": [*celery, "beat", "--schedule", options.folder / "beat-schedule", "--pidfile=", "--loglevel", "INFO"],
        "ticker": manage("ticker"),
    }  # fmt: skip
    if mail_port is not None:
        commands["mail"] = [python, "-m", "config.mailsink", options.folder / "mail", str(mail_port)]
    return [Program(name, command, env=env, log=logs / f"{name}.log") for name, command in commands.items()]


def surroundings(options: Options, added: Mapping[str, str], *, mail_port: int | None) -> dict[str, str]:
    """The environment of the portal's processes."""
    # What was given wins over the default address, what the services made wins over what was given.
    env = {"BASE_URL": options.address, **os.environ, **added, "PYTHONPATH": str(ROOT)}
    if mail_port is not None:
        env |= {"EMAIL_URL": f"smtp://127.0.0.1:{mail_port}", "MAIL_DIR": str(options.folder / "mail")}
    return env
