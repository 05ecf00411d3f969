"""Teams and the products they provide."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from slas import rules
from slas.actions import rows
from slas.errors import Refused
from slas.models import Product, Team, User


class TeamChanges(TypedDict, total=False):
    """What can be said about a team; what is left out stays as it is."""

    name: str
    lead: User
    members: Sequence[User]


class ProductChanges(TypedDict, total=False):
    """What can be said about a product; what is left out stays as it is."""

    name: str
    team: Team
    owner: User
    deputies: Sequence[User]
    stakeholders: Sequence[User]
    tier: int
    visible_to: str
    public_promise: str


@transaction.atomic
def create_team(*, slug: str, by: rules.Actor, now: datetime, **said: Unpack[TeamChanges]) -> Team:
    """A new team."""
    if not rules.may_edit(by):
        raise PermissionDenied
    if Team.objects.filter(slug=slug).exists():
        raise Refused(_("There is already a team named “%(slug)s”. Choose another name.") % {"slug": slug})
    return _keep_team(Team(slug=slug), said)


@transaction.atomic
def change_team(team: Team, *, by: rules.Actor, now: datetime, **said: Unpack[TeamChanges]) -> Team:
    """Change a team's name, lead or members."""
    # Lock first, then ask who may: the order of every action (architecture.md).
    team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if not rules.may_edit(by):
        raise PermissionDenied
    return _keep_team(team, said)


@transaction.atomic
def create_product(*, slug: str, by: rules.Actor, now: datetime, **said: Unpack[ProductChanges]) -> Product:
    """A new product, without an agreement yet."""
    if not rules.may_edit(by):
        raise PermissionDenied
    if Product.objects.filter(slug=slug).exists():
        raise Refused(_("There is already a product named “%(slug)s”. Choose another name.") % {"slug": slug})
    return _keep_product(Product(slug=slug), said)


@transaction.atomic
def change_product(product: Product, *, by: rules.Actor, now: datetime, **said: Unpack[ProductChanges]) -> Product:
    """Change what is said about a product; tickets that are open keep their team."""
    product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    if not rules.may_edit(by):
        raise PermissionDenied
    return _keep_product(product, said)


def _keep_team(team: Team, said: TeamChanges) -> Team:
    for name, value in said.items():
        if name != "members":
            setattr(team, name, value)
    # Many-to-many rows need the team to have a key first.
    rows.save(team)
    if "members" in said:
        team.members.set(said["members"])
    return team


def _keep_product(product: Product, said: ProductChanges) -> Product:
    for name, value in said.items():
        if name not in {"deputies", "stakeholders"}:
            setattr(product, name, value)
    rows.save(product)
    # An empty list takes everybody away; a key that is left out touches nobody.
    if "deputies" in said:
        product.deputies.set(said["deputies"])
    if "stakeholders" in said:
        product.stakeholders.set(said["stakeholders"])
    return product
