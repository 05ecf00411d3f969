"""`python -m config.services`: real services for any command, and nothing left afterwards, however it ends."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from config import identity
from config.services import Services
from tests.processes import Family, clean_environment, family, is_alive, python, wait_for

pytestmark = pytest.mark.faults

GIVEN = {"DATABASE_URL": "postgresql://u:p@db.example.org/zusage", "REDIS_URL": "redis://cache.example.org/0"}
ENDS_WHEN_ASKED = """
import signal, sys, time
def end(signum, frame): print("asked", flush=True); sys.exit(5)
for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP): signal.signal(signum, end)
print("up", flush=True)
time.sleep(60)
"""
CREATE = """
import os, psycopg, time
session = psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)
session.execute("create table kept (id int)")
session.execute("insert into kept values (42)")
print("written", flush=True)
time.sleep(float(os.environ.get("WAIT", "0")))
"""
READ = """
import os, psycopg
print(psycopg.connect(os.environ["DATABASE_URL"]).execute("select id from kept").fetchall(), os.environ["SECRET_KEY"])
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def _services(*words: str | Path) -> list[str | Path]:
    return python("-m", "config.services", *words)


def _run(*words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher to its end."""
    return subprocess.run(
        [str(word) for word in _services(*words)], env=clean_environment(**env), capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def temporary(tmp_path: Path) -> Iterator[Path]:
    """The folder for throw-away data; root must be able to become nobody in it."""
    with tempfile.TemporaryDirectory(prefix="zusage-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_command_finds_real_services_and_every_setting(temporary: Path) -> None:
    code = """
import json, os, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as app, psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as owner:
    ask = "select current_user::text, current_database()::text"
    who = [session.execute(ask).fetchone() for session in (app, owner)]
    settings = [owner.execute(f"show {name}").fetchone()[0] for name in ("fsync", "timezone", "listen_addresses")]
    encrypted = owner.execute("show password_encryption").fetchone()[0]
pong = redis.from_url(os.environ["REDIS_URL"]).ping()
import django; django.setup()
from django.conf import settings as django_settings
print(json.dumps([who, settings, encrypted, pong, django_settings.ALLOWED_HOSTS, len(django_settings.SECRET_KEY)]))
"""
    done = _run("--", "python", "-c", code, TMPDIR=str(temporary))

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [
        [["zusage_app", "zusage"], ["zusage_owner", "zusage"]],
        ["off", "UTC", "127.0.0.1"],
        "scram-sha-256",
        True,
        ["localhost", "127.0.0.1", "[::1]", "testserver"],
        64,
    ]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("sh", "-c", "exit 7"), 7),
        (("sh", "-c", "kill -9 $$"), 137),
        (("sh", "-c", "kill -TERM $$"), 143),
        (("no-such-command",), 127),
        (("/etc/passwd",), 126),
    ],
)
def test_the_exit_code_is_that_of_the_command(command: tuple[str, ...], code: int, temporary: Path) -> None:
    done = _run("--", *command, TMPDIR=str(temporary), **GIVEN)

    assert (done.returncode, list(temporary.iterdir())) == (code, [])


def test_the_exit_code_passes_through_the_stopping_of_real_services(temporary: Path) -> None:
    done = _run("--", "sh", "-c", "echo words; exit 7", TMPDIR=str(temporary))

    assert (done.returncode, done.stdout, done.stderr, list(temporary.iterdir())) == (7, "words\n", "", [])


def test_wrong_passwords_and_none_are_refused(temporary: Path) -> None:
    services = Services(temporary / "data", environ={})
    with services as added:
        for url in (added["DATABASE_URL"], added["DATABASE_OWNER_URL"]):
            secret = url.split(":")[2].split("@")[0]
            for wrong in (url.replace(secret, "wrong"), url.replace(f":{secret}", "")):
                with pytest.raises(psycopg.OperationalError):
                    psycopg.connect(wrong)
        address = added["REDIS_URL"]
        with pytest.raises(redis.AuthenticationError):
            redis.from_url("redis://" + address.split("@")[1]).ping()


def test_data_survive_only_where_they_were_asked_to(temporary: Path) -> None:
    folder = temporary / "data"

    first = _run("--data", folder, "--", "python", "-c", CREATE)
    second = _run("--data", folder, "--", "python", "-c", READ)
    third = _run("--data", folder, "--", "python", "-c", READ)
    elsewhere = _run("--", "python", "-c", READ, TMPDIR=str(temporary))

    assert (first.stdout, second.stdout[:7], second.stdout) == ("written\n", "[(42,)]", third.stdout)
    assert (elsewhere.returncode, "UndefinedTable" in elsewhere.stderr) == (1, True)
    assert (folder / "keys.json").stat().st_mode & 0o077 == 0


def test_two_launchers_do_not_share_a_folder(temporary: Path) -> None:
    folder = temporary / "data"
    with family(temporary / "output", *_services("--data", folder, "--", "sh", "-c", "echo up; sleep 60")) as first:
        assert first.says("up")

        second = _run("--data", folder, "--", "true")

        assert (second.returncode, second.stderr) == (
            1,
            f"The services cannot start: Another Zusage runs on {folder}. Stop it, or choose another folder.\n",
        )
        assert first.popen.poll() is None


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=["TERM", "INT", "HUP"])
def test_a_signal_is_passed_on_and_everything_stops(temporary: Path, signum: signal.Signals) -> None:
    command = _services("--", "python", "-c", ENDS_WHEN_ASKED)
    with family(temporary / "output", *command, TMPDIR=str(temporary)) as launcher:
        assert launcher.says("up")

        os.kill(launcher.popen.pid, signum)

        assert (launcher.popen.wait(30), launcher.text()) == (5, "up\nasked\n")
        assert launcher.is_gone()
    assert [entry.name for entry in temporary.iterdir()] == ["output"]


def test_a_signal_during_the_start_stops_it_cleanly(temporary: Path) -> None:
    with family(temporary / "output", *_services("--", "echo", "too late"), TMPDIR=str(temporary)) as launcher:
        assert wait_for(lambda: list(temporary.glob("zusage-*/redis.log")))

        os.kill(launcher.popen.pid, signal.SIGTERM)

        assert (launcher.popen.wait(30), launcher.text()) == (128 + signal.SIGTERM, "")
        assert launcher.is_gone()
    assert [entry.name for entry in temporary.iterdir()] == ["output"]


def test_kill_minus_nine_leaves_no_process_and_no_throw_away_folder(temporary: Path) -> None:
    command = ("sh", "-c", "sleep 60 & sleep 60 & echo up; wait")
    with family(temporary / "output", *_services("--", *command), TMPDIR=str(temporary)) as launcher:
        assert launcher.says("up")
        lines = " ".join(launcher.members().values())

        launcher.popen.kill()

        assert all(part in lines for part in ("postgres -D", "redis-server", "guard.py", "sleep 60"))
        assert launcher.is_gone()
    assert [entry.name for entry in temporary.iterdir()] == ["output"]


def test_kill_minus_nine_of_its_whole_group_leaves_nothing_either(temporary: Path) -> None:
    with family(
        temporary / "output", *_services("--", "sh", "-c", "echo up; sleep 60"), TMPDIR=str(temporary)
    ) as launcher:
        assert launcher.says("up")

        os.killpg(launcher.popen.pid, signal.SIGKILL)

        assert launcher.is_gone()
    assert [entry.name for entry in temporary.iterdir()] == ["output"]


def test_data_are_whole_after_a_kill_and_the_next_start_does_not_stumble(temporary: Path) -> None:
    folder = temporary / "data"
    command = _services("--data", folder, "--", "python", "-c", CREATE)
    with family(temporary / "output", *command, WAIT="60") as launcher:
        assert launcher.says("written")
        launcher.popen.kill()
        launcher.popen.wait()

        again = _run("--data", folder, "--", "python", "-c", READ)

    assert (again.returncode, again.stdout[:7]) == (0, "[(42,)]")


@pytest.mark.parametrize("stranger", ["alive", "dead"])
def test_a_stale_pid_file_is_no_obstacle(temporary: Path, stranger: str) -> None:
    folder = temporary / "data"
    assert _run("--data", folder, "--", "true").returncode == 0
    number = os.getpid() if stranger == "alive" else 2**22 - 7
    (pid_file,) = [path / "postmaster.pid" for path in folder.glob("postgres/cluster")]
    pid_file.write_text(f"{number}\n{pid_file.parent}\n1\n5432\n\n127.0.0.1\n0 0\nready   \n")

    again = _run("--data", folder, "--", "echo", "served")

    assert (again.returncode, again.stdout) == (0, "served\n")


def test_a_first_start_that_was_killed_does_not_spoil_the_second(temporary: Path) -> None:
    folder = temporary / "data"
    with family(temporary / "output", *_services("--data", folder, "--", "true")) as launcher:
        assert wait_for(lambda: (folder / "postgres/cluster.new/PG_VERSION").exists())
        launcher.popen.kill()
        assert launcher.is_gone()

    again = _run("--data", folder, "--", "echo", "served")

    assert (again.returncode, again.stdout, again.stderr) == (0, "served\n", "")


def test_roles_that_were_made_only_in_part_are_made_whole_and_keep_the_data(temporary: Path) -> None:
    folder = temporary / "data"
    first = _run("--data", folder, "--", "python", "-c", CREATE)
    (folder / "postgres/roles-created").unlink()

    again = _run("--data", folder, "--", "python", "-c", READ)

    assert (first.returncode, again.returncode, again.stdout[:7], again.stderr) == (0, 0, "[(42,)]", "")


def test_what_is_given_is_not_started(temporary: Path) -> None:
    command = _services("--", "sh", "-c", "env; echo up; sleep 60")
    with family(temporary / "output", *command, TMPDIR=str(temporary), **GIVEN) as launcher:
        assert launcher.says("up")

        lines = " ".join(launcher.members().values())
        variables = dict(line.split("=", 1) for line in launcher.text().splitlines() if "=" in line)

        assert ("postgres" in lines, "redis-server" in lines) == (False, False)
        assert {name: variables[name] for name in GIVEN} == GIVEN
        assert "DATABASE_OWNER_URL" not in variables
        assert variables["DJANGO_SETTINGS_MODULE"] == "config.settings"


@pytest.mark.parametrize(
    ("name", "value"), [("DATABASE_URL", "mysql://zusage"), ("REDIS_URL", "localhost"), ("REDIS_BIN", "/nonexistent")]
)
def test_a_bad_value_stops_it_with_a_sentence(temporary: Path, name: str, value: str) -> None:
    done = _run("--", "echo", "no", TMPDIR=str(temporary), **{name: value})

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("The services cannot start: ")
    assert name in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(temporary.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_sentence(temporary: Path) -> None:
    (temporary / "file").write_text("")

    done = _run("--data", temporary / "file" / "data", "--", "true")

    assert (done.returncode, done.stderr) == (
        1,
        f"The services cannot start: The data folder {temporary / 'file' / 'data'} cannot be used: Not a directory.\n",
    )


@as_root
@pytest.mark.parametrize("who", [identity.NOBODY, identity.NAMESPACE], ids=["nobody", "namespace"])
def test_root_starts_it_as_somebody_else_and_finds_its_data_again(temporary: Path, who: identity.Identity) -> None:
    if who.become and not who.may_run(Path("/usr/bin/env")):
        pytest.skip("this machine has no user namespaces")
    folder, fresh = temporary / "data", []
    for _ in range(2):
        services = Services(folder, environ={}, who=who)
        with services as added:
            row = psycopg.connect(added["DATABASE_URL"]).execute("select 1").fetchone()
            fresh.append((services.fresh, row))

    with Services(folder, environ={}) as added:
        psycopg.connect(added["DATABASE_URL"]).close()

    assert fresh == [(True, (1,)), (False, (1,))]


@as_root
def test_a_plain_user_can_start_it_too(temporary: Path) -> None:
    os.chown(temporary, 4711, 4711)
    command = ["setpriv", "--reuid=4711", "--regid=4711", "--clear-groups", *_services("--", "id", "-u")]
    if not identity.Identity("somebody", uid=4711).may_write(temporary) or not _may_enter_checkout():
        pytest.skip("other users cannot reach this checkout")

    done = subprocess.run(
        [str(word) for word in command], env=clean_environment(TMPDIR=str(temporary), HOME=str(temporary)),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout, done.stderr) == (0, "4711\n", "")


def _may_enter_checkout() -> bool:
    return identity.Identity("somebody", uid=4711).may_run(Path(str(python()[0])))


def test_a_throw_away_start_is_quick(temporary: Path) -> None:
    began = time.monotonic()

    done = _run("--", "true", TMPDIR=str(temporary))

    assert done.returncode == 0
    assert time.monotonic() - began < 20, "about one second on an idle machine"


def test_the_members_of_a_family_are_really_seen(temporary: Path) -> None:
    started = Family(["sleep", "60"], clean_environment(), temporary / "output")
    started.start()
    assert wait_for(lambda: "sleep 60" in started.members().values())

    started.popen.kill()
    started.popen.wait()

    assert (started.members(), is_alive(started.popen.pid)) == ({}, False)
