"""What a message of a monitor comes down to, and what is said about the parts that come to nothing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

# PostgreSQL keeps no NUL, and half of a surrogate pair cannot be written back as UTF-8.
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
Facts = Mapping[str, str | int]


class Unreadable(ValueError):  # noqa: N818 - it reads as a fact, not as a fault
    """A message, or one alert of it, that means nothing to us; `sentence` and `facts` let a page translate it."""

    def __init__(self, sentence: str, **facts: str | int) -> None:
        """Keep the sentence apart from what stands in it."""
        super().__init__(sentence % facts)
        self.sentence = sentence
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Remark:
    """An English sentence about a message, whose `%(…)s` are filled from `facts`; translated where it is shown.

    `place` counts the alerts of the message from 1, where it is about one of them.
    """

    sentence: str
    facts: Facts = field(default_factory=dict)
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """What a monitor says about one thing it watches; without an end it is still firing.

    Without a start it only says since when the thing works again (Uptime Kuma). `effect` is full or degraded.
    """

    fingerprint: str
    starts_at: datetime | None
    ends_at: datetime | None
    title: str
    labels: Mapping[str, str] = field(default_factory=dict)
    effect: str = "full"

    @property
    def is_firing(self) -> bool:
        """True while no end is known."""
        return self.ends_at is None

    @property
    def at(self) -> datetime:
        """The moment it speaks of."""
        moment = self.starts_at or self.ends_at
        assert moment is not None
        return moment


@dataclass(frozen=True, slots=True)
class Message:
    """A message read: its alerts, and a remark on each part that is passed over, refused, or worth a word."""

    alerts: tuple[Alert, ...] = ()
    ignored: tuple[Remark, ...] = ()
    refused: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()


def keepable(text: str, longest: int) -> str:
    """A text on one line that the database can keep, cut at a length."""
    # Cut before it is cleaned as well: a text of megabytes is not worth being read to its end.
    return " ".join(UNKEEPABLE.sub("\ufffd", text[: 4 * longest]).split())[:longest]


def joined(parts: Iterable[Message]) -> Message:
    """Several readings as one message."""
    parts = tuple(parts)
    return Message(
        alerts=tuple(one for part in parts for one in part.alerts),
        ignored=tuple(one for part in parts for one in part.ignored),
        refused=tuple(one for part in parts for one in part.refused),
        notes=tuple(one for part in parts for one in part.notes),
    )
