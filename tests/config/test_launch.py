"""What `make run` is told is read strictly; a value that cannot be meant stops it with a sentence."""

import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from config import launch
from config.launch import Options
from config.sockets import free_port, is_free


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_options_come_from_the_environment(tmp_path: Path) -> None:
    port = free_port()

    options = launch.read(["--demo"], {"PORT": str(port), "DATA_DIR": str(tmp_path)})

    assert options == Options(port, tmp_path, demo=True)
    assert options.address == f"http://localhost:{port}"


def test_nothing_has_to_be_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    nothing = dict.fromkeys(("PORT", "DATA_DIR", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"), "")
    # Somebody may use this machine's port 8000; then that is what it has to say.
    taken = pytest.raises(ValueError, match="Port 8000 is taken by another program")

    with nullcontext() if is_free(8000) else taken:
        assert launch.read([], nothing) == Options(8000, tmp_path / ".data", demo=False)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "eighty", "PORT must be a number between 1 and 65535, not “eighty”."),
        ("PORT", "70000", "PORT must be a number between 1 and 65535, not “70000”."),
        ("PORT", "-1", "PORT must be a number between 1 and 65535, not “-1”."),
        (
            "DATABASE_URL",
            "mysql://x/y",
            "DATABASE_URL must start with postgresql:// or postgres://, not with “mysql”.",
        ),
        (
            "DATABASE_URL",
            "postgresql://u@h:5432",
            "DATABASE_URL names no database: expected postgresql://user:password@host:port/database.",
        ),
        (
            "DATABASE_OWNER_URL",
            "postgresql://u@h:5432/",
            "DATABASE_OWNER_URL names no database: expected postgresql://user:password@host:port/database.",
        ),
        (
            "REDIS_URL",
            "redis://h/zero",
            "REDIS_URL must look like redis://host:port/0 (the last part is the database's number).",
        ),
        ("REDIS_URL", "localhost:6379", "REDIS_URL must start with redis:// or rediss://, not with “localhost”."),
        ("EMAIL_URL", "smtp://", "EMAIL_URL names no mail server: expected smtp://host:port."),
    ],
)
def test_a_value_that_cannot_be_meant_is_a_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        launch.read([], {"PORT": str(free_port()), name: value})

    assert str(refusal.value) == sentence


def test_a_port_that_is_taken_is_a_sentence(taken: int) -> None:
    with pytest.raises(ValueError) as refusal:
        launch.read([], {"PORT": str(taken)})

    assert str(refusal.value) == (
        f"Port {taken} is taken by another program. Choose another, for example: PORT={taken + 1} make run"
    )


@pytest.mark.parametrize(
    ("name", "address"),
    [("DATABASE_URL", "postgresql://u:p@127.0.0.1:{}/zusage"), ("REDIS_URL", "redis://127.0.0.1:{}/0")],
)
def test_a_service_that_does_not_answer_is_a_sentence(name: str, address: str) -> None:
    nowhere = free_port()

    with pytest.raises(ValueError) as refusal:
        launch.read([], {"PORT": str(free_port()), name: address.format(nowhere)})

    assert str(refusal.value).startswith(f"{name} names 127.0.0.1:{nowhere}, where nobody answers: ")


def test_services_that_answer_are_accepted(taken: int, tmp_path: Path) -> None:
    port = free_port()
    given = {
        "DATABASE_URL": f"postgresql://u:p@127.0.0.1:{taken}/zusage",
        "REDIS_URL": f"redis://127.0.0.1:{taken}/0",
        "EMAIL_URL": "smtp://mail.example.org",
    }

    assert launch.read([], {"PORT": str(port), "DATA_DIR": str(tmp_path), **given}) == Options(
        port, tmp_path, demo=False
    )


def test_the_portal_is_its_server_worker_two_tickers_and_the_sink(tmp_path: Path) -> None:
    options = Options(8123, tmp_path, demo=False)

    with_sink = launch.programs(options, {"WORD": "x"}, mail_port=2525)
    without = launch.programs(options, {"WORD": "x"}, mail_port=None)

    assert [program.name for program in with_sink] == ["web", "worker", "beat", "ticker", "mail"]
    assert [program.name for program in without] == ["web", "worker", "beat", "ticker"]
    assert {(program.env["WORD"], program.log) for program in without if program.env} == {
        ("x", tmp_path / "logs" / f"{name}.log") for name in ("web", "worker", "beat", "ticker")
    }
    assert "127.0.0.1:8123" in with_sink[0].command
    assert with_sink[4].command == [sys.executable, "-m", "config.mailsink", tmp_path / "mail", "2525"]


def test_the_processes_are_told_where_mail_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(8123, tmp_path, demo=False)
    monkeypatch.delenv("BASE_URL", raising=False)
    monkeypatch.setenv("EMAIL_URL", "smtp://mail.example.org")

    kept = launch.surroundings(options, {"REDIS_URL": "redis://x/0"}, mail_port=2525)
    sent = launch.surroundings(options, {"REDIS_URL": "redis://x/0"}, mail_port=None)

    assert {name: kept[name] for name in ("BASE_URL", "REDIS_URL", "EMAIL_URL", "MAIL_DIR")} == {
        "BASE_URL": "http://localhost:8123",
        "REDIS_URL": "redis://x/0",
        "EMAIL_URL": "smtp://127.0.0.1:2525",
        "MAIL_DIR": str(tmp_path / "mail"),
    }
    assert (sent["EMAIL_URL"], "MAIL_DIR" in sent) == ("smtp://mail.example.org", False)


def test_the_fingerprint_changes_with_every_migration_and_with_the_lock(tmp_path: Path) -> None:
    for folder in ("requirements", "slas/migrations"):
        shutil.copytree(launch.ROOT / folder, tmp_path / folder)
    seen = [launch.fingerprint(tmp_path), launch.fingerprint(tmp_path)]

    (tmp_path / "slas/migrations/9999_more.py").write_text("")
    seen.append(launch.fingerprint(tmp_path))
    (tmp_path / "slas/migrations/9999_more.py").write_text("# changed")
    seen.append(launch.fingerprint(tmp_path))
    (tmp_path / "requirements/base.txt").write_text("django==6.0")
    seen.append(launch.fingerprint(tmp_path))

    assert seen[0] == seen[1]
    assert len(set(seen)) == 4
