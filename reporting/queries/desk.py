"""What needs one person today: tickets, escalations, signatures, reviews and actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from incidents.models import Breach, Certificate, Credit, Escalation, Review, ReviewAction
from incidents.queries import breaches, certificates, credits, escalations, reviews
from incidents.rules import Desk as Place
from incidents.rules import desk_of
from reporting.queries import clocks
from reporting.queries.clocks import OpenTicket
from reporting.queries.overviews import Overview, overviews
from slas import rules
from slas.models import Product, Revision, User
from slas.queries import parties

SHOWN = 8
SOON = timedelta(days=14)
FRESH = timedelta(days=30)  # an older breach is for a review, not for today


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the first page of one person; an empty part has nothing to ask."""

    products: Sequence[Overview]
    tickets: Sequence[OpenTicket]
    escalations: Sequence[Escalation]
    to_sign: Sequence[Revision]
    to_explain: Sequence[Breach]
    reviews: Sequence[Review]
    actions: Sequence[ReviewAction]
    certificates: Sequence[Certificate]
    credits: Sequence[Credit]

    @property
    def asks(self) -> int:
        """How many things wait for this person's word."""
        asked = (self.escalations, self.to_sign, self.to_explain, self.reviews, self.actions)
        return sum(map(len, (*asked, self.certificates, self.credits)))


def desk(person: User, now: datetime) -> Desk:
    """What needs this person, the first few of each kind."""
    today, place = person.day_at(now), desk_of(person)
    # Involved, not merely visible: what everybody may see is no reason to be greeted with it.
    own = parties.visible_to(person).filter(rules.involved_products(person))[:SHOWN]
    return Desk(
        products=overviews(own, now=now),
        tickets=clocks.of_person(place, now),
        escalations=list(escalations.open_for(place)[:SHOWN]),
        to_sign=to_sign(place),
        to_explain=_to_explain(place, now),
        reviews=list(reviews.needing(person, today + SOON)[:SHOWN]),
        actions=list(reviews.open_actions_of(person)[:SHOWN]),
        certificates=list(certificates.to_sign(place)[:SHOWN]),
        credits=list(credits.waiting_for(place, today)[:SHOWN]),
    )


def to_sign(reader: User | Place) -> list[Revision]:
    """Drafts that one side has signed and that wait for this person's signature."""
    place = desk_of(reader)
    person = place.user
    # A draft that nobody signed is still being written; asking for a signature would be too early.
    customer = Q(agreement__product__owner=person) | Q(
        agreement__product__in=Product.deputies.through.objects.filter(user=person).values("product")
    )
    provider = Q(agreement__product__team__in=place.led | place.above)
    waiting = Q(customer, customer_signed_at__isnull=True, provider_signed_at__isnull=False) | Q(
        provider, provider_signed_at__isnull=True, customer_signed_at__isnull=False
    )
    drafts = Revision.objects.filter(waiting, published_at__isnull=True).select_related("agreement__product")
    return list(drafts.order_by("agreement__slug")[:SHOWN])


def _to_explain(place: Place, now: datetime) -> list[Breach]:
    led = place.led | place.above
    # An auditor who also leads a team reads, and is not asked to write.
    if not led or place.changes_nothing:
        return []
    found = breaches.unexplained(place).filter(ticket__team__in=led, ticket__is_history=False, due_at__gte=now - FRESH)
    return list(found.select_related("ticket")[:SHOWN])
