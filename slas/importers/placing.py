"""Teams and products of a file: created, changed, or left as they are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Manager

from slas.actions import products
from slas.errors import Refused
from slas.importers.outcome import Outcome
from slas.importers.parties import Said
from slas.models import Product, Team, User

_NEW_TEAM = ("name", "lead")
_NEW_PRODUCT = ("name", "team", "owner")


def place_team(said: Said, outcome: Outcome, now: datetime) -> None:
    """Make a team what the file says."""
    wanted = {**said.values, **_people(said.people)}
    team = Team.objects.filter(slug=said.name).first()
    if team is None:
        _refuse_incomplete("team", said, wanted, _NEW_TEAM)
        products.create_team(slug=said.name, by=None, now=now, **wanted)
        outcome.created(f"Team {said.name}")
    elif changes := _differences(team, wanted):
        products.change_team(team, by=None, now=now, **changes)
        outcome.changed(f"Team {said.name}")
    else:
        outcome.unchanged()


def place_product(said: Said, outcome: Outcome, now: datetime) -> None:
    """Make a product what the file says."""
    wanted = {**said.values, **_people(said.people)}
    # Teams come before products in a file that creates both.
    if "team" in wanted:
        wanted["team"] = Team.objects.get(slug=wanted["team"])
    product = Product.objects.filter(slug=said.name).first()
    if product is None:
        _refuse_incomplete("product", said, wanted, _NEW_PRODUCT)
        products.create_product(slug=said.name, by=None, now=now, **wanted)
        outcome.created(f"Product {said.name}")
    elif changes := _differences(product, wanted):
        products.change_product(product, by=None, now=now, **changes)
        outcome.changed(f"Product {said.name}")
    else:
        outcome.unchanged()


# Values are texts, numbers, people and lists of people, hence Any here and below.
def _people(named: Mapping[str, str | tuple[str, ...] | None]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, names in named.items():
        if isinstance(names, tuple):
            # By key on both sides of the comparison: the order in a file means nothing.
            found[key] = list(User.objects.filter(username__in=names).order_by("pk"))
        else:
            found[key] = User.objects.get(username=names)
    return found


def _differences(row: Team | Product, wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in wanted.items() if _stored(row, key) != value}


def _stored(row: Team | Product, key: str) -> object:
    stored = getattr(row, key)
    return list(stored.order_by("pk")) if isinstance(stored, Manager) else stored


def _refuse_incomplete(kind: str, said: Said, wanted: Mapping[str, Any], needed: tuple[str, ...]) -> None:
    for key in needed:
        if key not in wanted:
            raise Refused(f"The {kind} “{said.name}” is new, so “{key}” must be given.")
