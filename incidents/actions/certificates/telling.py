"""The letter to both sides that a month can be signed."""

from collections.abc import Iterator
from datetime import datetime

from incidents.actions.circulars import circular
from incidents.models import Certificate
from incidents.queries.exits import exit_reason
from slas.actions.notices import Letter
from slas.models.parties import PlainNotice


def topic_of(row: Certificate) -> str:
    """Under which name the letters about a certificate are withdrawn."""
    # The row and not the month: a correction asks both sides again.
    return f"certificate:{row.pk}"


def drawn_up(row: Certificate, *, now: datetime) -> Iterator[Letter]:
    """A month is ready to be signed, to the owner and the team lead; a correction says why."""
    product, figures = row.agreement.product, row.figures
    facts: dict[str, object] = {
        "product": product.name,
        "month_on": row.month.isoformat(),
        "title": f"{product.name} {row.month:%Y-%m}",
        "reason": row.reason,
        "kept": figures["kept"],
        "availability": figures["availability"],
        "target": figures["target"],
        "exit_reason": exit_reason(row.agreement, row.month, now=now),
        "path": f"/certificates/{row.pk}/",
    }
    people = [product.owner, product.team.lead]
    return circular(
        "certificate", topic=topic_of(row), step="ready", people=people, facts=facts, now=now, mute=PlainNotice.CREDITS
    )
