"""A program that ends by itself is started again, sooner at first and later each time."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.children import Children, Program
from config.supervisor import Supervisor, ending, pause
from tests.processes import is_alive, wait_for


@pytest.fixture
def children() -> Iterator[Children]:
    """A launcher's children, stopped at the end."""
    launcher = Children()
    yield launcher
    launcher.stop_all()


@pytest.fixture
def lines() -> list[str]:
    """What the supervisor said."""
    return []


@pytest.fixture
def supervisor(children: Children, lines: list[str]) -> Supervisor:
    """A supervisor of these children."""
    return Supervisor(children, lines.append)


def test_pauses_double_up_to_half_a_minute() -> None:
    assert [pause(failures) for failures in range(1, 10)] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize(
    ("code", "words"), [(0, "ended with code 0"), (3, "ended with code 3"), (-9, "was killed by signal 9")]
)
def test_an_ending_is_told_in_words(code: int, words: str) -> None:
    assert ending(code) == words


def test_what_runs_is_left_alone(supervisor: Supervisor, children: Children, lines: list[str], tmp_path: Path) -> None:
    child = children.spawn(Program("web", ["sleep", "60"], log=tmp_path / "web.log"))

    for now in (0.0, 10.0, 1000.0):
        supervisor.look(now)

    assert (children.running, lines) == ([child], [])


def test_what_was_killed_is_started_again_after_its_pause(
    supervisor: Supervisor, children: Children, lines: list[str], tmp_path: Path
) -> None:
    program = Program("web", ["sleep", "60"], log=tmp_path / "web.log")
    first = children.spawn(program)
    supervisor.look(100.0)

    os.kill(first.popen.pid, signal.SIGKILL)
    first.popen.wait()
    supervisor.look(101.0)
    during_the_pause = list(children.running)
    supervisor.look(101.4)
    supervisor.look(101.5)

    (second,) = children.running
    assert (during_the_pause, second.program, second.popen.poll()) == ([], program, None)
    assert lines == [f"web was killed by signal 9; starting it again in 0.5 s (log: {tmp_path / 'web.log'})"]


def test_pauses_grow_while_it_keeps_ending_and_start_over_once_it_has_lived_for_a_minute(
    supervisor: Supervisor, children: Children, lines: list[str], tmp_path: Path
) -> None:
    program = Program("web", ["sleep", "60"], log=tmp_path / "web.log")
    now = 0.0
    children.spawn(program)
    for lived in (1.0, 1.0, 1.0, 61.0):
        supervisor.look(now)
        (child,) = children.running
        child.popen.kill()
        child.popen.wait()
        now += lived
        supervisor.look(now)
        now += 10
        supervisor.look(now)

    assert [line.split(" again in ")[1].split(" (")[0] for line in lines] == ["0.5 s", "1 s", "2 s", "0.5 s"]


def test_its_own_children_end_before_it_is_started_again(
    supervisor: Supervisor, children: Children, lines: list[str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    child = children.spawn(Program("worker", ["sh", "-c", "sleep 60 & echo $!; wait"], log=log))
    assert wait_for(lambda: log.read_text().strip())
    grandchild = int(log.read_text())

    child.popen.kill()
    child.popen.wait()
    supervisor.look(0.0)

    assert wait_for(lambda: not is_alive(grandchild))


def test_one_that_ends_does_not_disturb_the_others(
    supervisor: Supervisor, children: Children, lines: list[str], tmp_path: Path
) -> None:
    steady = children.spawn(Program("beat", ["sleep", "60"], log=tmp_path / "beat.log"))
    ends = children.spawn(Program("web", ["sh", "-c", "exit 4"], log=tmp_path / "web.log"))
    ends.popen.wait()

    supervisor.look(0.0)

    assert (children.running, lines) == (
        [steady],
        [f"web ended with code 4; starting it again in 0.5 s (log: {tmp_path / 'web.log'})"],
    )


def test_watching_goes_on_until_told_otherwise(supervisor: Supervisor, children: Children, tmp_path: Path) -> None:
    children.spawn(Program("web", ["sh", "-c", f"echo once >> {tmp_path / 'runs'}"], log=tmp_path / "web.log"))

    supervisor.watch(lambda: not (tmp_path / "runs").exists() or (tmp_path / "runs").read_text().count("once") < 2)

    assert (tmp_path / "runs").read_text() == "once\nonce\n"
