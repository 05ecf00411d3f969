"""Who to call about a product."""

from dataclasses import dataclass
from datetime import datetime

from slas.models import Product, User
from slas.queries.parties import stand_in


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a part in a product, and who stands in for them while they are away."""

    part: str  # owner, deputy or lead
    person: User
    stand_in: User | None


def people_of(product: Product, now: datetime) -> list[Person]:
    """The lead of the team, the owner, and the owner's deputies."""
    parts = [("lead", product.team.lead), ("owner", product.owner)]
    parts += [("deputy", person) for person in product.deputies.order_by("name", "pk")]
    return [_person(part, person, now) for part, person in parts]


def _person(part: str, person: User, now: datetime) -> Person:
    # Away is a matter of days, and a day begins where the person lives.
    instead = stand_in(person, person.day_at(now))
    return Person(part=part, person=person, stand_in=None if instead == person else instead)
