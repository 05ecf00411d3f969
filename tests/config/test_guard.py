"""The guard outlives a launcher that was killed and ends what it left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import guard
from config.guard import Watched
from tests.processes import is_alive, wait_for

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
PARENT = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
Start = Callable[[str], tuple[subprocess.Popen[str], str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts Python code as the leader of a group and waits for its first line of output."""
    started: list[subprocess.Popen[str]] = []

    def begin(code: str) -> tuple[subprocess.Popen[str], str]:
        popen = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, process_group=0)
        started.append(popen)
        assert popen.stdout
        return popen, popen.stdout.readline().strip()

    yield begin
    for popen in started:
        popen.kill()
        popen.wait()


def test_read_keeps_what_was_not_forgotten() -> None:
    lines = [
        json.dumps({"watch": 11, "group": True, "signal": 15}),
        json.dumps({"remove": "/some/folder"}),
        json.dumps({"watch": 12, "group": False, "signal": 2}),
        json.dumps({"watch": 13, "group": True, "signal": 15}),
        json.dumps({"forget": 11}),
        json.dumps({"forget": 99}),
    ]

    assert guard.read(lines) == ([Watched(12, False, 2), Watched(13, True, 15)], [Path("/some/folder")])


def test_read_knows_a_number_that_was_given_out_again_by_its_last_owner() -> None:
    lines = [
        json.dumps({"watch": 11, "group": True, "signal": 15}),
        json.dumps({"forget": 11}),
        json.dumps({"watch": 11, "group": False, "signal": 2}),
    ]

    assert guard.read(lines) == ([Watched(11, False, 2)], [])


def test_a_process_that_has_ended_does_not_live_even_before_it_is_collected() -> None:
    popen = subprocess.Popen(["true"], process_group=0)
    assert wait_for(lambda: not is_alive(popen.pid))

    seen = (
        Watched(popen.pid, False, 15).send(0),
        Watched(popen.pid, False, 15).lives(),
        Watched(popen.pid, True, 15).lives(),
    )
    popen.wait()
    after = (Watched(popen.pid, False, 15).send(0), Watched(popen.pid, True, 15).lives())

    assert (seen, after) == ((True, False, False), (False, False))


def test_a_group_lives_as_long_as_any_member_does(start: Start) -> None:
    parent, child = start(PARENT)
    group = Watched(parent.pid, group=True, signal=signal.SIGTERM)

    parent.kill()
    parent.wait()
    lived_without_its_leader = group.lives()
    os.kill(int(child), signal.SIGKILL)

    assert lived_without_its_leader
    assert wait_for(lambda: not group.lives())


def test_end_asks_politely_and_then_kills(start: Start) -> None:
    stubborn, _ = start(STUBBORN)
    polite, child = start(PARENT)
    began = time.monotonic()

    guard.end([Watched(polite.pid, True, signal.SIGTERM), Watched(stubborn.pid, True, signal.SIGTERM)], grace=0.5)

    assert (polite.wait(5), stubborn.wait(5)) == (-signal.SIGTERM, -signal.SIGKILL)
    assert wait_for(lambda: not is_alive(int(child)))
    assert 0.5 <= time.monotonic() - began < 5


def test_end_does_not_wait_when_all_have_gone(start: Start) -> None:
    polite, _ = start(PARENT)
    began = time.monotonic()

    guard.end([Watched(polite.pid, True, signal.SIGTERM)], grace=20)

    assert time.monotonic() - began < 10


@pytest.mark.parametrize("forgotten", [False, True], ids=["watched", "forgotten"])
def test_closing_the_pipe_ends_what_is_watched_and_removes_the_folder(
    start: Start, tmp_path: Path, forgotten: bool
) -> None:
    parent, child = start(PARENT)
    folder = tmp_path / "throw-away"
    (folder / "inside").mkdir(parents=True)
    orders: list[dict[str, object]] = [{"watch": parent.pid, "group": True, "signal": 15}, {"remove": str(folder)}]
    if forgotten:
        orders.append({"forget": parent.pid})

    done = subprocess.run(
        [sys.executable, "-I", "-S", guard.__file__], input="".join(json.dumps(order) + "\n" for order in orders),
        text=True, capture_output=True, timeout=20, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not folder.exists()
    assert is_alive(int(child)) is forgotten
