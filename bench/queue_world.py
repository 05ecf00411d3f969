"""Open tickets by the hundred thousand, as the queue knows them, and the people who look at it."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.world import tidy
from incidents.queries.engine import VITAL
from slas.models import CalendarRevision, Heartbeat, Product, User
from slas.queries import calendars
from tests.factories import build_house
from tests.incidents.kiosk import build_kiosk

ADDRESS, ROWS = "/tickets/", 50
INSTANTS = 5_000  # different deadlines of one calendar, seven minutes apart
MICROSECONDS = 1_000_000
# One in twenty waits, every other one has somebody who holds it.
TICKETS = """
WITH due AS (
  SELECT * FROM unnest(%(due)s::timestamptz[], %(position)s::bigint[]) WITH ORDINALITY AS due(at, place, spot)),
fresh AS (
  INSERT INTO incidents_ticket (number, product_id, revision_id, title, description, priority, status, resumes_as,
    waiting_reason, waiting_since, team_id, assignee_id, reporter_id, assignee_label, team_label, opened_at, updated_at,
    is_history, queue_calendar_id, queue_position, queue_due_at)
  SELECT 'B-' || %(product)s || '-' || n, %(product)s, %(revision)s,
    'The till of branch ' || n || ' prints no receipts',
    'It says offline.', 'P' || 1 + n %% 3, CASE WHEN waits THEN 'waiting' ELSE 'open' END,
    CASE WHEN waits THEN 'open' ELSE '' END, CASE WHEN waits THEN 'reporter' ELSE '' END,
    CASE WHEN waits THEN now() - interval '1 hour' END, %(team)s, CASE WHEN n %% 2 = 0 THEN %(assignee)s END,
    %(reporter)s, '', '', due.at - interval '4 hours', now(), false, CASE WHEN NOT waits THEN %(calendar)s END,
    CASE WHEN NOT waits THEN due.place END, CASE WHEN NOT waits THEN due.at END
  FROM (SELECT n, n %% 20 = 0 AS waits FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n) one
  JOIN due ON due.spot = 1 + one.n %% %(instants)s
  RETURNING id, opened_at, status),
paused AS (
  INSERT INTO incidents_pause (ticket_id, reason, text, started_at)
  SELECT id, 'reporter', '', now() - interval '1 hour' FROM fresh WHERE status = 'waiting')
INSERT INTO incidents_timer (ticket_id, kind, cycle, is_current, calendar_id, allowance, started_at, cycle_started_at,
  stopped_at, due_at, next_fire_at, is_withdrawn, attempts, reckoned_at)
SELECT id, kind, 1, true, %(calendar)s, interval '4 hours', opened_at, opened_at,
  CASE WHEN kind = 'response' THEN opened_at + interval '10 minutes' END, opened_at + interval '4 hours',
  CASE WHEN kind = 'resolution' THEN opened_at + interval '4 hours' END, false, 0, now()
FROM fresh, unnest(ARRAY['response', 'resolution']) AS kind
"""


def fill(first: int, last: int) -> None:
    """Open tickets, half of them of a product with office hours, half of one that never sleeps."""
    if not Product.objects.exists():
        build_kiosk(build_house())
        # As in a running portal; a dead engine costs everybody who leads a query for the banner.
        Heartbeat.objects.bulk_create(Heartbeat(name=name, at=timezone.now() + timedelta(hours=6)) for name in VITAL)
    half = (last - first + 1) // 2
    for slug, name in (("kasse", "Büro Hamburg"), ("kiosk", "Rund um die Uhr")):
        product = Product.objects.get(slug=slug)
        calendar = CalendarRevision.objects.get(calendar__name=name)
        hours, now = calendars.hours_of(calendar), timezone.now()
        # From two days late to three weeks ahead.
        due = [now + timedelta(minutes=7 * (n - 400), seconds=n % 60) for n in range(INSTANTS)]
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute(
                TICKETS,
                {
                    "due": due, "position": [hours.position(at) // MICROSECONDS for at in due], "instants": INSTANTS,
                    "first": first, "last": first + half - 1, "product": product.pk, "team": product.team_id,
                    "revision": product.agreements.get().revisions.get().pk, "calendar": calendar.pk,
                    "assignee": User.objects.get(username="jana").pk, "reporter": User.objects.get(username="rita").pk,
                },
            )  # fmt: skip
    tidy()


def readers() -> Iterator[tuple[str, Callable[[], object], Callable[[], int]]]:
    """Who looks: by what they are, a call that fetches the page, and one that counts its queries."""
    for what, username in (("team member", "jana"), ("administrator", "adam"), ("product owner", "mira")):
        client = Client()
        client.force_login(User.objects.get(username=username))
        yield what, _page(client), _counted(client)


def search(words: str) -> Callable[[], object]:
    """The administrator looks for words that few tickets have."""
    client = Client()
    client.force_login(User.objects.get(username="adam"))
    return _page(client, f"{ADDRESS}?q={words}", rows=None)


def _page(client: Client, address: str = ADDRESS, rows: int | None = ROWS) -> Callable[[], object]:
    def page() -> object:
        answer = client.get(address)
        assert answer.status_code == 200, answer.content
        assert rows is None or answer.content.count(b"data-row=") == rows
        return answer

    return page


def _counted(client: Client) -> Callable[[], int]:
    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(ADDRESS)
        return len(asked)

    return count
