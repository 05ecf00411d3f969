"""Embedded Redis for development and tests: broker and cache, nothing that has to survive."""

import os
import socket
from functools import partial
from pathlib import Path

from config import binaries
from config.children import Children, Program
from config.keys import Keys
from config.sockets import free_port, wait_until

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {word}
dir {folder}
save ""
appendonly no
maxmemory-policy noeviction
"""


def start(folder: Path, *, keys: Keys, children: Children, attempts: int = 3) -> int:
    """Start the server and return its port on 127.0.0.1; another program may take the port first, so try again."""
    # Nothing is written to disk: tasks that are lost here are found again by the sweep of the database.
    program, log = binaries.redis_server(), folder / "redis.log"
    for _ in range(attempts):
        port, file = free_port(), folder / "redis.conf"
        text = CONFIGURATION.format(port=port, word=keys.redis, folder=f'"{folder}"')
        # The password stands in a file that is ours alone, not on the command line.
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            stream.write(text)
        child = children.spawn(Program("redis", [program, file], log=log))
        if wait_until(partial(_answers, port, keys.redis), child.popen):
            return port
        children.stop(child)
    raise RuntimeError(f"Redis did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _answers(port: int, word: str) -> bool:
    with socket.create_connection(("127.0.0.1", port), 1) as connection:
        connection.sendall(f"AUTH {word}\r\nPING\r\n".encode())
        return b"+PONG" in connection.recv(64)
