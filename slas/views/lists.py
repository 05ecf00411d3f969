"""Every list page: search, filter by address bar, sort, pagination and CSV, the same way everywhere.

    COLUMNS = [Column("name", _("Product"), order="name"), Column("owner", _("Owner"), value=lambda row: row.owner)]

    listing = make(request, rows, columns=COLUMNS, search=("name", "owner__name"), filters=Filter(request.GET))
    if listing.wants_csv:
        return listing.csv("products")
    return render(request, "reporting/products.html", {"listing": listing})

The template extends list.html and draws its own rows from `listing.rows`; each has a cell for every column that is on
the page. Addresses: ?q=…&sort=-name&page=2&format=csv and the filters.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import reduce
from operator import or_
from typing import Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.functional import Promise

from slas.exports import tables
from slas.forms.filters import FilterForm

Row = TypeVar("Row", bound=Model)
SIZE = 50
NUL = "\x00"


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its name in the address, its heading, what it sorts by, its value in the CSV, and where it stands."""

    name: str
    label: str | Promise
    order: str = ""
    value: Callable[[Row], object] | None = None
    is_number: bool = False
    is_on_page: bool = True
    is_in_file: bool = True

    def of(self, row: Row) -> object:
        """The value of this column in a row."""
        return getattr(row, self.name) if self.value is None else self.value(row)


@dataclass(frozen=True)
class Heading:
    """A column as the table's head shows it."""

    name: str
    label: str | Promise
    is_number: bool
    sort: str  # what a click asks for; empty: not sortable
    aria_sort: str  # ascending, descending or empty


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """One answered question to a list."""

    page: Page[Row]
    columns: Sequence[Column[Row]]
    sort: str
    query: str
    has_search: bool
    wants_csv: bool
    everything: QuerySet[Row]
    filters: FilterForm | None = None

    @property
    def rows(self) -> Page[Row]:
        """The rows of this page."""
        return self.page

    @property
    def is_narrowed(self) -> bool:
        """True when an empty list may be due to the search or a filter."""
        return bool(self.query or (self.filters is not None and self.filters.is_used))

    @property
    def headings(self) -> list[Heading]:
        """The head of the table."""
        return [_heading(column, self.sort) for column in self.columns if column.is_on_page]

    def csv(self, name: str) -> StreamingHttpResponse:
        """Every row that matches, not only this page, as a file."""
        columns = [column for column in self.columns if column.is_in_file]
        rows = ([column.of(row) for column in columns] for row in self.everything.iterator(chunk_size=500))
        return csv_answer(name, [column.label for column in columns], rows)


def csv_answer(name: str, head: Sequence[object], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """A table as a file to keep."""
    answer = StreamingHttpResponse(_for_reader(tables.lines(head, rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def local(at: datetime | None) -> str:
    """An instant for a file: ISO 8601 in the reader's zone."""
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""


def _for_reader(lines: Iterator[str]) -> Iterator[str]:
    # The file is written after the middleware has let go of the reader's language and zone.
    language, zone = translation.get_language(), timezone.get_current_timezone()
    return _written(lines, language, zone)


def _written(lines: Iterator[str], language: str | None, zone: tzinfo) -> Iterator[str]:
    while True:
        with translation.override(language), timezone.override(zone):
            line = next(lines, None)
        if line is None:
            return
        yield line


def make(
    request: HttpRequest,
    rows: QuerySet[Row],
    *,
    columns: Sequence[Column[Row]],
    search: Sequence[str] = (),
    filters: FilterForm | None = None,
    size: int = SIZE,
) -> Listing[Row]:
    """Answer the address bar's question about these rows; nonsense in it is ignored, never an error.

    Rows keep their own order until a column is asked for; the primary key makes every order unique.
    """
    query = request.GET.get("q", "").replace(NUL, "").strip()[:200]
    # Cut off at the length of a title; what is longer finds nothing and costs the database a scan.
    if query and search:
        rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": query}) for name in search)))
    if filters is not None and filters.is_valid():
        rows = filters.narrow(rows)
    sort = _known_sort(request.GET.get("sort", ""), columns)
    if sort:
        rows = rows.order_by(_order(sort, columns), "pk")
    return Listing(
        page=Paginator(rows, size).get_page(request.GET.get("page")),
        columns=columns,
        sort=sort,
        query=query,
        has_search=bool(search),
        wants_csv=request.GET.get("format") == "csv",
        everything=rows,
        filters=filters,
    )


def _known_sort(asked: str, columns: Sequence[Column[Row]]) -> str:
    return asked if asked.removeprefix("-") in {column.name for column in columns if column.order} else ""


def _order(sort: str, columns: Sequence[Column[Row]]) -> str:
    order = next(column.order for column in columns if column.name == sort.removeprefix("-"))
    return f"-{order}" if sort.startswith("-") else order


def _heading(column: Column[Row], sort: str) -> Heading:
    ascending, descending = sort == column.name, sort == f"-{column.name}"
    aria = "ascending" if ascending else "descending" if descending else ""
    following = f"-{column.name}" if ascending else column.name
    return Heading(column.name, column.label, column.is_number, following if column.order else "", aria)
