"""Tables as CSV that spreadsheets open and nobody can hide a formula in."""

import csv
from collections.abc import Iterable, Iterator, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would run
NBSP = "\u00a0"
MARK = "\ufeff"  # tells spreadsheets that the text is UTF-8


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def harmless(value: object) -> str:
    """The value as text that a spreadsheet shows and never runs."""
    text = "" if value is None else str(value).replace(NBSP, " ")
    return f"'{text}" if text.startswith(FORMULA) else text


def lines(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file line by line, so that a long table is never held in memory."""
    writer = csv.writer(_Echo())
    yield MARK + writer.writerow([str(label) for label in head])
    for row in rows:
        yield writer.writerow([harmless(value) for value in row])
