"""In which order the queue stands: one index walk per calendar, merged (delivery.md, Speed)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from incidents.queries.queue.filters import LIVE, Condition, Cursor, Filters, Given
from incidents.queries.queue.ways import Way, ways
from incidents.rules import Desk
from slas.clock import ServiceHours
from slas.queries import calendars

MICROSECONDS = 1_000_000
# Below every position, so that the first page needs no other statement than the next.
BEFORE_ALL = -(2**62)
# Calendars this process has not met yet, in the same round trip: nearly always there are none.
_UNKNOWN = f"""
SELECT c.id, NULL::bigint FROM slas_calendarrevision c
WHERE c.id <> ALL(%s::bigint[]) AND EXISTS (
  SELECT 1 FROM incidents_ticket t WHERE t.queue_calendar_id = c.id AND {LIVE} AND t.queue_position IS NOT NULL)
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
# Calendar revisions never change, so a clock once met is good for the life of the process.
_known: dict[int, ServiceHours] = {}


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
    after = [BEFORE_ALL if cursor.place is None else cursor.place, cursor.ticket, limit]
    unknown: list[int] = []
    # Twice at most, unless somebody opens the first ticket of another calendar in between.
    while True:
        _known.update((key, calendars.hours_by_id(key)) for key in unknown)
        known = dict(_known)
        # Where "now" stands on the number line of each calendar; the rest is subtraction in the database.
        here = [hours.position(cursor.at) // MICROSECONDS for hours in known.values()]
        sql, given = _merged(_WALK, roads, wanted, before=[list(known), here], after=after)
        rows = _rows(f"({sql}) UNION ALL {_UNKNOWN}", [*given, list(known)])
        unknown = [key for key, place in rows if place is None]
        if not unknown:
            # Sorted again, because UNION ALL promises no order.
            found = sorted((place, ticket) for ticket, place in rows if place is not None)
            return [Place(ticket, place, is_still=False) for place, ticket in found]


def _still(roads: Sequence[Way], wanted: Condition, cursor: Cursor, limit: int) -> list[Place]:
    after = [cursor.place or 0, cursor.ticket, limit]
    sql, given = _merged(_STILL, roads, wanted, before=[], after=after)
    return [Place(ticket, place, is_still=True) for ticket, place in _rows(sql, given) if place is not None]


def _merged(
    walk: str,
    roads: Sequence[Way],
    wanted: Condition,
    *,
    before: Sequence[Given],
    after: Sequence[Given],
) -> tuple[str, list[Given]]:
    parts, given = [], list[Given]()
    for road in roads:
        drivers = "" if road.keys is None else "CROSS JOIN unnest(%s::bigint[]) AS d(key)"
        parts.append(walk.format(drivers=drivers, source=road.source, way=road.condition, wanted=wanted[0]))
        given += [*before, *([] if road.keys is None else [list(road.keys)]), *road.source_given, *road.given]
        given += [*wanted[1], *after]
    both = " UNION ALL ".join(f"({part})" for part in parts)
    # A ticket that two ways lead to has the same place on both.
    sql = f"SELECT id, min(place) AS place FROM ({both}) found GROUP BY id ORDER BY 2, 1 LIMIT %s"
    return sql, [*given, after[-1]]


def _rows(sql: str, given: Sequence[Given]) -> list[tuple[int, int | None]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())
