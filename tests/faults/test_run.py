"""`make run`: the whole portal starts, answers, recovers, and leaves nothing behind."""

import http.client
import os
import re
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.sockets import free_port, is_free
from tests.processes import Family, family, python, wait_for

pytestmark = pytest.mark.faults
PARTS = {
    "postgres": "postgres -D",
    "redis": "redis-server",
    "web": "gunicorn",
    "worker": "celery -A config worker",
    "beat": "celery -A config beat",
    "ticker": "manage.py ticker",
    "mail": "config.mailsink",
}


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One data folder for all tests here: the first start makes it, the others are second starts."""
    with tempfile.TemporaryDirectory(prefix="zusage-run-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def running(home: Path, *command: str | Path, **env: str) -> Iterator[tuple[Family, int]]:
    """A portal that has said that it is ready, and its port."""
    port = free_port()
    words = command or python("-m", "config.run")
    with family(home / "output", *words, PORT=str(port), DATA_DIR=str(home / "data"), **env) as portal:
        assert portal.says("Ctrl-C stops everything.", limit=240), portal.text()
        yield portal, port


def page(port: int, path: str = "/health/live") -> tuple[int, bytes]:
    """The answer to a request: its status and its text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Host": f"localhost:{port}"})
    answer = connection.getresponse()
    return answer.status, answer.read()


def answers(port: int) -> bool:
    """Whether the portal's sign-in page can be read."""
    try:
        return page(port, "/accounts/login/")[0] == http.client.OK
    except OSError:
        return False


def parts(portal: Family) -> set[str]:
    """Which of its parts are alive."""
    lines = portal.members().values()
    return {name for name, words in PARTS.items() if any(words in line for line in lines)}


def test_the_first_start_builds_everything_and_says_how_to_sign_in(home: Path) -> None:
    with running(home) as (portal, port):
        said = portal.text()

        assert wait_for(lambda: parts(portal) == set(PARTS))
        assert [
            re.sub(r" +[\d.]+ s$", "", line.strip()) for line in said.splitlines() if re.search(r"\d s$", line)
        ] == [
            "PostgreSQL and Redis",
            "tables",
            "demo data",
            "web",
            "worker, beat, ticker, mail",
        ]
        assert f"Zusage answers at http://localhost:{port}/" in said
        logins = (home / "data/demo-logins.txt").read_text(encoding="utf-8").strip()
        assert logins
        assert logins in said
        assert answers(port)

        os.kill(portal.popen.pid, signal.SIGTERM)

        assert (portal.popen.wait(30), portal.text().endswith("Stopping …\nStopped.\n")) == (0, True)
        assert portal.is_gone(limit=2)


def test_the_second_start_skips_what_is_done_and_is_quick(home: Path) -> None:
    began = time.monotonic()
    with running(home) as (portal, port):
        assert answers(port)
        seconds = time.monotonic() - began

        said = portal.text()
        assert ("tables" in said, "demo data" in said) == (False, False)
        assert (home / "data/demo-logins.txt").read_text(encoding="utf-8").strip() in said
        # Six on a machine that does nothing else; twice that where other tests run beside.
        assert seconds < 12


@pytest.mark.parametrize(
    "signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=["Ctrl-C", "TERM", "closed terminal"]
)
def test_it_stops_cleanly_within_seconds(home: Path, signum: signal.Signals) -> None:
    with running(home) as (portal, port):
        began = time.monotonic()
        os.kill(portal.popen.pid, signum)
        code = portal.popen.wait(30)

        assert (code, time.monotonic() - began < 15, is_free(port)) == (0, True, True)
        assert portal.is_gone(limit=2)
        assert "database system is shut down" in (home / "data/postgres.log").read_text().splitlines()[-1]


def test_kill_minus_nine_leaves_no_process(home: Path) -> None:
    with running(home) as (portal, port):
        assert wait_for(lambda: parts(portal) == set(PARTS))

        portal.popen.kill()

        assert portal.is_gone()
        assert is_free(port)


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM], ids=["kill -9", "kill"])
def test_killing_make_stops_the_portal_too(home: Path, signum: signal.Signals) -> None:
    with running(home, "make", "run") as (portal, port):
        assert wait_for(lambda: parts(portal) == set(PARTS))

        os.kill(portal.popen.pid, signum)

        assert portal.is_gone(limit=20)
        assert is_free(port)


def test_a_part_that_is_killed_is_started_again(home: Path) -> None:
    with running(home) as (portal, port):
        assert wait_for(lambda: parts(portal) == set(PARTS))
        before = {name: portal.member(PARTS[name]) for name in ("postgres", "redis", "web", "worker")}

        for pid in before.values():
            os.kill(pid, signal.SIGKILL)

        assert wait_for(lambda: portal.text().count("was killed by signal 9; starting it again") >= 4)
        assert wait_for(lambda: parts(portal) == set(PARTS) and answers(port), limit=60)
        assert all(portal.member(PARTS[name]) != pid for name, pid in before.items())


def test_a_second_launcher_on_the_same_data_is_refused(home: Path) -> None:
    with running(home) as (portal, _port):
        again = Family(python("-m", "config.run"), {**portal.env, "PORT": str(free_port())}, home / "second")
        again.start()

        sentence = f"Another Zusage runs on {home / 'data'}. Stop it, or choose another folder."
        assert (again.popen.wait(30), again.text()) == (1, f"Zusage cannot start. {sentence}\nStopped.\n")
        assert portal.popen.poll() is None


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "web", "PORT must be a number between 1 and 65535, not “web”."),
        ("EMAIL_URL", "mail.example.org", "EMAIL_URL must start with smtp:// or smtps:// or smtp+starttls://"),
        ("DATA_DIR", "/dev/null/data", "The data folder /dev/null/data cannot be used: Not a directory."),
    ],
)
def test_a_bad_value_stops_it_with_a_sentence(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    env = {"DATA_DIR": str(tmp_path / "data"), "PORT": str(free_port()), name: value}
    with family(tmp_path / "output", *python("-m", "config.run"), **env) as portal:
        assert portal.popen.wait(30) == 1
        assert portal.text().startswith(f"Zusage cannot start. {sentence}")
        assert "Traceback" not in portal.text()
        assert portal.is_gone()
