"""Statements that many requests ask, planned once a connection instead of every time (docs/adr/0006)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

from slas.queries.cursors import Row, Straight


class Planned(Straight):
    """A cursor that lets PostgreSQL keep the plan."""

    # Any: the driver's own types, handed on as they came.
    def execute(self, query: Any, params: Any = None, **options: Any) -> "Planned":  # noqa: ANN401 - see above
        """Run it, planned already or from now on."""
        super().execute(query, params, prepare=True, **options)
        return self

    def _convert_query(self, query: Any, params: Any = None) -> Any:  # noqa: ANN401 - see above
        # Only the driver's other cursor remembers what it sent, which is what Django puts into its log.
        self._query = super()._convert_query(query, params)
        return self._query


@dataclass(frozen=True)
class Prepared:
    """A statement that finds or writes a few rows by their keys: its plan is made without looking at the values."""

    sql: str

    def rows(self, given: Sequence[Any] | Mapping[str, Any]) -> Sequence[Row]:  # Any: values of every type
        """Every row of the answer."""
        database = connections[DEFAULT_DB_ALIAS]
        database.ensure_connection()
        database.validate_no_broken_transaction()
        cursor: Any = Planned(database.connection)
        # Whoever counts or logs statements sees these, too; for the others Django's wrapper would cost a fifth of them.
        if database.queries_logged or database.execute_wrappers:
            cursor = (database.make_debug_cursor if database.queries_logged else database.make_cursor)(cursor)
        with database.wrap_database_errors, cursor:
            cursor.execute(self.sql, given)
            found: Sequence[Row] = cursor.fetchall()
        return found
