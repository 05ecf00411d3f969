"""A shorter way to the database, for statements over thousands of rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg.types.array import ListBinaryDumper

Rows = psycopg.Cursor[tuple[Any, ...]]  # Any: whatever the statement's columns hold


@contextmanager
def in_a_row() -> Iterator[None]:
    """Statements that do not wait for each other: inside, `straight` only sends them; the end waits for all.

    Whatever one of them raises is raised at the end.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


@contextmanager
def straight() -> Iterator[Rows]:
    """A cursor of Django's own connection, transaction and faults, that passes values beside the statement.

    Django writes each value into the text of its statement, where PostgreSQL has to read it out again. Here lists
    travel as binary arrays, and with `binary=True` instants come back as such (docs/adr/0005).
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        # Left to itself the driver writes arrays as text, and escapes every letter's facts for it.
        cursor.adapters.register_dumper(list, ListBinaryDumper)
        yield cursor
