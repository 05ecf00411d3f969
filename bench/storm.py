"""What `bench.engine` measures, once Django stands on its database."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from bench.pairs import take_turns
from bench.world import fill, tidy
from incidents.actions import escalations
from incidents.actions.escalations import Watermark
from incidents.models import Escalation, Timer
from slas.models import CalendarRevision, Notice
from tests.factories import build_house
from tests.incidents.kiosk import Kiosk, build_kiosk

FEW, MANY, TIMERS = 10_000, 1_000_000, 3  # timers in all, and of one ticket
STORM, STORMS = 10_000, 100_000  # steps due at once
IDLE_MS, AGAINST_SELECT, GROWTH, RATE = 2.0, 2.0, 1.2, 5_000
ROUNDS = 400
# The storm: response timers whose first step came while the engine was away, spread over the last 25 minutes.
STRIKE = """
UPDATE incidents_timer SET started_at = at, cycle_started_at = at, reckoned_at = at,
  due_at = at + interval '1 hour', next_fire_at = at + interval '30 minutes'
FROM (SELECT id AS struck, now() - interval '31 minutes' - random() * interval '10 minutes' AS at FROM incidents_timer
      WHERE kind = 'response' AND started_at > now() ORDER BY id LIMIT %s) AS storm WHERE id = struck
"""


@dataclass(frozen=True)
class Line:
    """One measured value beside its limit."""

    what: str
    value: str
    limit: str
    holds: bool


def measure() -> Iterator[Line]:
    """Every limit in turn, each on what the one before left behind."""
    kiosk = build_kiosk(build_house())
    _fill(kiosk, 1, FEW // TIMERS)
    few, before = _idle()
    _fill(kiosk, FEW // TIMERS + 1, MANY // TIMERS + 1)
    many, select = _idle()
    count = f"{Timer.objects.count():,} open timers"
    yield Line("select 1", f"{select:.2f} ms", "–", True)
    yield Line(
        f"idle tick, {count}", f"{many:.2f} ms", f"{IDLE_MS} ms or {AGAINST_SELECT} × select 1",
        many <= max(IDLE_MS, AGAINST_SELECT * select),
    )  # fmt: skip
    # In units of the `select 1` beside each: minutes lie between the two, in which the machine may have changed.
    growth = (many / select) / (few / before)
    yield Line("idle tick, 1 M against 10 k timers", f"{growth:.2f} ×", f"{GROWTH} ×", growth <= GROWTH)
    with _old_snapshot():
        yield _storm(STORM)
        mark = Watermark()
        rest = replace(_storm(STORMS - STORM, mark), limit="–", holds=True)  # the limit is for the first ten thousand
        after, _ = _idle(mark)
        yield Line(
            f"idle tick after {STORMS:,} fires, old snapshot held", f"{after:.2f} ms", f"{IDLE_MS} ms", after <= IDLE_MS
        )
        full = take_turns(lambda: escalations.sweep(watermark=Watermark()), rounds=20, warm_up=1)[0]
        yield Line("its full pass, once a minute", f"{full.middle:.2f} ms", "–", True)
        yield rest


def _fill(kiosk: Kiosk, first: int, last: int) -> None:
    clock = CalendarRevision.objects.get(calendar=kiosk.house.clock)
    fill(
        first, last, product=kiosk.product.pk, revision=kiosk.revision.pk, team=kiosk.house.team.pk,
        assignee=kiosk.house.jana.pk, calendar=clock.pk,
    )  # fmt: skip
    tidy()


def _idle(mark: Watermark | None = None) -> tuple[float, float]:
    """Milliseconds of a tick with nothing to do, and of `select 1` in between."""
    mark = mark or Watermark()
    tick, select = take_turns(lambda: escalations.sweep(watermark=mark), _select_1, rounds=ROUNDS, warm_up=10)
    return tick.middle, select.middle


def _storm(size: int, mark: Watermark | None = None) -> Line:
    """So many steps are due at once; how fast are they recorded with their letters?"""
    with connection.cursor() as cursor:
        cursor.execute(STRIKE, [size])
    escalations_before, letters_before = Escalation.objects.count(), Notice.objects.count()
    began, spent = time.perf_counter(), time.process_time() + _backend_seconds()
    escalations.sweep(seconds=300, watermark=mark or Watermark())
    seconds, spent = time.perf_counter() - began, time.process_time() + _backend_seconds() - spent
    fired, letters = Escalation.objects.count() - escalations_before, Notice.objects.count() - letters_before
    assert (fired, letters) == (size, size), f"{fired} escalations and {letters} letters instead of {size}"
    rate = size / seconds
    # On a machine with other work the clock on the wall also counts that; the processor's does not.
    limit = f"{RATE:,} /s ({spent / size * 1e6:.0f} µs of processor each)"
    return Line(f"{size:,} steps due at once, recorded with letters", f"{rate:,.0f} /s", limit, rate >= RATE)


def _backend_seconds() -> float:
    """Processor time of our PostgreSQL backend; 0 where the system does not tell."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        account = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not account.exists():
        return 0.0
    user, system = account.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _old_snapshot() -> Iterator[None]:
    """Somebody's long report: as long as it lasts, no dead row and no dead index entry can be removed."""
    url = settings.DATABASE_URL
    with psycopg.connect(url, options="-c idle_in_transaction_session_timeout=0") as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        other.execute("SELECT count(*) FROM slas_user")
        yield


def _select_1() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
