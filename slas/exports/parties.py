"""The people, team and product that an agreement needs, as a file writes them."""

from collections.abc import Iterable
from typing import Any

from slas.models import Product, Team, User

Written = dict[str, Any]  # texts, numbers, dates and lists under their keys


def everybody(product: Product, others: Iterable[User]) -> list[User]:
    """Everybody around a product and these others, with the managers and deputies of each, by username."""
    waiting = [
        product.owner,
        product.team.lead,
        *product.deputies.all(),
        *product.stakeholders.all(),
        *product.team.members.all(),
        *others,
    ]
    found: dict[int, User] = {}
    # The file must stand alone in an empty database, so every line is followed to its end.
    while waiting:
        one = waiting.pop()
        # Reporting lines meet, and may run in a circle in an old database.
        if one.pk not in found:
            found[one.pk] = one
            waiting += [named for named in (one.manager, one.deputy) if named is not None]
    return sorted(found.values(), key=lambda one: one.username)


def person(row: User) -> Written:
    """A person without the password, which never leaves the house."""
    written: Written = {
        "username": row.username,
        "name": row.name,
        "email": row.email,
        "language": row.language,
        "zone": row.zone,
    }
    if row.manager is not None:
        written["manager"] = row.manager.username
    if row.roles:
        written["roles"] = sorted(row.roles)
    if row.absent_from_on is not None:
        written["absent"] = {"from": row.absent_from_on}
        if row.absent_to_on is not None:
            written["absent"]["to"] = row.absent_to_on
    if row.deputy is not None:
        written["deputy"] = row.deputy.username
    return written


def team(row: Team) -> Written:
    """A team with its members by username."""
    return {"slug": row.slug, "name": row.name, "lead": row.lead.username, "members": _usernames(row.members.all())}


def product(row: Product) -> Written:
    """A product with its people by username."""
    return {
        "slug": row.slug,
        "name": row.name,
        "team": row.team.slug,
        "owner": row.owner.username,
        "deputies": _usernames(row.deputies.all()),
        "stakeholders": _usernames(row.stakeholders.all()),
        "tier": row.tier,
        "visible_to": row.visible_to,
        "public_promise": row.public_promise,
    }


def _usernames(people: Iterable[User]) -> list[str]:
    return sorted(one.username for one in people)
