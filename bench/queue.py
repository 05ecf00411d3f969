"""The queue page as a signed-in person gets it: 50 rows out of 10,000 and of 100,000 open tickets, as HTML.

`python -m bench.queue` ends with 1 when a limit is broken: queries, 95th percentile, growth with the queue.
"""

import os
import sys
from collections.abc import Callable

from bench.pairs import Times, take_turns
from bench.world import world

FEW, MANY, ROUNDS, WARM_UP = 10_000, 100_000, 200, 10
QUERIES, P95_MS, GROWTH = 8, 30.0, 1.3


def main() -> int:
    """Print the table; 1 when a limit is broken."""
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    with world():
        from bench.queue_world import fill, readers, search  # noqa: PLC0415  # models exist once Django is set up

        fill(1, FEW)
        few = {name: take_turns(page, rounds=ROUNDS, warm_up=WARM_UP)[0] for name, page, _ in readers()}
        fill(FEW + 1, MANY)
        held = [_report(name, few[name], page, count()) for name, page, count in readers()]
        for words in ("branch 4711", "no such words"):
            found = take_turns(search(words), rounds=20, warm_up=1)[0]
            print(f"     search for “{words}” among {MANY:,}: median {found.middle:.0f} ms, p95 {found.p95:.0f} ms")
    return 0 if all(held) else 1


def _report(name: str, few: Times, page: Callable[[], object], queries: int) -> bool:
    many = take_turns(page, rounds=ROUNDS, warm_up=WARM_UP)[0]
    # By the processor's time: the two were measured minutes apart, and others may have come or gone in between.
    growth = many.work / few.work
    print(f"     {name}: median {many.middle:.1f} ms, fastest {min(many.wall):.1f} ms, processor {many.work:.1f} ms")
    lines = [
        ("queries", f"{queries}", f"{QUERIES}", queries <= QUERIES),
        ("95th percentile", f"{many.p95:.1f} ms", f"{P95_MS:.0f} ms", many.p95 <= P95_MS),
        (f"{MANY:,} against {FEW:,} tickets", f"{growth:.2f} ×", f"{GROWTH} ×", growth <= GROWTH),
    ]
    for what, value, limit, holds in lines:
        print(f"{'ok  ' if holds else 'SLOW'} {name + ', ' + what:<58} {value:>10}   limit {limit}", flush=True)
    return all(holds for *_, holds in lines)


if __name__ == "__main__":
    sys.exit(main())
