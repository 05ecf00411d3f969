"""Tables as CSV that spreadsheets open and nobody can hide a formula in."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

# How a cell begins that a spreadsheet would run: the plain signs, and the wide ones that an East Asian one reads alike.
FORMULA = tuple("=+-@＝＋－＠")
# Signs that spreadsheets do not run themselves but that hide a formula behind them, or name an error.
VEIL = ("#", '"', "%")
NBSP = "\u00a0"
MARK = "\ufeff"  # tells spreadsheets that the text is UTF-8


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def harmless(value: object) -> str:
    """The value as text that a spreadsheet shows and never runs."""
    text = "" if value is None else str(value).replace(NBSP, " ")
    # Numbers of our own are no words of anybody's: a negative one must stay a number in the spreadsheet.
    if isinstance(value, int | float | Decimal):
        return text
    # Spaces, tabs and line breaks in front are dropped by the spreadsheet, so they protect from nothing.
    begins = text.lstrip()
    is_risky = begins.startswith((*FORMULA, *VEIL)) or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if is_risky else text


def lines(head: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file line by line, so that a long table is never held in memory."""
    writer = csv.writer(_Echo())
    # Without the mark Excel reads umlauts as two letters.
    yield MARK + writer.writerow([str(label) for label in head])
    for row in rows:
        yield writer.writerow([harmless(value) for value in row])
