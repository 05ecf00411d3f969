"""People, teams and products as others need to find them."""

from datetime import date

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from slas import rules
from slas.models import Product, Role, Team, User
from slas.queries.cursors import Row

# In the order of the table; columns that are missing here are read when they are needed.
_COLUMNS = (
    "id", "username", "name", "zone", "deputy_id", "absent_from_on", "absent_to_on", "muted_notices", "is_active",
)  # fmt: skip
_PRODUCT = ("id", "slug", "name", "team_id", "owner_id", "visible_to")
_TEAM = ("id", "slug", "name", "lead_id")
# A product by its short name, to be read with `product_with_team`.
WITH_TEAM = f"""
SELECT {", ".join([*(f"product.{name}" for name in _PRODUCT), *(f"team.{name} AS team_{name}" for name in _TEAM)])}
FROM slas_product product JOIN slas_team team ON team.id = product.team_id WHERE product.slug = %(slug)s
"""
# The active members of a team, to be read with `person_at_work`.
AT_WORK = f"""
SELECT {", ".join(f"person.{column}" for column in _COLUMNS)}
FROM slas_user person JOIN slas_team_members seat ON seat.user_id = person.id
WHERE seat.team_id = %(team)s AND is_active
"""


def visible_to(user: rules.Reader) -> QuerySet[Product]:
    """The products this person may see, by name."""
    found = Product.objects.filter(rules.visible_products(user))
    return found.select_related("team", "team__lead", "owner").order_by("name", "pk")


def product_with_team(row: Row) -> Product:
    """A product with its team as `WITH_TEAM` found them: only what opening a ticket asks for."""
    product = Product.from_db(DEFAULT_DB_ALIAS, _PRODUCT, row[: len(_PRODUCT)])
    product.team = Team.from_db(DEFAULT_DB_ALIAS, _TEAM, row[len(_PRODUCT) :])
    return product


def person_at_work(row: Row) -> User:
    """A person as `AT_WORK` found them: only what a letter asks for."""
    return User.from_db(DEFAULT_DB_ALIAS, _COLUMNS, row)


def people() -> QuerySet[User]:
    """Everybody with an account, by name."""
    return User.objects.select_related("manager", "deputy").order_by("name", "pk")


def teams() -> QuerySet[Team]:
    """Every team with its lead, by name."""
    return Team.objects.select_related("lead").order_by("name", "pk")


def service_level_managers() -> QuerySet[User]:
    """The active people who look after agreements, by name."""
    holders = User.objects.filter(is_active=True, roles__contains=[Role.SERVICE_LEVEL_MANAGER])
    return holders.order_by("name", "pk")


def fallback_people() -> QuerySet[User]:
    """Who is told when nobody else can be, in the agreed order."""
    return User.objects.filter(fallback__isnull=False, is_active=True).order_by("fallback__position")


def stand_in(user: User, day: date) -> User:
    """Who gets the letters of this person on that day: the deputy, or the deputy's deputy, while they are away.

    Without anybody present along the chain it is the person again, because a letter must reach somebody.
    """
    seen = [user]
    # Deputies can stand in for each other in a circle, and all be away.
    while seen[-1].is_absent_on(day) or not seen[-1].is_active:
        deputy = seen[-1].deputy
        if deputy is None or deputy in seen:
            return user
        seen.append(deputy)
    return seen[-1]
