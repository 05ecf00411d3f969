"""What the portal certifies by itself once a month is over."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from incidents.actions import apart
from incidents.actions.certificates.drawing import draw_up, write
from incidents.models import Certificate
from incidents.queries import certificates
from incidents.queries.certificates import WAIT, Missing
from slas.errors import Refused

BACK = 3  # months: a proposal may be decided late, older months a person certifies
YEAR = 12


def month_round(now: datetime) -> None:
    """Draw up every month that ended three days ago; one that cannot be drawn up yet is tried again."""
    apart.each(certificates.missing(now, months=BACK), lambda one: _draw_up(one, now), what="A month to certify")


def _draw_up(one: Missing, now: datetime) -> None:
    # Refused while a monitor's proposal is undecided.
    with suppress(Refused):
        draw_up(one.agreement, one.month, by=None, now=now)


@transaction.atomic
def certify_past(now: datetime) -> list[Certificate]:
    """A year of certificates for months before the portal was there, as of their third day, without any letter."""
    return [_written(one) for one in certificates.missing(now, months=YEAR)]


def _written(one: Missing) -> Certificate:
    # Dated as the round would have done it then: signatures and claims of the past come after it.
    return write(one.agreement, one.month, by=None, now=one.ended_at + WAIT)
