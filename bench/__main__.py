"""`make bench`: every measurement beside its limit, each in a process of its own; 1 when a limit is broken.

`make bench ARGS="opening queue"` makes these alone.
"""

import subprocess
import sys

BENCHES = ("clock", "availability", "opening", "queue", "importing", "engine")


def main(wanted: list[str]) -> int:
    """Run them one after the other: two at once would measure each other."""
    if unknown := set(wanted) - set(BENCHES):
        print(f"There is no bench called {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}.")
        return 2
    broken = []
    for name in wanted or BENCHES:
        print(f"\nbench.{name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            broken.append(name)
    print(f"\n{'Every limit holds.' if not broken else 'Broken: ' + ', '.join(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
