"""What is written down about an outage, and how: facts, checks, the event that keeps them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from incidents import rules
from incidents.models import Outage, OutageEvent, Ticket
from incidents.models.outages import Effect, OutageEventKind, Responsibility
from slas.actions import rows
from slas.errors import Refused
from slas.models import Product, User


@dataclass(frozen=True, slots=True)
class Facts:
    """An outage as people write it down; without an end it still goes on. `weight` is a share of a full outage."""

    title: str
    products: tuple[Product, ...]
    started_at: datetime
    ended_at: datetime | None = None
    effect: str = Effect.FULL
    weight: Decimal | None = None  # as the agreement says
    responsibility: str = Responsibility.PROVIDER
    cause: str = ""
    evidence: str = ""
    tickets: tuple[Ticket, ...] = ()


PLAIN = ("title", "started_at", "ended_at", "effect", "weight", "responsibility", "cause", "evidence")


def facts_of(outage: Outage) -> Facts:
    """What stands about an outage now."""
    return Facts(
        **{name: getattr(outage, name) for name in PLAIN},
        products=tuple(outage.products.order_by("slug")),
        tickets=tuple(outage.tickets.order_by("pk")),
    )


def locked(outage: Outage) -> Outage:
    """The row as it is now, nobody else's until the end of the transaction."""
    # No key: events and readings may still point at the row while it is locked.
    return Outage.objects.select_for_update(no_key=True).get(pk=outage.pk)


def demand(by: User, products: Iterable[Product]) -> None:
    """PermissionDenied for whoever does not keep the record of each of these products."""
    desk = rules.desk_of(by)
    if not all(rules.may_keep_record(desk, product) for product in products):
        raise PermissionDenied(
            _("Outages are kept by the team that provides the product, its managers and service level managers.")
        )


def check(facts: Facts, *, now: datetime) -> None:
    """Refused for what cannot have happened."""
    if not facts.products:
        raise Refused(_("Say which product was down."))
    if facts.started_at > now or (facts.ended_at is not None and facts.ended_at > now):
        raise Refused(_("An outage is recorded once it has happened. Plan work ahead as maintenance."))


def write(outage: Outage, facts: Facts, *, now: datetime) -> None:
    """Put the facts into the row and its links; the caller leaves the event."""
    for name in PLAIN:
        setattr(outage, name, getattr(facts, name))
    outage.updated_at = now
    rows.save(outage)
    # After the save: a new row has no key that a link could point at.
    outage.products.set(facts.products)
    outage.tickets.set(facts.tickets)


def tell(outage: Outage, kind: OutageEventKind, *, by: User | None, now: datetime, reason: str = "") -> None:
    """Leave the event with everything that stands about the outage after it."""
    OutageEvent.objects.create(
        outage=outage, at=now, kind=kind, actor=by, reason=reason, facts=plain(facts_of(outage), outage)
    )


def plain(facts: Facts, outage: Outage) -> dict[str, object]:
    """The facts as JSON: moments in ISO 8601, the weight as it is written, products and tickets by their names."""
    return {
        "title": facts.title,
        "products": [product.slug for product in facts.products],
        "started_at": facts.started_at.isoformat(),
        "ended_at": facts.ended_at.isoformat() if facts.ended_at else None,
        "effect": str(facts.effect),
        # Normalised, so that 0.5 and 0.500 are no change in the story.
        "weight": None if facts.weight is None else f"{facts.weight.normalize():f}",
        "standing": str(outage.standing),
        "responsibility": str(facts.responsibility),
        "cause": facts.cause,
        "evidence": facts.evidence,
        "tickets": [ticket.number for ticket in facts.tickets],
    }
