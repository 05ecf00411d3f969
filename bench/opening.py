"""Opening a ticket through the API beside a bare REST framework insert, in one run, with fsync on.

Both are POSTs of the same body with the same token through the same middleware to the same database. Ours opens the
ticket with its timers, its event and the letters to the team, and answers with all of it; the other inserts one row.
`python -m bench.opening` ends with 1 when ours reaches less than 0.8 of the bare rate.
"""

import os
import sys
from collections.abc import Callable

from bench.pairs import take_turns
from bench.world import world

RATE, ROUNDS, WARM_UP = 0.8, 600, 60
BODY = {
    "product": "kiosk",
    "priority": "P1",
    "title": "The till in Altona prints no receipts",
    "description": "Since this morning the printer says “offline”, also after it was switched off and on again.",
}


def main() -> int:
    """Print the table; 1 when the limit is broken."""
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    with world():
        bare, ours = take_turns(*calls(), rounds=ROUNDS, warm_up=WARM_UP)
    for name, times in (("bare insert", bare), ("open a ticket", ours)):
        print(
            f"     {name:<14} {1000 / times.average:>6,.0f} /s   median {times.middle:5.2f} ms"
            f"   p95 {times.p95:5.2f} ms   processor {times.work:5.2f} ms"
        )
    share = bare.average / ours.average
    medians, work = bare.middle / ours.middle, bare.work / ours.work
    verdict = "ok  " if share >= RATE else "SLOW"
    print(f"     the share by medians {medians:.2f}, by the processor's time {work:.2f}")
    print(f"{verdict} rate of opening, as a share of the bare rate {share:>6.2f}   limit {RATE}")
    return 0 if share >= RATE else 1


def calls() -> list[Callable[[], object]]:
    """The bare insert and the opening, once the product and the token are there."""
    from django.conf import settings  # noqa: PLC0415  # Django is set up on the new database first
    from django.test import Client  # noqa: PLC0415
    from knox.models import AuthToken  # noqa: PLC0415

    from bench import bare  # noqa: PLC0415
    from tests.factories import build_house  # noqa: PLC0415
    from tests.incidents.kiosk import build_kiosk  # noqa: PLC0415

    bare.create_table()
    kiosk = build_kiosk(build_house())
    _, token = AuthToken.objects.create(user=kiosk.house.rita)
    settings.ROOT_URLCONF = "bench.bare"
    client = Client(headers={"authorization": f"Token {token}"})

    def post(address: str) -> None:
        answer = client.post(address, BODY, content_type="application/json")
        assert answer.status_code == 201, answer.content

    return [lambda: post("/bare/"), lambda: post("/api/v1/tickets/")]


if __name__ == "__main__":
    sys.exit(main())
