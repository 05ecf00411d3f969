"""Loading the demonstration: people and promises, a year of history, reviews, and tickets that live."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.importers.demo import downtime, house, live, months, past, reviews, signals, stories, upkeep
from incidents.importers.demo.lives import Crew
from slas.errors import Refused
from slas.models import Agreement, Product, User

OURS = "zahlungsverkehr-leitstand"  # no other house has this agreement


def is_loaded() -> bool:
    """Whether the demonstration is here already."""
    return Agreement.objects.filter(slug=OURS).exists()


def is_empty() -> bool:
    """Whether there is nothing that the demonstration could be mixed up with."""
    return not (User.objects.exists() or Product.objects.exists())


@transaction.atomic
def load(now: datetime) -> None:
    """Fill an empty database, whole or not at all; Refused for any other."""
    if not is_empty():
        raise Refused(_("Demonstration data are only loaded into an empty database."))
    house.build(now)
    # History first: reviews freeze its figures.
    told, words = stories.read()
    crews = _crews()
    for story in told:
        past.fill(story, crews[story.slug], words=words, now=now)
    downtime.tell(now=now)
    reviews.hold(words=words, now=now)
    upkeep.plan(now)
    months.certify(now=now)
    signals.set_up(now=now)
    live.open_some(told, crews, words=words, now=now)


@transaction.atomic
def stir(now: datetime) -> None:
    """What happens now, as late as possible: tickets that remind and break within two minutes, and an outage seen."""
    told, words = stories.read()
    story = next(story for story in told if story.slug == live.LEITSTAND)
    live.open_soon_due(story, _crews()[story.slug], words=words, now=now)
    signals.report(now=now)


def _crews() -> dict[str, Crew]:
    # Auditors report nothing, and those at the top have people for that.
    everybody = list(User.objects.filter(roles=[], manager__isnull=False).order_by("pk"))
    found = {}
    for product in Product.objects.select_related("team__lead", "owner").order_by("pk"):
        # Twice in the list: whoever answers for a product reports more often than others.
        near = [product.owner, *product.deputies.order_by("pk"), *product.stakeholders.order_by("pk")]
        others = everybody if product.visible_to == "everyone" else []
        members = list(product.team.members.order_by("pk"))
        found[product.slug] = Crew(product, product.team.lead, members, [*near, *near, *others])
    return found
