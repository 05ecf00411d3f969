"""`make test`: all tests in parallel, then those that start and kill services of their own, one after the other."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from tests import chromium

NOTHING_COLLECTED = 5
LOUD = "!" * 100


def _browser() -> bool:
    """Put Chromium into the environment of the tests; False when there is none."""
    path = chromium.find() or chromium.install()
    if path:
        os.environ["CHROMIUM"] = str(path)
    return path is not None


def _pytest(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", "-q", "-rs", *arguments], check=False).returncode


def main(
    arguments: Sequence[str],
    *,
    has_browser: Callable[[], bool] = _browser,
    run: Callable[..., int] = _pytest,
    may_skip: bool | None = None,
) -> int:
    """Run everything; 1 when anything failed. Without Chromium a plain user skips its tests, CI and root do not."""
    chosen = "not faults"
    if may_skip is None:
        may_skip = not os.environ.get("CI") and os.geteuid() != 0
    if not has_browser():
        if not may_skip:
            print("Chromium is missing and could not be installed: the browser tests cannot run.", file=sys.stderr)
            return 1
        chosen += " and not browser"
        print(f"{LOUD}\nSKIPPED: ALL BROWSER TESTS. No Chromium was found. Install it, name it in CHROMIUM, or run")
        print(f".venv/bin/playwright install chromium\n{LOUD}", flush=True)
    parallel = run("-n", "auto", "-m", chosen, *arguments)
    faults = run("-m", "faults", *arguments)
    if faults == NOTHING_COLLECTED:
        print(f"{LOUD}\nNO FAULT TESTS WERE FOUND.\n{LOUD}")
        faults = 0
    return 1 if parallel or faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
