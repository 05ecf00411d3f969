"""Papers as PDF that screen readers can read (PDF/UA-1), set by typst from templates/reporting/sla.typ."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

import typst
from django.conf import settings

from slas.templatetags.states import SIGNS

LONGEST, MOST = 5000, 500  # characters of a text, entries of a list
TEMPLATE = Path(settings.BASE_DIR) / "templates" / "reporting" / "sla.typ"
# What no font draws, and what turns the words after it around, would break the file or the sentence it stands in.
SHAPELESS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+")


@dataclass(frozen=True, slots=True)
class Words:
    """Some words and a quieter addition to them."""

    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as symbol, word and colour, and a quieter addition to it."""

    word: str
    tone: str
    hint: str = ""


Said = str | Words | Mark


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a section (2) or of a part of it (3)."""

    text: str
    level: Literal[2, 3] = 2
    kind: str = field(default="heading", init=False)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences or a state."""

    text: Said
    kind: str = field(default="paragraph", init=False)


@dataclass(frozen=True, slots=True)
class Lead:
    """Sentences of which the first is what everybody came for; at least one."""

    lines: Sequence[str]
    hint: str = ""
    kind: str = field(default="lead", init=False)


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences; at least one."""

    lines: Sequence[str]
    kind: str = field(default="bullets", init=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """What something is called and what it is; at least one."""

    pairs: Sequence[tuple[str, Said]]
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that comes again on every page; `widths` are shares of the line."""

    head: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[Said]]
    kind: str = field(default="table", init=False)


Part = Heading | Paragraph | Lead | Bullets | Facts | Table


@dataclass(frozen=True, slots=True)
class Paper:
    """A title and what stands below it; `number` holds {page} and {pages}, `made` stands beside it on every page."""

    title: str
    language: str
    number: str
    made: str
    parts: Sequence[Part]


def mark(state: str, *, word: str = "", hint: str = "") -> Mark:
    """A state of `slas.templatetags.states`, if need be with a word of its own."""
    sign = SIGNS[state]
    return Mark(word or str(sign.word), sign.tone, hint)


def pdf(paper: Paper, *, made_at: datetime) -> bytes:
    """The paper as a file; the same paper of the same moment is the same file."""
    content = json.dumps(_plain(asdict(paper)))
    try:
        return _set(content, made_at, standard="ua-1")
    # A sign that no font here can draw must not cost anybody the paper: it is tagged all the same, without the seal.
    except typst.TypstError:
        return _set(content, made_at, standard=None)


def _set(content: str, made_at: datetime, *, standard: Literal["ua-1"] | None) -> bytes:
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=_fonts(),
        sys_inputs={"paper": content},
        pdf_standards=standard,
        timestamp=int(made_at.timestamp()),
    )


@cache
def _fonts() -> typst.Fonts:
    # Looking through the fonts of the machine takes longer than setting a paper, so it is done once.
    return typst.Fonts()


def _plain(value: object) -> object:
    """Words on one line, in whatever holds them; what is too long to be set in good time ends in “…”."""
    if isinstance(value, str):
        whole = SHAPELESS.sub(" ", value)
        return whole if len(whole) <= LONGEST else f"{whole[:LONGEST]}…"
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if not isinstance(value, list | tuple):
        return value
    shown = [_plain(one) for one in value[:MOST]]
    # In a list of lines the cut can be said; tables and facts of that length nobody has.
    return [*shown, "…"] if len(value) > MOST and isinstance(value[0], str) else shown
