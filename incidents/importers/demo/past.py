"""Twelve months of tickets: ordinary weeks, one bad day, and a team that has been struggling for two months."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from incidents.actions import breaches
from incidents.importers.demo.lives import Crew, Life
from incidents.importers.demo.openings import openings
from incidents.importers.demo.stories import Story, Words
from incidents.importers.replay import Replay, replay
from incidents.importers.terms import TermsBook
from incidents.importers.writing import write
from incidents.models import Breach

STRUGGLING, STRUGGLE, STRUGGLES_FOR = "logistikteam", 1.9, timedelta(days=60)
BROKEN, BAD_DAY, OUTAGE = "webshop", timedelta(days=75), 26  # tickets more on that day
EXPLAINED, EXPLAINABLE_AFTER = 0.5, timedelta(days=7)


def fill(story: Story, crew: Crew, *, words: Words, now: datetime) -> None:
    """Write the history of one product; a ticket that would still be going on is left to the living."""
    # By name: another product more or less does not change the others.
    rng = Random(f"Zusage {story.slug}")
    book = TermsBook(crew.product)
    moments = [(at, story.priority(rng), _pace(crew, at, now)) for at in openings(story, now=now, rng=rng)]
    if story.slug == BROKEN:
        moments = sorted([*moments, *_bad_day(now, rng)])
    told = [_told(story, crew, book, words, rng, moment, now) for moment in moments]
    tickets = write([one for one in told if one is not None], product=crew.product, as_of=now, now=None)
    found = Breach.objects.filter(ticket__in=tickets, due_at__lt=now - EXPLAINABLE_AFTER).order_by("due_at", "pk")
    _explain([breach for breach in found if rng.random() < EXPLAINED], crew, words=words, rng=rng, now=now)


def _pace(crew: Crew, at: datetime, now: datetime) -> float:
    # Only lately: a team that was always slow would be no story for a review.
    return STRUGGLE if crew.product.team.slug == STRUGGLING and at > now - STRUGGLES_FOR else 1.0


def _bad_day(now: datetime, rng: Random) -> list[tuple[datetime, str, float]]:
    start = (now - BAD_DAY).replace(hour=8, minute=0, second=0, microsecond=0)
    moments = (start + timedelta(minutes=rng.expovariate(1 / 90)) for _ in range(OUTAGE))
    return [(at, rng.choice(("P1", "P1", "P2")), 1.8) for at in moments]


def _told(
    story: Story,
    crew: Crew,
    book: TermsBook,
    words: Words,
    rng: Random,
    moment: tuple[datetime, str, float],
    now: datetime,
) -> Replay | None:
    opened_at, priority, pace = moment
    terms = book.at(opened_at)
    if terms is None:
        return None
    history = Life(story, crew, terms, words, rng, opened_at, priority, pace).tell()
    if any(move.at >= now and move.action != "close" for move in history.moves):
        return None
    # A ticket closes by itself days after its resolution; the newest have not got there.
    so_far = tuple(move for move in history.moves if move.at < now)
    return replay(dataclasses.replace(history, moves=so_far), terms=terms, as_of=now)


def _explain(found: Sequence[Breach], crew: Crew, *, words: Words, rng: Random, now: datetime) -> None:
    for breach in found:
        cause, action = rng.choice(words.causes)
        breaches.explain(
            breach,
            by=crew.lead,
            now=min(now, breach.recorded_at + timedelta(days=rng.uniform(0.5, 4))),
            cause=cause,
            responsible_team=crew.product.team,
            corrective_action=action,
        )
