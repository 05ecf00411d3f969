"""Rounds over many rows: one that raises must not cost the others theirs."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

Row = TypeVar("Row")
logger = logging.getLogger(__name__)


def each(rows: Iterable[Row], deed: Callable[[Row], int | None], *, what: str) -> int:
    """Do it with every row, in transactions of its own, and return the sum of what came of it.

    A row that raises is logged, and tried again in the next round.
    """
    total = 0
    for row in rows:
        try:
            total += deed(row) or 0
        except Exception:
            logger.exception("%s: %s raised.", what, row)
    return total
