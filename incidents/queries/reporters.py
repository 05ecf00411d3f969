"""Somebody who reports something, and the product it is about, asked in one go."""

from incidents.rules import PLACE, Desk, desk_from
from slas.models import Product, User
from slas.models.parties import Visibility
from slas.queries import parties
from slas.queries.prepared import Prepared

_PRODUCT_AND_PLACE = Prepared(f"SELECT * FROM ({parties.WITH_TEAM}) product, ({PLACE}) place")
PLACES = 5  # columns of a place


def product_and_desk(person: User, slug: str) -> tuple[Product, Desk]:
    """A product by its short name, and where the person stands; `Product.DoesNotExist` when there is none for them."""
    rows = _PRODUCT_AND_PLACE.rows({"slug": slug, "me": person.pk})
    if not rows:
        raise Product.DoesNotExist
    product = parties.product_with_team(rows[0][:-PLACES])
    # Most products are open to everybody; only the others need a look at who asks.
    if product.visible_to != Visibility.EVERYONE and not parties.visible_to(person).filter(pk=product.pk).exists():
        raise Product.DoesNotExist
    return product, desk_from(person, rows[0][-PLACES:])
