"""Reading a ServiceNow log into an empty database: incidents per second, with fsync on.

`python -m bench.importing [FILE]` reads a log of its own making, or the file it is given, in UTC; it ends with 1 when
fewer than 300 incidents are written in a second.
"""

import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.world import world

RATE, INCIDENTS = 300, 3000
BEGINNING = datetime(2016, 3, 1, 9, tzinfo=UTC)
# What becomes of an incident, in hours after its opening: about as many rows and waits as in a real log.
COURSE = ((0, "New"), (1, "Active"), (3, "Awaiting User Info"), (27, "Active"), (50, "Resolved"), (170, "Closed"))


def main(arguments: list[str]) -> int:
    """Print the line; 1 when the limit is broken."""
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    with world(), tempfile.TemporaryDirectory(prefix="zusage-bench-") as folder:
        file = Path(arguments[0]) if arguments else _written(Path(folder) / "log.csv")
        count, seconds = _read(file)
    rate = count / seconds
    verdict = "ok  " if rate >= RATE else "SLOW"
    print(f"{verdict} {count:,} incidents of a ServiceNow log in {seconds:.1f} s {rate:>17,.0f} /s   limit {RATE} /s")
    return 0 if rate >= RATE else 1


def _written(file: Path) -> Path:
    """A log of incidents that are opened one a minute and all take their course."""
    from tests.incidents.event_log import log, states  # noqa: PLC0415  # Django is set up on the new database first

    def rows() -> Iterator[dict[str, str]]:
        for number in range(INCIDENTS):
            opened = BEGINNING + number * timedelta(minutes=1)
            steps = [(f"{opened + timedelta(hours=hours):%d/%m/%Y %H:%M}", state) for hours, state in COURSE]
            yield from states(f"INC{number:06}", *steps, opened_at=steps[0][0])

    file.write_text(log(*rows()))
    return file


def _read(file: Path) -> tuple[int, float]:
    """How many incidents were written, and in how many seconds."""
    from django.core.management import call_command  # noqa: PLC0415

    from incidents.models import Ticket  # noqa: PLC0415
    from tests.factories import AgreementFactory, ProductFactory, RevisionFactory, build_house, fill, publish  # noqa: PLC0415

    house = build_house()
    product = ProductFactory(slug="imported", team=house.team, owner=house.mira)
    revision = RevisionFactory(
        agreement=AgreementFactory(product=product), in_force_from=datetime(2016, 1, 1, tzinfo=UTC)
    )
    fill(revision, office=house.office, clock=house.clock)
    publish(revision, provider=house.holger, customer=house.mira)
    began = time.perf_counter()
    call_command(
        "import_tickets",
        file,
        format="servicenow",
        product="imported",
        zone="UTC",
        stdout=io.StringIO(),
        stderr=io.StringIO(),
    )
    return Ticket.objects.count(), time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
