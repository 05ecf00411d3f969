"""The availability promise of an agreement in a file."""

from decimal import Decimal

from slas.importers.fields import Fields
from slas.importers.nodes import Node
from slas.importers.problems import Problems
from slas.importers.readers import choice, duration, flag, number
from slas.importers.references import References
from slas.models.availability import HALF, LEAST, WHOLE, Boundary, Treatment
from slas.queries.wordings import NO_TIME, AvailabilityWording

KNOWN = (
    "target", "calendar", "maintenance", "notice", "monthly_cap", "ignore_up_to", "whole_minutes", "boundary",
    "degraded_weight",
)  # fmt: skip
PLACES, SHARE_PLACES = 4, 3


def availability(node: Node, problems: Problems, references: References) -> AvailabilityWording:
    """How much of each month is promised; without a calendar round the clock."""
    fields = Fields(node, problems, known=KNOWN)
    return AvailabilityWording(
        target=fields.required("target", number(LEAST, WHOLE, PLACES, unit="%")),
        calendar=fields.optional("calendar", references.to("calendar"), ""),
        maintenance=fields.optional("maintenance", choice(Treatment.values), Treatment.EXCLUDE),
        notice=fields.optional("notice", duration, NO_TIME),
        monthly_cap=fields.optional("monthly_cap", duration, None),
        ignore_up_to=fields.optional("ignore_up_to", duration, NO_TIME),
        is_in_whole_minutes=fields.optional("whole_minutes", flag, False),
        boundary=fields.optional("boundary", choice(Boundary.values), Boundary.KEPT),
        degraded_weight=fields.optional("degraded_weight", number(Decimal(0), Decimal(1), SHARE_PLACES), HALF),
    )
