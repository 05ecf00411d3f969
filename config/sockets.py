"""Ports of this machine, and waiting for the server behind one."""

import socket
import subprocess
import time
from collections.abc import Callable


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        # Without it, connections of a server that has just stopped would make the port look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def wait_until(ready: Callable[[], bool], popen: subprocess.Popen[bytes], *, limit: float = 30.0) -> bool:
    """Wait up to `limit` seconds for a server; False as soon as its process has ended."""
    end = time.monotonic() + limit
    while time.monotonic() < end and popen.poll() is None:
        # Asking a hundred times a second costs nothing and makes every start as fast as the server is.
        try:
            if ready():
                return True
        except (OSError, IndexError):
            pass  # the file or the port is not there yet
        time.sleep(0.01)
    return False


def knock(host: str, port: int, *, patience: float = 5.0) -> None:
    """Connect once; OSError when nobody answers within `patience` seconds."""
    socket.create_connection((host, port), patience).close()
