"""What the portal certifies by itself once a month is over."""

import logging
from datetime import datetime

from django.db import transaction

from incidents.actions.certificates.drawing import draw_up, write
from incidents.models import Certificate
from incidents.queries import certificates
from incidents.queries.certificates import WAIT, Missing
from slas.errors import Refused

logger = logging.getLogger(__name__)

BACK = 3  # months: a proposal may be decided late, older months a person certifies
YEAR = 12


def month_round(now: datetime) -> None:
    """Draw up every month that ended three days ago; one that cannot be drawn up yet is tried again."""
    for one in certificates.missing(now, months=BACK):
        try:
            draw_up(one.agreement, one.month, by=None, now=now)
        except Refused:
            continue  # a monitor's proposal is undecided
        except Exception:
            # One agreement that cannot be measured must not cost the others their month.
            logger.exception("The month %s of %s could not be certified.", f"{one.month:%Y-%m}", one.agreement.slug)


@transaction.atomic
def certify_past(now: datetime) -> list[Certificate]:
    """A year of certificates for months before the portal was there, as of their third day, without any letter."""
    return [_written(one) for one in certificates.missing(now, months=YEAR)]


def _written(one: Missing) -> Certificate:
    # Dated as the round would have done it then: signatures and claims of the past come after it.
    return write(one.agreement, one.month, by=None, now=one.ended_at + WAIT)
