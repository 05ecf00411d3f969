"""Outages that people write down, correct and end."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.actions.outages.writing import Facts, check, demand, facts_of, locked, tell, write
from incidents.models import Outage
from incidents.models.outages import OutageEventKind, Standing
from slas.errors import Refused
from slas.models import User


def record(facts: Facts, *, by: User, now: datetime) -> Outage:
    """Write down an outage; who does so has seen it, so it counts at once."""
    with transaction.atomic():
        demand(by, facts.products)
        check(facts, now=now)
        outage = Outage(standing=Standing.CONFIRMED, recorded_at=now, recorded_by=by, decided_at=now, decided_by=by)
        write(outage, facts, now=now)
        tell(outage, OutageEventKind.RECORDED, by=by, now=now)
        return outage


def change(outage: Outage, facts: Facts, *, by: User, now: datetime, reason: str) -> Outage:
    """Correct what stands about an outage and say why; the same facts again change nothing."""
    with transaction.atomic():
        outage = locked(outage)
        before = facts_of(outage)
        # Who takes a product out or adds one must keep the record of that one, too.
        demand(by, {*before.products, *facts.products})
        if outage.standing == Standing.DISMISSED:
            raise Refused(_("This outage was dismissed. Record a new one if it happened after all."))
        check(facts, now=now)
        if facts == before:
            return outage
        write(outage, facts, now=now)
        tell(outage, OutageEventKind.CHANGED, by=by, now=now, reason=reason)
        return outage


def end(outage: Outage, *, by: User, now: datetime, at: datetime | None = None) -> Outage:
    """Say that it works again, now or since a moment; saying so again changes nothing."""
    with transaction.atomic():
        outage = locked(outage)
        demand(by, outage.products.all())
        if outage.standing == Standing.DISMISSED:
            raise Refused(_("This outage was dismissed."))
        if outage.ended_at is not None:
            # Two people press at once: the second wants what is true already, unless they name another moment.
            if at in (None, outage.ended_at):
                return outage
            raise Refused(_("This outage is over already. Correct its end if it is wrong."))
        ended_at = at or now
        if not outage.started_at < ended_at <= now:
            raise Refused(_("The end has to lie after the start, and not in the future."))
        outage.ended_at, outage.updated_at = ended_at, now
        outage.save(update_fields=["ended_at", "updated_at"])
        tell(outage, OutageEventKind.ENDED, by=by, now=now)
        return outage
