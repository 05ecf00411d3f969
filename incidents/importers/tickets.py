"""Importing the tickets of another system: file → staging table → replay → rows, a batch at a time, whole or not."""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from incidents.importers import servicenow, staging
from incidents.importers.replay import Replay, replay
from incidents.importers.report import Report
from incidents.importers.servicenow import Row, Skipped
from incidents.importers.staging import Staged
from incidents.importers.terms import TermsBook
from incidents.importers.transitions import history
from incidents.importers.writing import write
from slas.clock import NeverOpen
from slas.errors import Refused
from slas.models import Product

BATCH = 200  # incidents per transaction
GZIP = b"\x1f\x8b"
Item = TypeVar("Item")


class Watch(Protocol):
    """Whoever shows the progress of a long loop."""

    def __call__(self, items: Iterable[Item], *, label: str, total: int | None = None) -> Iterable[Item]:
        """The same items, watched."""


def unwatched(items: Iterable[Item], *, label: str, total: int | None = None) -> Iterable[Item]:
    """The items as they are; nobody looks."""
    return items


def import_servicenow(
    path: Path,
    *,
    product: Product,
    zone: ZoneInfo,
    now: datetime,
    as_of: datetime | None = None,
    watch: Watch = unwatched,
) -> Report:
    """Import an event log of ServiceNow, plain or compressed; a second run writes nothing and finds the same figures.

    Refused, before anything is written, when the file is no such log or the product had no agreement that early.
    """
    with _lines(path) as lines:
        staged = staging.fill(watch(servicenow.rows(lines, zone=zone), label=_("Reading")))
    # Everything that can be refused is known now, and nothing has been written yet.
    book = TermsBook(product)
    if staged.earliest_opening is not None and book.at(staged.earliest_opening) is None:
        raise Refused(
            _("No agreement for %(product)s was in force on %(day)s, when the first incident was opened.")
            % {"product": product, "day": staged.earliest_opening.astimezone(zone).date().isoformat()}
        )
    report = Report(as_of=as_of or staged.latest_at or now, skipped=staged.skipped)
    for rows in watch(staging.incidents(size=BATCH), label=_("Writing"), total=-(-staged.incidents // BATCH)):
        told = list(_replayed(rows, book, staged, report.as_of))
        # Counted from the file, not from the tables: a second run must find the same.
        report.new += len(write(told, product=product, as_of=report.as_of, now=now))
        for one in told:
            report.count(one)
    staging.clear()
    staged.skipped.sort(key=lambda row: row.line)
    return report


def _replayed(incidents: Iterable[list[Row]], book: TermsBook, staged: Staged, as_of: datetime) -> Iterator[Replay]:
    for rows in incidents:
        terms, number = book.at(rows[0].opened_at), {"number": rows[0].number}
        if terms is None:
            staged.skipped += _left_out(rows, _("No agreement was in force when %(number)s was opened.") % number)
            continue
        try:
            yield replay(history(rows), terms=terms, as_of=as_of)
        except NeverOpen:
            staged.skipped += _left_out(rows, _("The support hours never open long enough for %(number)s.") % number)
        # A priority of which nothing was promised: this incident is left out, the file goes on.
        except Refused as refusal:
            staged.skipped += _left_out(rows, str(refusal))


def _left_out(rows: list[Row], sentence: str) -> list[Skipped]:
    return [Skipped(row.line, sentence, row.number) for row in rows]


@contextmanager
def _lines(path: Path) -> Iterator[Iterable[str]]:
    """The lines of a file, whether it is compressed or not; Refused when it cannot be read to its end."""
    try:
        # By content, not by name: exports are renamed on their way.
        with path.open("rb") as raw:
            plain = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == GZIP else raw
            yield TextIOWrapper(plain, encoding="utf-8-sig", errors="replace", newline="")
    except (OSError, EOFError, zlib.error) as error:
        sentence = _("The file %(path)s cannot be read: %(error)s.")
        raise Refused(sentence % {"path": path, "error": str(error).rstrip(".")}) from error
