"""Children start as described, stop when asked, and never outlive their parent."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.children import Children, Program
from tests.processes import family, is_alive, python, wait_for

IGNORES_TERM = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
)
ENDS_BY_INT = """
import signal, sys, time
signal.signal(signal.SIGINT, lambda *_: sys.exit(7))
print("up", flush=True)
time.sleep(60)
"""
LAUNCHER = """
import signal, sys, time
from pathlib import Path
from config.children import Children, Program
children = Children()
folder = Path(sys.argv[1])
children.remove_when_orphaned(folder / "throw-away")
children.spawn(Program("family", ["sh", "-c", "sleep 60 & sleep 60"], log=folder / "log"))
children.spawn(Program("deaf", [sys.executable, "-c", sys.argv[2]], log=folder / "deaf.log"))
while "up" not in (folder / "deaf.log").read_text():
    time.sleep(0.02)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def children() -> Iterator[Children]:
    """A launcher's children, stopped at the end."""
    launcher = Children()
    yield launcher
    launcher.stop_all()


def test_a_child_gets_its_environment_reads_nothing_and_writes_to_its_log(children: Children, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")

    child = children.spawn(
        Program("shell", ["sh", "-c", "cat; echo $WORD; echo oops >&2"], env={"WORD": "zusage"}, log=log)
    )

    assert (child.popen.wait(10), log.read_text()) == (0, "before\nzusage\noops\n")


def test_a_child_leads_a_group_of_its_own_unless_it_shares_the_terminal(children: Children, tmp_path: Path) -> None:
    apart = children.spawn(Program("apart", ["sleep", "60"], log=tmp_path / "log"))
    beside = children.spawn(Program("beside", ["sleep", "60"], log=tmp_path / "log", own_group=False))
    unwatched = children.spawn(Program("server", ["sleep", "60"], log=tmp_path / "log", watch_group=False))

    assert os.getpgid(apart.popen.pid) == apart.popen.pid
    assert os.getpgid(beside.popen.pid) == os.getpgid(0)
    assert [child.watched.group for child in (apart, beside, unwatched)] == [True, False, False]


def test_what_cannot_be_executed_raises_and_is_not_kept(children: Children) -> None:
    with pytest.raises(FileNotFoundError):
        children.spawn(Program("nothing", ["/nonexistent/program"]))

    assert children.running == []


def test_stop_sends_the_signal_of_the_program(children: Children, tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = children.spawn(Program("server", [sys.executable, "-c", ENDS_BY_INT], log=log, stop_signal=signal.SIGINT))
    assert wait_for(lambda: "up" in log.read_text())

    children.stop(child)

    assert (child.popen.returncode, children.running) == (7, [])


def test_stop_kills_what_does_not_listen(children: Children, tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = children.spawn(Program("deaf", [sys.executable, "-c", IGNORES_TERM], log=log))
    assert wait_for(lambda: "up" in log.read_text())

    children.stop(child, grace=0.3)

    assert child.popen.returncode == -signal.SIGKILL


def test_stop_of_one_leaves_the_others_alone(children: Children, tmp_path: Path) -> None:
    first = children.spawn(Program("first", ["sleep", "60"], log=tmp_path / "log"))
    second = children.spawn(Program("second", ["sleep", "60"], log=tmp_path / "log"))

    children.stop(first)

    assert (first.popen.returncode, second.popen.poll(), children.running) == (-signal.SIGTERM, None, [second])


def test_stop_of_a_child_that_has_ended_already_is_no_error(children: Children, tmp_path: Path) -> None:
    child = children.spawn(Program("short", ["true"], log=tmp_path / "log"))
    child.popen.wait()

    children.stop(child)
    children.stop(child)

    assert children.running == []


def test_burying_a_child_ends_the_grandchildren_it_left(children: Children, tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = children.spawn(Program("shell", ["sh", "-c", "sleep 60 & echo $!"], log=log))
    child.popen.wait(10)
    grandchild = int(log.read_text())
    assert is_alive(grandchild)

    children.bury(child)

    assert wait_for(lambda: not is_alive(grandchild))


def test_stopping_everything_goes_from_the_youngest_to_the_oldest(children: Children, tmp_path: Path) -> None:
    log = tmp_path / "log"
    code = "import signal, sys, time\ndef bye(*_): print(sys.argv[1], flush=True); sys.exit()\n"
    code += "signal.signal(signal.SIGTERM, bye); print('up', flush=True); time.sleep(60)"
    for name in ("database", "web"):
        children.spawn(Program(name, [sys.executable, "-c", code, name], log=log))
    assert wait_for(lambda: log.read_text().count("up") == 2)

    children.stop_all()
    children.stop_all()

    assert (log.read_text().split(), children.running) == (["up", "up", "web", "database"], [])


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM], ids=["kill -9", "kill"])
def test_nothing_is_left_when_the_parent_is_killed(tmp_path: Path, signum: signal.Signals) -> None:
    (tmp_path / "throw-away").mkdir()
    with family(tmp_path / "output", *python("-c", LAUNCHER, tmp_path, IGNORES_TERM)) as launcher:
        assert launcher.says("ready")
        before = sorted(line.split()[0] for line in launcher.members().values() if "sleep" in line or "sh" in line)

        os.kill(launcher.popen.pid, signum)

        assert before.count("sleep") == 2
        assert launcher.popen.wait(10) == -signum
        assert launcher.is_gone()
        assert not (tmp_path / "throw-away").exists()


def test_the_guard_alone_ends_everything_where_no_death_signal_exists(tmp_path: Path) -> None:
    elsewhere = LAUNCHER.replace(
        "children = Children()", "import config.children as c; c.LINUX = False; children = Children()"
    )
    with family(tmp_path / "output", *python("-c", elsewhere, tmp_path, IGNORES_TERM)) as launcher:
        assert launcher.says("ready")

        os.kill(launcher.popen.pid, signal.SIGKILL)

        assert launcher.is_gone()


def test_the_death_signal_alone_ends_a_child_where_the_guard_was_killed_too(tmp_path: Path) -> None:
    with family(
        tmp_path / "output", *python("-c", LAUNCHER, tmp_path, "print('up', flush=True); import time; time.sleep(60)")
    ) as launcher:
        assert launcher.says("ready")
        direct = [pid for pid, line in launcher.members().items() if "guard" not in line and pid != launcher.popen.pid]

        os.kill(launcher.member("guard.py"), signal.SIGKILL)
        os.kill(launcher.popen.pid, signal.SIGKILL)

        assert len(direct) >= 3
        assert wait_for(
            lambda: not any("time.sleep" in line or line.startswith("sh ") for line in launcher.members().values())
        )


def test_a_guard_that_was_killed_is_replaced_by_one_that_knows_everything(children: Children, tmp_path: Path) -> None:
    first = children.spawn(Program("first", ["sleep", "60"], log=tmp_path / "log"))
    assert children._guard
    children._guard.kill()
    children._guard.wait()

    second = children.spawn(Program("second", ["sleep", "60"], log=tmp_path / "log"))
    assert children._guard.stdin
    children._guard.stdin.close()

    assert wait_for(lambda: (first.popen.poll(), second.popen.poll()) == (-signal.SIGTERM, -signal.SIGTERM))
    children.running.clear()
    children._guard = None


def test_a_child_whose_parent_is_gone_already_does_not_start() -> None:
    code = "from config.children import _settle; _settle(1, 15, None); print('still here')"

    done = subprocess.run(python("-c", code), capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
