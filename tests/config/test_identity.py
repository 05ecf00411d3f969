"""PostgreSQL refuses root, so root steps into a user namespace, becomes nobody, or becomes whom the files belong to."""

import os
import tempfile
from pathlib import Path

import pytest

from config import binaries, identity
from config.identity import NAMESPACE, NOBODY, NOBODY_UID, OURSELVES, Identity

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
POSTGRES = binaries.postgres_folder() / "postgres"


@pytest.mark.skipif(os.geteuid() == 0, reason="what a plain user gets")
def test_a_plain_user_stays_who_they_are(tmp_path: Path) -> None:
    assert identity.choose(POSTGRES, tmp_path) == OURSELVES


@as_root
def test_root_steps_into_a_namespace_or_becomes_nobody(tmp_path: Path) -> None:
    chosen = identity.choose(POSTGRES, tmp_path / "not yet there")

    assert chosen in (NAMESPACE, NOBODY)
    assert chosen.may_run(POSTGRES)
    assert chosen.run("id", "-u").stdout.strip() == {"nobody": str(NOBODY_UID)}.get(chosen.name, "1000")


@as_root
def test_root_becomes_nobody_where_the_program_cannot_run_in_a_namespace(tmp_path: Path) -> None:
    broken = tmp_path / "postgres"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)

    assert identity.choose(broken, tmp_path) == NOBODY


@as_root
def test_files_that_exist_decide_whom_root_becomes(tmp_path: Path) -> None:
    home = tmp_path / "postgres"
    home.mkdir()
    os.chown(home, 4711, 4711)

    assert identity.choose(POSTGRES, home) == Identity(f"the owner of {home}", uid=4711)


@as_root
def test_in_a_namespace_files_still_belong_to_root(tmp_path: Path) -> None:
    try:
        made = NAMESPACE.run("/bin/sh", "-c", 'id -u; touch "$1"', "sh", tmp_path / "file")
    except OSError:
        pytest.skip("this machine has no user namespaces")

    assert (made.stdout, (tmp_path / "file").stat().st_uid) == ("1000\n", 0)


@as_root
def test_nobody_writes_only_where_it_can_reach() -> None:
    with tempfile.TemporaryDirectory(prefix="zusage-identity-") as name:
        Path(name).chmod(0o711)
        closed, own = Path(name, "closed"), Path(name, "own")
        closed.mkdir(mode=0o700)
        own.mkdir(mode=0o700)
        os.chown(own, NOBODY_UID, NOBODY_UID)

        assert (NOBODY.may_write(closed), NOBODY.may_write(own)) == (False, True)
        assert NOBODY.may_write(Path(name, "missing")) is False


def test_a_program_that_is_missing_may_not_run() -> None:
    assert OURSELVES.may_run(Path("/nonexistent/postgres")) is False
    assert OURSELVES.may_run(POSTGRES) is True


def test_running_gives_the_output_and_the_environment(tmp_path: Path) -> None:
    done = OURSELVES.run("/bin/sh", "-c", "echo $WORD; pwd; exit 3", env={"WORD": "zusage"})

    assert (done.returncode, done.stdout) == (3, "zusage\n/\n")
