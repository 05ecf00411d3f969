"""Outages that monitors see: proposed, and followed until a person has decided."""

from datetime import datetime

from django.db import transaction

from incidents.actions.outages.writing import Facts, locked, tell, write
from incidents.models import Outage
from incidents.models.outages import OutageEventKind, Standing


def propose(facts: Facts, *, now: datetime) -> Outage:
    """Write down what a monitor saw; it counts once a person has confirmed it."""
    with transaction.atomic():
        outage = Outage(standing=Standing.PROPOSED, recorded_at=now)
        write(outage, facts, now=now)
        tell(outage, OutageEventKind.PROPOSED, by=None, now=now)
        return outage


def follow(outage: Outage, *, started_at: datetime, ended_at: datetime | None, now: datetime) -> Outage:
    """Take over the start and end that a monitor tells now; what people have decided about the span stays.

    Of an outage that people have confirmed or corrected it may only tell the end that was missing. The same span again
    changes nothing.
    """
    with transaction.atomic():
        outage = locked(outage)
        # The monitor goes on telling of it; a person has said that it was none.
        if outage.standing == Standing.DISMISSED:
            return outage
        # Whoever corrected a proposal knows better than the monitor, also before they have decided.
        is_in_hand = outage.standing == Standing.CONFIRMED or outage.events.filter(actor__isnull=False).exists()
        if is_in_hand:
            started_at = outage.started_at
            if outage.ended_at is not None or ended_at is None or ended_at <= started_at:
                return outage
        # Monitors repeat themselves for hours; an event for each word would bury the story.
        if (started_at, ended_at) == (outage.started_at, outage.ended_at):
            return outage
        outage.started_at, outage.ended_at, outage.updated_at = started_at, ended_at, now
        outage.save(update_fields=["started_at", "ended_at", "updated_at"])
        tell(outage, OutageEventKind.FOLLOWED, by=None, now=now)
        return outage
