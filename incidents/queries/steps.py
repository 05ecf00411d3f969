"""Escalations as people read them: the step in words, what fires next, and who was told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from incidents.ladder import Step
from incidents.models import Escalation, Timer
from incidents.queries.escalations import SUBJECT
from incidents.queries.ladders import Climb, climbs, rules_of
from slas.models import Notice
from slas.queries import ladders


@dataclass(frozen=True)
class Listed:
    """An escalation in a list, with what fires next unless somebody acknowledges or the clock stops."""

    row: Escalation
    sentence: str
    next_step: Step | None


@dataclass(frozen=True)
class Rung:
    """One rung of the ladder that an escalation stands on, with its firings in that cycle."""

    position: int
    sentence: str
    fired: Sequence[Escalation]
    next_at: datetime | None

    @property
    def acknowledged(self) -> Escalation | None:
        """The firing that somebody has acknowledged."""
        return next((row for row in self.fired if row.acknowledged_at is not None), None)


def listed(rows: Sequence[Escalation]) -> list[Listed]:
    """Escalations with their words; the number of queries does not depend on how many there are."""
    sentences = ladders.sentences([row.step for row in rows])
    following = {pk: climb.next_step for pk, climb in _climbs(rows).items()}
    return [
        # A later cycle has a ladder of its own: its next step says nothing about this one.
        Listed(row, sentence, following[row.timer_id] if row.timer.cycle == row.cycle else None)
        for row, sentence in zip(rows, sentences, strict=True)
    ]


def ladder_of(escalation: Escalation) -> list[Rung]:
    """The whole ladder of this timer in the escalation's cycle, lowest position first."""
    known = rules_of(escalation.ticket.revision_id).steps.values()
    steps = [step for step in known if step.kind == escalation.step.kind]
    same = Escalation.objects.filter(timer=escalation.timer_id, cycle=escalation.cycle)
    fired = list(same.select_related("acknowledged_by", "ticket").order_by("due_at", "pk"))
    following = listed([escalation])[0].next_step
    return [
        Rung(
            position=step.position,
            sentence=sentence,
            fired=[row for row in fired if row.position == step.position],
            next_at=following.moment if following and following.rung.position == step.position else None,
        )
        for step, sentence in zip(steps, ladders.sentences(steps), strict=True)
    ]


def told(escalation: Escalation) -> QuerySet[Notice]:
    """The letters about an escalation, those of the step that spoke for it included, in the order they were written."""
    subject = f"{SUBJECT}{escalation.told_with_id or escalation.pk}"
    return Notice.objects.filter(subject=subject).select_related("recipient", "fallback_of__recipient").order_by("pk")


def _climbs(rows: Sequence[Escalation]) -> dict[int, Climb[Timer]]:
    timers = {row.timer_id: row.timer for row in rows}
    for row in rows:
        timers[row.timer_id].ticket = row.ticket  # at hand already; the climb asks for it
    return {climb.timer.pk: climb for climb in climbs(list(timers.values()))}
