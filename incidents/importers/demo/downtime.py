"""When the products of the demonstration were down, and when nobody knew; from a file that tells a year of it."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from incidents.actions import maintenance, outages
from incidents.cadence import months_later
from incidents.importers.demo.house import BERLIN
from incidents.maintenance import window
from incidents.models.outages import Effect, Responsibility
from slas.models import Product
from slas.queries.weeks import WEEKDAYS

FILE = Path(__file__).with_name("downtime.yaml")
WRITTEN_AFTER = timedelta(minutes=20)  # somebody has to notice that it is over
Said = Mapping[str, Any]  # any: our own file, checked by its test


def tell(*, now: datetime) -> None:
    """Record every outage and every planned work that has happened by now, and the months about which nobody knows."""
    told: Mapping[str, Mapping[str, list[Said]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    products = {product.slug: product for product in Product.objects.select_related("team__lead")}
    for slug, entries in told["outages"].items():
        for said in entries:
            _record(products[slug], said, now)
    for slug, entries in told["works"].items():
        for said in entries:
            _work(products[slug], said, now)
    for slug, entries in told["gaps"].items():
        for said in entries:
            _forget(products[slug], said, now)


def _record(product: Product, said: Said, now: datetime) -> None:
    start = _moment(said, now)
    end = start + timedelta(minutes=said["minutes"])
    # In the first days of a month its story has not happened yet.
    if end + WRITTEN_AFTER > now:
        return
    facts = outages.Facts(
        title=said["title"],
        products=(product,),
        started_at=start,
        ended_at=end,
        effect=said.get("effect", Effect.FULL),
        responsibility=said.get("responsible", Responsibility.PROVIDER),
        cause=said["cause"],
        evidence=said.get("evidence", ""),
    )
    outages.record(facts, by=product.team.lead, now=end + WRITTEN_AFTER)


def _work(product: Product, said: Said, now: datetime) -> None:
    lead, start = product.team.lead, _moment(said, now)
    end = start + timedelta(minutes=said["minutes"])
    row = maintenance.plan_and_announce(
        [product],
        by=lead,
        now=start - timedelta(days=said["days_before"]),
        title=said["title"],
        reason=said["reason"],
        window=window(start, end),
    )
    maintenance.begin(row, by=lead, now=start)
    maintenance.end(row, by=lead, now=end)


def _forget(product: Product, said: Said, now: datetime) -> None:
    first = _first_of_month(said, now)
    outages.record_gap(
        product,
        by=product.team.lead,
        now=now,
        started_at=datetime.combine(first, time(), BERLIN),
        ended_at=datetime.combine(months_later(first, 1), time(), BERLIN),
        reason=said["reason"],
    )


def _moment(said: Said, now: datetime) -> datetime:
    first = _first_of_month(said, now)
    ahead = (WEEKDAYS.index(said["day"]) - first.weekday()) % 7 + 7 * (said["week"] - 1)
    return datetime.combine(first + timedelta(days=ahead), time.fromisoformat(said["at"]), BERLIN)


def _first_of_month(said: Said, now: datetime) -> date:
    return months_later(now.astimezone(BERLIN).date().replace(day=1), -said["month"])
