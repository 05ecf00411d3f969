"""A database of its own for a benchmark: real PostgreSQL with fsync on, and any number of open tickets."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connection

from config.services import Services

TICKETS = """
WITH fresh AS (
  INSERT INTO incidents_ticket (number, product_id, revision_id, title, description, priority, status, resumes_as,
    waiting_reason, team_id, assignee_id, reporter_id, assignee_label, team_label, opened_at, updated_at, is_history)
  SELECT 'B-' || n, %(product)s, %(revision)s, 'Kiosk ' || n, '', 'P1', 'open', '', '', %(team)s, %(assignee)s,
    %(assignee)s, '', '', now(), now(), false
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n RETURNING id)
INSERT INTO incidents_timer (ticket_id, kind, cycle, is_current, calendar_id, allowance, started_at, cycle_started_at,
  due_at, next_fire_at, is_withdrawn, attempts, reckoned_at)
SELECT id, kind, 1, true, %(calendar)s, interval '1 hour', began, began, began + interval '1 hour',
  began + interval '30 minutes', false, 0, now()
FROM fresh, unnest(ARRAY['response', 'update', 'resolution']) AS kind,
  LATERAL (SELECT now() + (1 + id %% 40000) * interval '1 minute' AS began) AS later
"""


@contextmanager
def world() -> Iterator[None]:
    """Services, tables, and Django set up on them; everything is thrown away afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="zusage-bench-") as folder,
        # A folder of its own, because without one the services run with fsync off.
        Services(Path(folder) / "services") as added,
    ):
        os.environ.update(added)
        django.setup()
        call_command("migrate", verbosity=0)
        yield
        connection.close()


def fill(first: int, last: int, *, product: int, revision: int, team: int, assignee: int, calendar: int) -> None:
    """Open tickets number first to last, three timers each, all due at some moment of the next weeks."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            TICKETS,
            {
                "first": first, "last": last, "product": product, "revision": revision, "team": team,
                "assignee": assignee, "calendar": calendar,
            },
        )  # fmt: skip


def tidy() -> None:
    """What autovacuum would do in the next minutes."""
    owner = django.db.connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
    owner.close()
