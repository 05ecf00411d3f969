"""Puts a notice into words: the reader's language and zone, text and HTML, one line of subject, its own Message-ID."""

import json
import logging
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.header import Header
from email.message import Message
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

import css_inline
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from slas.clock import Line
from slas.models import Notice

logger = logging.getLogger(__name__)

SUBJECT_LENGTH = 180
TOKEN_AGE = timedelta(hours=24)
INSTANT, DAY = re.compile(r"_at$"), re.compile(r"_on$")
LETTER = re.compile(r"^[a-z_]+$")
# Machines must not answer: an absence note to every escalation would reach nobody.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True)
class Words:
    """A notice in words."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True)
class Enclosure:
    """What is looked up when a notice is written out: the ledger of its timer, and the letters a digest lists."""

    ledger: Sequence[Line] = ()
    entries: Sequence[Notice] = field(default_factory=tuple)


def compose(notice: Notice, enclose: Callable[[], Enclosure] = Enclosure) -> EmailMultiAlternatives:
    """The message to send. It never fails: a letter that cannot be written is replaced by its plain facts."""
    try:
        message = _message(notice, words(notice, enclose()))
        message.message().as_bytes()  # a header that cannot be written shows itself here
    except Exception:
        logger.exception("Notice %s is sent in plain words, because its letter cannot be written.", notice.key)
        return _message(notice, plain_words(notice))
    return message


def words(notice: Notice, enclosure: Enclosure) -> Words:
    """The letter of its kind in the reader's language and zone."""
    # The kind becomes part of a file name.
    if not LETTER.match(notice.kind):
        raise ValueError(f"There is no letter called {notice.kind}.")
    with translation.override(notice.recipient.language), timezone.override(notice.recipient.tzinfo):
        context = _context(notice, enclosure)
        where = f"emails/{notice.kind}"
        return Words(
            subject=one_line(render_to_string(f"{where}.subject.txt", context)),
            text=tidy(render_to_string(f"{where}.txt", context)),
            html=_inliner().inline(render_to_string(f"{where}.html", context)),
        )


def plain_words(notice: Notice) -> Words:
    """The facts as they are, without a template."""
    with translation.override(notice.recipient.language):
        facts = json.dumps(notice.context, ensure_ascii=False, indent=1, sort_keys=True)
        return Words(
            subject=one_line(f"Zusage: {notice.kind} {notice.subject} {_title(notice)}"),
            text=_("This letter could not be written as usual. These are its facts:") + f"\n\n{facts}\n",
        )


def subject_line(notice: Notice) -> str:
    """The subject alone, as a digest lists it; the title when its template fails."""
    try:
        # One entry that cannot be written must not keep a whole digest from leaving.
        return one_line(render_to_string(f"emails/{notice.kind}.subject.txt", _context(notice, Enclosure())))
    except Exception:
        logger.exception("Notice %s has no subject.", notice.key)
        return one_line(f"{notice.kind} {notice.subject} {_title(notice)}")


def one_line(text: str) -> str:
    """Any text on one line without control characters, short enough for a header."""
    # A mail program would decode a title that looks like an encoded word, and bring its line break back.
    text = text.replace("=?", "=\u200b?")
    folded = " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text).split())
    return folded if len(folded) <= SUBJECT_LENGTH else folded[: SUBJECT_LENGTH - 1].rstrip() + "…"


def tidy(text: str) -> str:
    """Plain text without the holes that empty parts of a template leave."""
    lines = "\n".join(line.rstrip() for line in text.replace("\u00a0", " ").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def address_of(notice: Notice) -> str:
    """Where the letter goes: the reader's mailbox, unless its facts name another."""
    return str(notice.context.get("address") or notice.recipient.email)


def make_token(facts: Sequence[int], *, reader_id: int) -> str:
    """A signed address for one reader, good for 24 hours from now."""
    return signing.dumps([reader_id, *facts], salt="letter")


def read_token(token: str) -> tuple[int, list[int]]:
    """The reader and the facts of an address; `signing.BadSignature` when it is forged or too old."""
    # The salt keeps tokens of other purposes out; the age is checked by the signature's own clock.
    reader_id, *facts = signing.loads(token, salt="letter", max_age=TOKEN_AGE)
    return reader_id, facts


class Letter(EmailMultiAlternatives):
    """A message whose subject begins on the line of its name: some programs show an empty line before it otherwise."""

    def message(self, **options: Any) -> Any:  # noqa: ANN401 - whatever this Django builds messages of
        """The message as Django builds it, with the subject folded where the name of the header is counted in."""
        built = super().message(**options)
        del built["Subject"]
        subject = Header(one_line(str(self.subject)), "utf-8", header_name="Subject")
        Message.__setitem__(built, "Subject", subject.encode())
        return built


def _message(notice: Notice, written: Words) -> EmailMultiAlternatives:
    message = Letter(
        subject=written.subject,
        body=written.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address_of(notice)],
        headers={"Message-ID": notice.message_id, **HEADERS},
    )
    if written.html:
        message.attach_alternative(written.html, "text/html")
    return message


def _context(notice: Notice, enclosure: Enclosure) -> dict[str, object]:
    facts = revived(notice.context)
    assert isinstance(facts, dict)
    if facts.get("url"):
        facts["button_url"] = urljoin(settings.BASE_URL, str(facts["url"]))
    signed = facts.get("signed")
    if isinstance(signed, dict):
        token = make_token(signed["facts"], reader_id=notice.recipient_id)
        facts["button_url"] = settings.BASE_URL + str(signed["path"]).format(token)
    if isinstance(facts.get("due_on"), date):
        facts["is_overdue"] = facts["due_on"] < timezone.localdate()
    return {
        **facts,
        "reader": notice.recipient,
        "ledger_lines": enclosure.ledger,
        "entries": [{"subject": subject_line(entry), "path": entry.context.get("path")} for entry in enclosure.entries],
        "base_url": settings.BASE_URL,
    }


def revived(value: object, name: str = "") -> object:
    """JSON facts as values: what is called …_at becomes an instant, what is called …_on a day."""
    if isinstance(value, Mapping):
        return {key: revived(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [revived(inner, name) for inner in value]
    if isinstance(value, str) and INSTANT.search(name):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and DAY.search(name):
        return date.fromisoformat(value)
    return value


def _title(notice: Notice) -> str:
    return str(notice.context.get("title", ""))


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
