"""What opening a ticket has to know, asked in one go: the promise in force, the next number, who has to be told."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from slas.models import Product, User
from slas.queries import agreements, parties
from slas.queries.agreements import Terms
from slas.queries.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Known:
    """The promise in force at the opening, the ticket's number, never drawn again, and its team's people."""

    terms: Terms
    number: str
    people: list[User]


def ask(product: Product, at: datetime) -> Known | None:
    """What is known about a ticket of this product, opened at this instant; None without an agreement in force."""
    rows = _question().rows({"product": product.pk, "at": at, "team": product.team_id})
    if not rows:
        return None
    # The same promise and number stand in every row; only the people differ, and a team may have none.
    number, *promised = rows[0][: 1 + agreements.PROMISED]
    people = [row[1 + agreements.PROMISED :] for row in rows]
    return Known(
        terms=agreements.remembered(*promised),
        number=number,
        people=[parties.person_at_work(person) for person in people if person[0] is not None],
    )


@cache
def _question() -> Prepared:
    # Where nothing is promised, no number is drawn. Materialized: one number, however many people are told.
    return Prepared(f"""
WITH promised AS MATERIALIZED ({agreements.in_force_question().sql}),
drawn AS MATERIALIZED (SELECT concat('T-', nextval('incidents_ticket_number')) AS number, promised.* FROM promised)
SELECT drawn.*, person.* FROM drawn LEFT JOIN ({parties.AT_WORK}) person ON TRUE ORDER BY person.name, person.id
""")
