"""What the queue can be narrowed to, read in one go because the queue is asked for all day long."""

from dataclasses import dataclass

from incidents.rules import Desk
from slas.models.parties import Visibility
from slas.queries.prepared import Prepared

Choice = tuple[str, str]  # the short name for the address, the name for people
# As `slas.rules.visible_products`, by the keys of a desk.
_CHOICES = Prepared(f"""
SELECT 'product', slug, name AS label FROM slas_product
WHERE visible_to = '{Visibility.EVERYONE}' OR %(all)s OR id = ANY(%(own)s)
UNION ALL SELECT 'team', slug, name FROM slas_team ORDER BY label, slug
""")


@dataclass(frozen=True)
class Choices:
    """The products this person sees, and every team, by name."""

    products: tuple[Choice, ...]
    teams: tuple[Choice, ...]


def choices(desk: Desk) -> Choices:
    """Products and teams in one query."""
    rows = _CHOICES.rows({"all": desk.reads_everything, "own": sorted(desk.provided | desk.followed)})
    return Choices(
        products=tuple((slug, label) for what, slug, label in rows if what == "product"),
        teams=tuple((slug, label) for what, slug, label in rows if what == "team"),
    )
