"""The same letter to several people: each reader once, deputies in place of the absent."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from incidents.queries.audiences import present_for
from slas.actions.notices import Letter
from slas.models import User
from slas.models.parties import PlainNotice


def circular(
    kind: str,
    *,
    topic: str,
    step: str,
    people: Iterable[User],
    facts: Mapping[str, object],
    now: datetime,
    mute: PlainNotice | None = None,
) -> Iterator[Letter]:
    """One letter for each person who wants it; `step` is said to each of them once about this topic, for good."""
    for reader, absent in readers_of(people, mute=mute, now=now):
        yield Letter(
            # The reader is part of the key: a deputy who steps in later is told as well.
            key=f"{topic}:{step}:{reader.username}:mail:0",
            kind=kind,
            recipient_id=reader.pk,
            context={**facts, "stands_in_for": absent},
            subject=topic,
            topic=topic,
        )


def readers_of(
    people: Iterable[User | None], *, now: datetime, mute: PlainNotice | None = None
) -> list[tuple[User, str]]:
    """Who reads a letter to these people, each once, with the name of whom they stand in for."""
    readers: dict[int, tuple[User, str]] = {}
    for person in people:
        # The wish of who is meant counts, not that of the deputy: they read in the other's place.
        if person is not None and mute not in person.muted_notices:
            reader = present_for(person, now)
            # Who is meant and stands in for somebody too is told once, in the own role (as on the ladder).
            if reader == person or reader.pk not in readers:
                readers[reader.pk] = (reader, "" if reader == person else person.name)
    return list(readers.values())
