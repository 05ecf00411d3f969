"""`make bench`: every measurement beside its limit, each in a process of its own; 1 when a limit is broken."""

import subprocess
import sys

BENCHES = ("bench.clock", "bench.opening", "bench.queue", "bench.engine")


def main() -> int:
    """Run them one after the other: two at once would measure each other."""
    broken = []
    for name in BENCHES:
        print(f"\n{name}", flush=True)
        if subprocess.run([sys.executable, "-m", name], check=False).returncode:
            broken.append(name)
    print(f"\n{'Every limit holds.' if not broken else 'Broken: ' + ', '.join(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
