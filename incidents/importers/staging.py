"""Rows in a table of their own until every row of an incident is there, whatever their order in the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import groupby, islice
from operator import attrgetter

from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql

from incidents.importers.servicenow import Row, Skipped

CELLS = attrgetter(*(item.name for item in fields(Row)))
COLUMNS = sql.SQL(", ").join(sql.Identifier(item.name) for item in fields(Row))

PIECE = 20_000  # rows per COPY
# Temporary: gone with the connection, so that a run that was killed leaves nothing behind and the next starts anew.
TABLE = """
CREATE TEMPORARY TABLE staged (
  line integer, number text COLLATE "C", updated_at timestamptz, mod_count integer, opened_at timestamptz,
  state text, priority text, title text, team_label text, assignee_label text
)
"""


@dataclass(slots=True)
class Staged:
    """What came of reading the file; the rows themselves lie in the database."""

    latest_at: datetime | None = None
    earliest_opening: datetime | None = None
    skipped: list[Skipped] = field(default_factory=list)
    incidents: int = 0


def fill(rows: Iterable[Row | Skipped]) -> Staged:
    """Copy every readable row into the staging table, and drop the incidents that must be left out whole."""
    staged = Staged()
    clear()
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        remaining = iter(rows)
        # In pieces, because one COPY of a long file would run into the time limit of a statement.
        while piece := list(islice(remaining, PIECE)):
            _copy(piece, staged)
        cursor.execute("CREATE INDEX staged_order ON pg_temp.staged (number, updated_at, mod_count, line)")
        # Nobody analyses temporary tables in the background, and without figures the batches are sequential scans.
        cursor.execute("ANALYZE pg_temp.staged")
    _leave_out(staged)
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(opened_at), count(DISTINCT number) FROM pg_temp.staged")
        staged.earliest_opening, staged.incidents = cursor.fetchone()
    return staged


def clear() -> None:
    """Forget what was staged."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.staged")


def _copy(piece: list[Row | Skipped], staged: Staged) -> None:
    instants = [row.updated_at for row in piece if row.updated_at is not None]
    staged.latest_at = max([*instants, *([staged.latest_at] if staged.latest_at else [])], default=None)
    staged.skipped += [row for row in piece if isinstance(row, Skipped)]
    statement = sql.SQL("COPY pg_temp.staged ({}) FROM STDIN").format(COLUMNS)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in piece:
            if isinstance(row, Row):
                copy.write_row(CELLS(row))


def incidents(*, size: int) -> Iterator[list[list[Row]]]:
    """The incidents in batches of at most `size`, each with its rows in the order in which they happened."""
    last = ""
    while batch := _after(last, size):
        last = batch[-1][0].number
        yield batch


def _after(number: str, size: int) -> list[list[Row]]:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "SELECT {} FROM pg_temp.staged WHERE number IN "
                "(SELECT DISTINCT number FROM pg_temp.staged WHERE number > %s ORDER BY number LIMIT %s) "
                "ORDER BY number, updated_at, mod_count, line"
            ).format(COLUMNS),
            [number, size],
        )
        rows = [Row(*cells) for cells in cursor.fetchall()]
    # groupby is enough: the query has put the rows of an incident side by side.
    return [list(of_one) for _number, of_one in groupby(rows, key=lambda row: row.number)]


def _leave_out(staged: Staged) -> None:
    # The last bad row of an incident names the cause; the others are listed with reasons of their own.
    causes = {row.number: row.line for row in staged.skipped if row.number is not None}
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM pg_temp.staged WHERE number = ANY(%s) RETURNING line, number",
            [list(causes)],
        )
        for line, number in cursor.fetchall():
            sentence = _("%(number)s is left out whole because of line %(line)s.")
            staged.skipped.append(Skipped(line, sentence % {"number": number, "line": causes[number]}, number))
    staged.skipped.sort(key=lambda row: row.line)
