"""In which order the queue stands: one index walk per calendar, merged (delivery.md, Speed)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from incidents.queries.queue.filters import LIVE, Condition, Cursor, Filters, Given
from incidents.queries.queue.ways import Way, ways
from incidents.rules import Desk
from slas.queries import calendars

MICROSECONDS = 1_000_000
# Below every position, so that the first page needs no other statement than the next.
BEFORE_ALL = -(2**62)
_CALENDARS = f"""
SELECT c.id FROM slas_calendarrevision c
WHERE EXISTS (SELECT 1 FROM incidents_ticket t
              WHERE t.queue_calendar_id = c.id AND {LIVE} AND t.queue_position IS NOT NULL) ORDER BY c.id
"""
# Support time left is a distance on the calendar's number line, so the order within one calendar never changes.
_WALK = f"""
SELECT near.id, near.place FROM unnest(%s::bigint[], %s::bigint[]) AS c(id, here) {{drivers}}
CROSS JOIN LATERAL (
  SELECT t.id, t.queue_position - c.here AS place FROM {{source}} t
  WHERE t.queue_calendar_id = c.id AND {LIVE} AND t.queue_position IS NOT NULL AND {{way}} AND {{wanted}}
    AND (t.queue_position, t.id) > (c.here + %s, %s)
  ORDER BY t.queue_position, t.id LIMIT %s
) near
"""
_STILL = f"""
SELECT near.id, near.place FROM (SELECT 1) one {{drivers}}
CROSS JOIN LATERAL (
  SELECT t.id, (extract(epoch FROM t.opened_at) * 1000000)::bigint AS place FROM {{source}} t
  WHERE {LIVE} AND t.queue_position IS NULL AND {{way}} AND {{wanted}}
    AND (t.opened_at, t.id) > ('epoch'::timestamptz + %s * interval '1 microsecond', %s)
  ORDER BY t.opened_at, t.id LIMIT %s
) near
"""


@dataclass(frozen=True, slots=True)
class Place:
    """One ticket in its order; `place` as in the cursor."""

    ticket: int
    place: int
    is_still: bool


def places(desk: Desk, *, filters: Filters, cursor: Cursor, limit: int) -> list[Place]:
    """The next tickets after the cursor: those that run by time left, then those that stand still by age."""
    found: list[Place] = []
    roads, wanted = ways(desk, filters), filters.condition()
    if not cursor.is_still:
        found = _running(roads, wanted, cursor, limit)
    if len(found) < limit:
        start = cursor if cursor.is_still else Cursor(cursor.at, is_still=True)
        found += _still(roads, wanted, start, limit - len(found))
    return found


def _running(roads: Sequence[Way], wanted: Condition, cursor: Cursor, limit: int) -> list[Place]:
    keys = [key for (key,) in _rows(_CALENDARS, [])]
    # Where "now" stands on the number line of each calendar; the rest is subtraction in the database.
    here = [calendars.hours_by_id(key).position(cursor.at) // MICROSECONDS for key in keys]
    after = [BEFORE_ALL if cursor.place is None else cursor.place, cursor.ticket, limit]
    return _merged(_WALK, roads, wanted, before=[keys, here], after=after, is_still=False)


def _still(roads: Sequence[Way], wanted: Condition, cursor: Cursor, limit: int) -> list[Place]:
    after = [cursor.place or 0, cursor.ticket, limit]
    return _merged(_STILL, roads, wanted, before=[], after=after, is_still=True)


def _merged(
    walk: str,
    roads: Sequence[Way],
    wanted: Condition,
    *,
    before: Sequence[Given],
    after: Sequence[Given],
    is_still: bool,
) -> list[Place]:
    parts, given = [], list[Given]()
    for road in roads:
        drivers = "" if road.keys is None else "CROSS JOIN unnest(%s::bigint[]) AS d(key)"
        parts.append(walk.format(drivers=drivers, source=road.source, way=road.condition, wanted=wanted[0]))
        given += [*before, *([] if road.keys is None else [list(road.keys)]), *road.source_given, *road.given]
        given += [*wanted[1], *after]
    both = " UNION ALL ".join(f"({part})" for part in parts)
    # A ticket that two ways lead to has the same place on both.
    rows = _rows(
        f"SELECT id, min(place) AS place FROM ({both}) found GROUP BY id ORDER BY 2, 1 LIMIT %s", [*given, after[-1]]
    )
    return [Place(ticket=ticket, place=place, is_still=is_still) for ticket, place in rows]


def _rows(sql: str, given: Sequence[Given]) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())
