"""What the queue can be narrowed to, read in one go because the queue is asked for all day long."""

from dataclasses import dataclass

from django.db.models import CharField, F, Value

from slas.models import Team, User
from slas.queries import parties

Choice = tuple[str, str]  # the short name for the address, the name for people


@dataclass(frozen=True)
class Choices:
    """The products this person sees, and every team, by name."""

    products: tuple[Choice, ...]
    teams: tuple[Choice, ...]


def choices(user: User) -> Choices:
    """Products and teams in one query."""
    columns = ("what", "slug", "label")
    products = parties.visible_to(user).select_related(None).order_by()
    seen = products.annotate(what=Value("product", CharField()), label=F("name")).values_list(*columns)
    teams = Team.objects.order_by().annotate(what=Value("team", CharField()), label=F("name")).values_list(*columns)
    rows = list(seen.union(teams, all=True).order_by("label", "slug"))
    return Choices(
        products=tuple((slug, label) for what, slug, label in rows if what == "product"),
        teams=tuple((slug, label) for what, slug, label in rows if what == "team"),
    )
