"""What may be anything is read as JSON, texts and moments; a sentence says what it is not."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import NoReturn

from incidents.signals.alerts import Alert, Message, Remark, Unreadable, joined, keepable

FIRST_YEAR, LAST_YEAR = 1970, 2199  # as slas.validators.validate_moment
ZERO = "0001-01-01T00:00:00"  # Go's way to say: no moment at all
LONGEST_FINGERPRINT, LONGEST_TITLE = 200, 300
MOST_LABELS, LONGEST_LABEL = 100, 1000
Node = Mapping[str, object]
Reader = Callable[[Node], Alert | Remark]


def json_of(body: bytes) -> object:
    """The JSON in a body."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Unreadable("The body is not written in UTF-8.") from None
    # A number of five thousand digits is a ValueError too, and so are NaN and Infinity.
    except (ValueError, RecursionError):
        raise Unreadable("The body is no JSON that can be read.") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def node(value: object, name: str) -> Node:
    """An object, or nothing where there is none."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable("“%(name)s” has to be an object.", name=name)
    return value


def text(parent: Node, name: str) -> str:
    """A text that says something."""
    value = parent.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unreadable("“%(name)s” is missing, or is no text.", name=name)
    return value


def choice(parent: Node, name: str, choices: tuple[str, ...]) -> str:
    """One of a few words."""
    value = text(parent, name)
    if value not in choices:
        raise Unreadable("“%(name)s” has to be one of: %(choices)s.", name=name, choices=", ".join(choices))
    return value


def fingerprint(value: str) -> str:
    """The name under which a monitor speaks of one thing."""
    kept = keepable(value, LONGEST_FINGERPRINT + 1)
    # Cut off, two things would become one.
    if len(kept) > LONGEST_FINGERPRINT:
        raise Unreadable("The fingerprint is longer than %(longest)s characters.", longest=LONGEST_FINGERPRINT)
    return kept


def title(value: object) -> str:
    """A title cut to its length; nothing where there is no text."""
    return keepable(value, LONGEST_TITLE) if isinstance(value, str) else ""


def labels(value: object) -> dict[str, str]:
    """Labels by their names; numbers and truths as JSON writes them."""
    found = list(node(value, "labels").items())[:MOST_LABELS]
    return {keepable(name, LONGEST_LABEL): keepable(_label(one), LONGEST_LABEL) for name, one in found}


def _label(value: object) -> str:
    if isinstance(value, dict | list):
        raise Unreadable("Labels are texts.")
    return value if isinstance(value, str) else json.dumps(value)


def moment(parent: Node, name: str) -> datetime | None:
    """An instant with its offset; None where there is none, or Go's zero."""
    value = parent.get(name)
    if value is None or (isinstance(value, str) and value.startswith(ZERO)):
        return None
    return instant(value, name)


def instant(value: object, name: str, *, is_utc: bool = False) -> datetime:
    """An instant in UTC; `is_utc`: without an offset it is UTC, else it is refused."""
    try:
        read = datetime.fromisoformat(value if isinstance(value, str) else "")
        # At the edge of time there is no UTC to turn it into.
        aware = (read.replace(tzinfo=UTC) if is_utc and read.tzinfo is None else read).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable("“%(name)s” is no moment such as 2026-11-27T22:00:00+01:00.", name=name) from None
    if read.tzinfo is None and not is_utc:
        raise Unreadable("“%(name)s” needs an offset, such as 2026-11-27T22:00:00+01:00.", name=name)
    if not FIRST_YEAR <= aware.year <= LAST_YEAR:
        raise Unreadable("“%(name)s” lies outside the years 1970 to 2200.", name=name)
    return aware


def in_order(starts_at: datetime, ends_at: datetime | None) -> None:
    """Refuse what ends before it begins."""
    if ends_at is not None and ends_at <= starts_at:
        raise Unreadable("It ends before it has begun.")


def each(values: object, read: Reader) -> Message:
    """Every alert of a list by itself: one that makes no sense takes no other with it."""
    if not isinstance(values, list):
        raise Unreadable("There is no list of alerts.")
    return joined(_read(place, value, read) for place, value in enumerate(values, start=1))


def _read(place: int, value: object, read: Reader) -> Message:
    try:
        if not isinstance(value, dict):
            raise Unreadable("An alert has to be an object.")
        found = read(value)
    except Unreadable as wrong:
        return Message(refused=(Remark(wrong.sentence, wrong.facts, place),))
    return Message(alerts=(found,)) if isinstance(found, Alert) else Message(ignored=(replace(found, place=place),))
