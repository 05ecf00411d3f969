"""A product whose support never sleeps, so that tests of what is due do not depend on the day they run on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.actions import tickets
from incidents.models import Escalation, Ticket, Timer
from slas.models import CalendarRevision, Notice, Product, Revision
from slas.queries.notices import database_now
from tests.factories import House, ProductFactory, agreement_in_force

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Kiosk:
    """The till's people and ladder, round the clock: P1 response 1 h, update 2 h, resolution 4 h."""

    house: House
    product: Product
    revision: Revision

    def ticket(self, ago: timedelta, *, priority: str = "P1", title: str = "Kiosk is down") -> Ticket:
        """A ticket that Rita opened so long ago, by the database's clock."""
        return tickets.open_ticket(
            self.product, by=self.house.rita, now=database_now() - ago, priority=priority, title=title
        )


def build_kiosk(house: House) -> Kiosk:
    """Put the kiosk in force."""
    product = ProductFactory(slug="kiosk", name="Kiosk", team=house.team, owner=house.mira)
    revision = agreement_in_force(
        product, provider=house.holger, customer=house.mira, office=house.clock, clock=house.clock
    )
    return Kiosk(house, product, revision)


def fired(ticket: Ticket, kind: str = "response") -> list[tuple[int, int]]:
    """Positions and repeats of what fired on a timer, in the order of their moments."""
    rows = Escalation.objects.filter(ticket=ticket, timer__kind=kind).order_by("due_at", "pk")
    return list(rows.values_list("position", "repeat"))


def told(ticket: Ticket, kind: str = "response") -> list[tuple[int, str, str]]:
    """Who was told about which rung of a timer, and what became of the letter."""
    rows = Notice.objects.filter(topic__startswith=f"{ticket.number}:{kind}:").order_by("pk")
    return [(row.context["position"], row.recipient.username, row.state) for row in rows.select_related("recipient")]


def timer_of(ticket: Ticket, kind: str = "response") -> Timer:
    """The current timer of this kind."""
    return Timer.objects.get(ticket=ticket, kind=kind, is_current=True)


def minutes_until(moment: datetime | None, opened_at: datetime) -> float | None:
    """How many minutes after the opening."""
    return None if moment is None else (moment - opened_at) / MINUTE


def unreadable_hours(house: House) -> CalendarRevision:
    """Hours that no clock can read: whatever runs on them raises."""
    return CalendarRevision.objects.create(
        calendar=house.clock, number=99, in_force_from=house.revision.in_force_from, zone="Europe/Berlin",
        week={"mon": ["nonsense"]},
    )  # fmt: skip
