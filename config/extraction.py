"""Finds every sentence that has to be translated, in Python and in templates (Django's templatize, read by Babel)."""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

from config.catalogues import Message

APPS = ("config", "slas", "incidents", "reporting")
LAZY = {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    # Pure code speaks English; whoever shows its sentence translates it.
    "BadHours": None,
    "Sentence": None,
    "Unreadable": None,
    "Remark": None,
}
KEYWORDS = {**DEFAULT_KEYWORDS, **LAZY}


def from_python(source: str) -> Iterator[Message]:
    """The messages of Python source, in order."""
    for _line, found, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        singular, plural = (found[0], found[1]) if isinstance(found, tuple) else (found, "")
        yield Message(singular, plural, context or "")


def from_template(source: str, *, origin: str) -> Iterator[Message]:
    """The messages of a Django template, in order."""
    # What is no call has become words; their indentation means nothing and would not be valid Python.
    lines = (line.strip() for line in templatize(source, origin=origin).splitlines())
    yield from from_python("\n".join(lines))


def _files(root: Path) -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in sorted((root / app).rglob("*.py")) if "migrations" not in path.parts)
        yield from (path for kind in ("html", "txt") for path in sorted((root / app / "templates").rglob(f"*.{kind}")))
    yield from (path for kind in ("html", "txt") for path in sorted((root / "templates").rglob(f"*.{kind}")))


def from_checkout(root: Path) -> dict[Message, list[str]]:
    """Every message of the checkout and the files that hold it."""
    places: dict[Message, list[str]] = {}
    for path in _files(root):
        source, name = path.read_text(encoding="utf-8"), str(path.relative_to(root))
        found = from_python(source) if path.suffix == ".py" else from_template(source, origin=name)
        for message in found:
            files = places.setdefault(message, [])
            if name not in files:
                files.append(name)
    return places
