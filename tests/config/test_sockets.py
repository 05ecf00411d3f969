"""Ports, and waiting for the server behind one."""

import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import sockets


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_free_port_is_free() -> None:
    assert sockets.is_free(sockets.free_port())


def test_a_port_that_somebody_listens_on_is_not_free(listener: socket.socket) -> None:
    assert not sockets.is_free(listener.getsockname()[1])


def test_a_port_taken_on_all_addresses_is_not_free() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert not sockets.is_free(server.getsockname()[1])


def test_a_port_is_free_again_as_soon_as_its_server_has_gone(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)):
        accepted, _ = listener.accept()
        accepted.close()
        listener.close()

    assert sockets.is_free(port)


def test_knocking_finds_a_server_and_only_a_server(listener: socket.socket) -> None:
    sockets.knock("127.0.0.1", listener.getsockname()[1])

    with pytest.raises(ConnectionRefusedError):
        sockets.knock("127.0.0.1", sockets.free_port())


def test_waiting_ends_when_the_server_is_ready_however_it_fails_before(tmp_path: Path) -> None:
    file = tmp_path / "ready"
    with subprocess.Popen(["sh", "-c", f"sleep 0.3; echo yes > {file}; sleep 60"]) as popen:
        ready = sockets.wait_until(lambda: file.read_text().split()[0] == "yes", popen)
        popen.kill()

    assert ready


def test_waiting_ends_as_soon_as_the_process_has(tmp_path: Path) -> None:
    began = time.monotonic()
    with subprocess.Popen(["false"]) as popen:
        assert not sockets.wait_until(lambda: (tmp_path / "never").exists(), popen)

    assert time.monotonic() - began < 10


def test_waiting_ends_at_the_limit() -> None:
    with subprocess.Popen(["sleep", "60"]) as popen:
        assert not sockets.wait_until(lambda: False, popen, limit=0.2)
        popen.kill()
