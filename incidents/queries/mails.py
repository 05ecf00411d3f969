"""The mails that the loopback mail server of a trial run has kept as files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*\.eml")
LARGEST = 5_000_000  # bytes; what is larger is listed and not read


@dataclass(frozen=True)
class Part:
    """One readable or attached part of a mail."""

    kind: str
    content: bytes  # text as UTF-8

    @property
    def is_text(self) -> bool:
        """Whether it can be shown."""
        return self.kind in ("text/plain", "text/html")


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived; `recipient` is whom the envelope named."""

    name: str
    arrived_at: datetime
    sender: str
    recipient: str
    subject: str
    message_id: str
    parts: Sequence[Part] = ()


def received(folder: Path, *, most: int = 200) -> list[Mail]:
    """The newest mails without their parts, the newest first."""
    found = [path for path in folder.glob("*.eml") if NAME.fullmatch(path.name) and path.is_file()]
    # Names begin with the moment of arrival.
    return [_read(path, with_parts=False) for path in sorted(found, key=lambda path: path.name, reverse=True)[:most]]


def mail(folder: Path, name: str) -> Mail | None:
    """One mail by the name of its file; None for whatever else a name may try to reach."""
    path = folder / name
    if not NAME.fullmatch(name) or path.is_symlink() or not path.is_file():
        return None
    return _read(path, with_parts=True)


def _read(path: Path, *, with_parts: bool) -> Mail:
    parser, size = BytesParser(policy=policy.default), path.stat().st_size
    with path.open("rb") as file:
        message = parser.parse(file, headersonly=not with_parts or size > LARGEST)
    return Mail(
        name=path.name,
        arrived_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        sender=_header(message, "From"),
        recipient=_header(message, "X-Envelope-To") or _header(message, "To"),
        subject=_header(message, "Subject"),
        message_id=_header(message, "Message-ID"),
        parts=[_part(one) for one in message.walk() if not one.is_multipart()] if with_parts else (),
    )


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _part(part: EmailMessage) -> Part:
    kind, content = part.get_content_type(), part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    if not kind.startswith("text/"):
        return Part(kind, raw)
    try:
        text = raw.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:  # a charset that nobody knows
        text = raw.decode("utf-8", errors="replace")
    return Part(kind, text.encode())
