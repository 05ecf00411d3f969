"""A shorter way to the database, for statements over thousands of rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg.types.array import ListBinaryDumper

Row = tuple[Any, ...]  # Any: columns of every type


class Straight(psycopg.Cursor[Row]):
    """A cursor of the driver that passes values beside the statement, and lists as binary arrays (docs/adr/0005)."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        """Left to itself the driver writes arrays as text, and escapes every letter's facts for it."""
        super().__init__(connection)
        self.adapters.register_dumper(list, ListBinaryDumper)


@contextmanager
def in_a_row() -> Iterator[None]:
    """Statements that do not wait for each other: inside, `straight` only sends them; the end waits for all.

    Whatever one of them raises is raised at the end.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


@contextmanager
def straight() -> Iterator[Straight]:
    """A cursor of Django's own connection, transaction and faults, that passes values beside the statement.

    Django writes each value into the text of its statement, where PostgreSQL has to read it out again. With
    `binary=True` instants come back as such.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Straight(connection.connection) as cursor:
        yield cursor
