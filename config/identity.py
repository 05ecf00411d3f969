"""As whom PostgreSQL runs: it refuses root, so root steps into a user namespace or becomes nobody."""

import ctypes
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.children import LIBC, LINUX

CLONE_NEWUSER = 0x10000000  # from <linux/sched.h>
NOBODY_UID = 65534


def _enter_namespace() -> None:
    """Become uid 1000 inside a user namespace; outside, the files still belong to us."""
    uid, gid = os.geteuid(), os.getegid()  # afterwards both read as nobody
    if LIBC.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/gid_map").write_text(f"1000 {gid} 1")
    Path("/proc/self/uid_map").write_text(f"1000 {uid} 1")


@dataclass(frozen=True)
class Identity:
    """A way to run a program: another uid, a step between fork and exec, or neither."""

    name: str
    uid: int | None = None
    become: Callable[[], None] | None = None

    def run(self, *command: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end as this identity."""
        # From the root folder: the current one may be closed to whom we become.
        return subprocess.run(
            [str(part) for part in command],
            preexec_fn=self.become,
            user=self.uid,
            group=self.uid,
            extra_groups=None if self.uid is None else [],
            env=env,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    def may_run(self, program: Path) -> bool:
        """Whether the program starts as this identity."""
        try:
            return self.run(program, "--version").returncode == 0
        except (OSError, subprocess.SubprocessError):
            return False

    def may_write(self, folder: Path) -> bool:
        """Whether this identity can reach the folder and write there."""
        try:
            return self.run("/bin/sh", "-c", 'test -w "$1"', "sh", folder).returncode == 0
        except (OSError, subprocess.SubprocessError):
            return False


OURSELVES = Identity("our own user")
NAMESPACE = Identity("root in a user namespace", become=_enter_namespace)
NOBODY = Identity("nobody", uid=NOBODY_UID)


def choose(program: Path, home: Path) -> Identity:
    """The identity that may run PostgreSQL here; files that exist already belong to whoever made them."""
    if os.geteuid() != 0:
        return OURSELVES
    # Another choice than last time would not find the data, and would start with an empty database in silence.
    if home.exists() and home.stat().st_uid != 0:
        return Identity(f"the owner of {home}", uid=home.stat().st_uid)
    return NAMESPACE if LINUX and NAMESPACE.may_run(program) else NOBODY
