"""What people make of the outages that monitors propose."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.actions.outages.writing import Facts, check, demand, facts_of, locked, tell, write
from incidents.models import Outage
from incidents.models.outages import OutageEventKind, Standing
from slas.errors import Refused
from slas.models import User


def confirm(outage: Outage, facts: Facts | None = None, *, by: User, now: datetime) -> Outage:
    """It happened, as proposed or with other facts: from now on it counts. Confirming again changes nothing."""
    with transaction.atomic():
        outage = locked(outage)
        before = facts_of(outage)
        facts = facts or before
        # Both: whoever confirms with other products answers for those that are taken out, too.
        demand(by, {*before.products, *facts.products})
        if outage.standing == Standing.DISMISSED:
            raise Refused(_("This outage was dismissed. Record a new one if it happened after all."))
        if outage.standing == Standing.CONFIRMED:
            return outage
        check(facts, now=now)
        _decide(outage, Standing.CONFIRMED, by=by, now=now)
        write(outage, facts, now=now)
        tell(outage, OutageEventKind.CONFIRMED, by=by, now=now)
        return outage


def dismiss(outage: Outage, *, by: User, now: datetime, reason: str) -> Outage:
    """It was no outage, and why: it no longer counts. Dismissing again changes nothing."""
    with transaction.atomic():
        outage = locked(outage)
        demand(by, outage.products.all())
        if outage.standing == Standing.DISMISSED:
            return outage
        if not reason.strip():
            raise Refused(_("Say why it was no outage."))
        _decide(outage, Standing.DISMISSED, by=by, now=now)
        outage.updated_at = now
        # Its facts stay as they were: what was no outage is still on record.
        outage.save(update_fields=["standing", "decided_at", "decided_by", "updated_at"])
        tell(outage, OutageEventKind.DISMISSED, by=by, now=now, reason=reason)
        return outage


def _decide(outage: Outage, standing: Standing, *, by: User, now: datetime) -> None:
    outage.standing, outage.decided_at, outage.decided_by = standing, now, by
