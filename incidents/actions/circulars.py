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
    told: set[int] = set()
    for person in people:
        # The wish of who is meant counts, not that of the deputy: they read in the other's place.
        if mute is not None and mute in person.muted_notices:
            continue
        reader = present_for(person, now)
        if reader.pk in told:
            continue
        told.add(reader.pk)
        yield Letter(
            # The reader is part of the key: a deputy who steps in later is told as well.
            key=f"{topic}:{step}:{reader.username}:mail:0",
            kind=kind,
            recipient_id=reader.pk,
            context={**facts, "stands_in_for": "" if reader == person else person.name},
            subject=topic,
            topic=topic,
        )
