"""Backup and restore as docs/operations.md tells it: all is there again, and the application may do what it could."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config import binaries
from config.services import Services
from tests.processes import ROOT, clean_environment, python

pytestmark = pytest.mark.faults

PEOPLE = (
    "people:\n  - {username: ana, name: Ana Albers, email: ana@example.org, roles: [administrator]}\nfallback: [ana]\n"
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL can reach whoever it runs as."""
    with tempfile.TemporaryDirectory(prefix="zusage-backup-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _do(*command: str | Path, **env: str) -> str:
    done = subprocess.run(
        [str(part) for part in command], env=clean_environment(**env), cwd=ROOT, capture_output=True, text=True,
        timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as session:
        return session.execute(query.encode()).fetchall()


def test_a_dump_restores_the_rows_the_rules_and_the_privileges(folder: Path) -> None:
    programs, dump = binaries.postgres_folder(), folder / "zusage.dump"
    (folder / "first.yaml").write_text(PEOPLE)
    tables = "select table_name from information_schema.tables where table_schema = 'public' order by 1"
    triggers = "select tgname from pg_trigger where not tgisinternal order by 1"

    with Services(folder / "old", environ={}) as old:
        _do(*python("manage.py", "migrate", "-v0"), **old)
        assert "Person ana: created." in _do(*python("manage.py", "apply", folder / "first.yaml"), **old)
        before = [_rows(old["DATABASE_URL"], query) for query in (tables, triggers)]
        _do(programs / "pg_dump", "--format=custom", "--no-owner", f"--file={dump}", old["DATABASE_OWNER_URL"])
    with Services(folder / "new", environ={}) as new:
        target = f"--dbname={new['DATABASE_OWNER_URL']}"
        _do(programs / "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", target, dump)
        _do(*python("manage.py", "migrate", "-v0"), **new)

        app = new["DATABASE_URL"]
        assert [_rows(app, query) for query in (tables, triggers)] == before
        assert len(before[0]) > 20
        assert _rows(app, "select username, name, roles::text from slas_user") == [
            ("ana", "Ana Albers", "{administrator}")
        ]
        assert _rows(app, "update slas_user set language = 'en' returning username") == [("ana",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _rows(app, "truncate slas_user cascade")
        assert os.stat(dump).st_size > 10_000
