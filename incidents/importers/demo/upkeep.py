"""Planned work of the demonstration: one window behind, two ahead, and one that comes round every week."""

from datetime import datetime, timedelta

from incidents.actions import maintenance
from incidents.importers.demo.house import midnight
from incidents.maintenance import window
from incidents.models import Maintenance
from slas.models import Product

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SINCE = 21 * DAY  # how long the series has been running


def plan(now: datetime) -> None:
    """As it would have gone: announced in notice, used a little less than planned, told in time."""
    till, shop = (Product.objects.select_related("team__lead").get(slug=slug) for slug in ("kasse", "webshop"))
    _till(till, now)
    _shop(shop, now)


def _till(till: Product, now: datetime) -> None:
    lead, evening = till.team.lead, 19 * HOUR + 30 * MINUTE
    start = midnight(now - 9 * DAY) + evening
    done = maintenance.plan_and_announce(
        [till],
        by=lead,
        now=start - 6 * DAY,
        title="Neue Fassung der Kassensoftware",
        reason="Die Kassen starten nach der Aktualisierung neu.",
        window=window(start, start + 2 * HOUR),
    )
    maintenance.begin(done, by=lead, now=start + 5 * MINUTE)
    maintenance.end(done, by=lead, now=start + 95 * MINUTE)
    # Not announced yet: its page counts down to the end of the notice.
    soon = midnight(now + 4 * DAY) + evening
    maintenance.plan(
        [till],
        by=lead,
        now=now,
        title="Kartenleser erhalten neue Zertifikate",
        reason="Die alten Zertifikate laufen am Monatsende ab.",
        window=window(soon, soon + HOUR),
    )


def _shop(shop: Product, now: datetime) -> None:
    lead, night = shop.team.lead, midnight(now + 6 * DAY) + 23 * HOUR
    maintenance.plan_and_announce(
        [shop],
        by=lead,
        now=now - DAY,
        title="Umzug der Datenbank",
        reason="Der Webshop zieht auf schnellere Server um.",
        window=window(night, night + 3 * HOUR),
    )
    maintenance.start_series(
        [shop],
        by=lead,
        now=now - SINCE,
        title="Wöchentliche Aktualisierung",
        reason="Sicherheitsupdates der Server.",
        week={"sun": ["04:00-04:30"]},
        zone="Europe/Berlin",
        starts_on=midnight(now - SINCE).date(),
    )
    # Nobody would believe a series of which no window was ever used.
    for row in Maintenance.objects.filter(series__isnull=False, planned_to__lt=now).order_by("planned_from", "pk"):
        maintenance.begin(row, by=lead, now=row.planned_from)
        maintenance.end(row, by=lead, now=row.planned_to - 5 * MINUTE)
    maintenance.keep_ahead(now=now)
