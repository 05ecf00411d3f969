"""The engine beside its limits, in one run: the idle tick, a storm of due steps, and the tick after the storm.

`python -m bench.engine` ends with 1 when a limit of delivery.md (Speed) is broken.
"""

import sys

from bench.world import world


def main() -> int:
    """Print the table; 1 when a limit is broken."""
    with world():
        from bench.storm import measure  # noqa: PLC0415  # models exist once Django is set up on the new database

        held = []
        for line in measure():
            print(
                f"{'ok  ' if line.holds else 'SLOW'} {line.what:<58} {line.value:>12}   limit {line.limit}", flush=True
            )
            held.append(line.holds)
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
