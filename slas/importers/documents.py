"""A whole agreement file, read and found to make sense on its own and with what is stored."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from slas.importers import calendars, parties, wordings
from slas.importers.fields import Fields
from slas.importers.nodes import Node, read
from slas.importers.problems import Problem, Problems
from slas.importers.readers import list_of
from slas.importers.references import References

T = TypeVar("T")
_KNOWN = ("fallback", "calendars", "people", "teams", "products", "agreements")


@dataclass(frozen=True)
class Document:
    """Everything a file says; `fallback` is None when it says nothing about it."""

    fallback: tuple[str, ...] | None
    fallback_line: int
    calendars: list[calendars.CalendarSaid]
    people: list[parties.Said]
    teams: list[parties.Said]
    products: list[parties.Said]
    agreements: list[wordings.AgreementSaid]


def parse(content: bytes) -> Document:
    """The file's meaning; BadFile with everything that is wrong with it."""
    problems, references = Problems(), References()
    document: Document | None = None
    # Two passes: first what stands in the file, then whether the names in it are known.
    with problems.collected():
        document = _document(Fields(read(content), problems, known=_KNOWN), problems, references)
    # After everything is read: a manager may stand further down in the file.
    references.check(problems)
    problems.raise_if_any()
    assert document is not None
    return document


def _document(fields: Fields, problems: Problems, references: References) -> Document:
    def every(key: str, reader: Callable[[Node, Problems, References], T]) -> list[T]:
        found: list[T] = []
        for node in fields.optional(key, list_of(lambda item: item), ()):
            # One entry that is wrong leaves the others to be read, so that a single run tells everything.
            with problems.collected():
                found.append(reader(node, problems, references))
        return found

    return Document(
        fallback=fields.optional("fallback", lambda node: _fallback(node, references), None),
        fallback_line=fields.line_of("fallback"),
        calendars=every("calendars", calendars.calendar),
        people=every("people", parties.person),
        teams=every("teams", parties.team),
        products=every("products", parties.product),
        agreements=every("agreements", wordings.agreement),
    )


def _fallback(node: Node, references: References) -> tuple[str, ...]:
    names = list_of(references.to("person"))(node)
    if not names:
        raise Problem(node.line, "Somebody must be told when nobody else can be; name at least one person.")
    return names
