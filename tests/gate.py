"""`make check`: every step of the gate, side by side, one line each with its time."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
SERVICES = (sys.executable, "-m", "config.services", "--")
# The slowest first, so that the others fill the time beside it.
STEPS = {
    "types": (BIN / "mypy",),
    "templates": (BIN / "djlint", "--lint", "--quiet", "templates"),
    "import contract": (BIN / "lint-imports", "--no-logo"),
    "migrations": (*SERVICES, "python", "manage.py", "makemigrations", "--check", "--dry-run"),
    "translations": (sys.executable, "-m", "config.translations", "check"),
    "house numbers": (sys.executable, "-m", "tests.house"),
    "lint": (BIN / "ruff", "check", "."),
    "format": (BIN / "ruff", "format", "--check", "."),
}


@dataclass(frozen=True)
class Result:
    """How a step ended, what it said, and the seconds it took."""

    name: str
    passed: bool
    output: str
    seconds: float


def run(name: str, command: Sequence[str | Path]) -> Result:
    """Run one step to its end."""
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return Result(name, done.returncode == 0, done.stdout + done.stderr, time.monotonic() - started)


def main(steps: Mapping[str, Sequence[str | Path]] = STEPS) -> int:
    """Print a line per step as it ends, then what the failed ones said; 1 when any failed."""
    started = time.monotonic()
    failed = []
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for future in as_completed([pool.submit(run, name, command) for name, command in steps.items()]):
            result = future.result()
            print(f"{'passed' if result.passed else 'FAILED'}  {result.name:<16} {result.seconds:6.1f} s", flush=True)
            if not result.passed:
                failed.append(result)
    for result in failed:
        print(f"\n--- {result.name} ---\n{result.output.strip()}")
    print(f"\nThe gate {'is red' if failed else 'is green'} after {time.monotonic() - started:.1f} s.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
