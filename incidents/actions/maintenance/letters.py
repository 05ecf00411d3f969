"""Letters about planned work to the owner, the deputies and the stakeholders of its products, each once per event."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from incidents.actions.circulars import readers_of
from incidents.actions.letters import Facts
from incidents.models import Maintenance, MaintenanceSeries
from incidents.queries import maintenance as queries
from incidents.queries.maintenance import Effect
from slas.actions import notices
from slas.actions.notices import Letter
from slas.availability import Maintenance as Work
from slas.clock import Span
from slas.models import Product, User
from slas.models.parties import PlainNotice, Visibility
from slas.queries import parties

SHOWN = 5  # windows of a series that its letter lists


def put(
    row: Maintenance,
    what: str,
    *,
    now: datetime,
    reason_of_change: str = "",
    is_anew: bool = False,
    old: Span | None = None,
) -> None:
    """Leave the letters about one window in the outbox; `what` is announced, moved, cancelled, emergency or overrun."""
    facts: Facts = {
        **_said(row, what),
        "windows": [_span(row.planned)],
        "reason_of_change": reason_of_change,
        "is_anew": is_anew,
        "old": _span(old) if old else None,
        "path": f"/maintenance/{row.pk}/",
    }
    products = _with_people(row.products.all())
    # Reckoned once for all readers; each is told of the products they see.
    effects = queries.of_window(row, products, now=now)
    _leave(f"maintenance:{row.pk}", f"{row.sequence}:{what}", effects, facts, now=now)


def put_series(
    series: MaintenanceSeries, what: str, works: Sequence[Work], *, now: datetime, reason_of_change: str = ""
) -> None:
    """One letter about all windows of a series, which has started or ended: a letter for each would be a flood."""
    facts: Facts = {
        **_said(series, what),
        "windows": [_span(work.planned) for work in works[:SHOWN]],
        "more": max(len(works) - SHOWN, 0),
        "reason_of_change": reason_of_change,
        "path": f"/maintenance/series/{series.pk}/",
    }
    effects = queries.of_works(works, _with_people(series.products.all()), now=now, is_announced=True)
    _leave(f"maintenance-series:{series.pk}", what, effects, facts, now=now)


def _said(row: Maintenance | MaintenanceSeries, what: str) -> Facts:
    return {"what": what, "title": row.title, "reason": row.reason}


def _span(window: Span) -> dict[str, str | None]:
    return {"from_at": window.start.isoformat(), "to_at": window.end.isoformat() if window.end else None}


def _with_people(products: Iterable[Product]) -> list[Product]:
    rows = Product.objects.filter(pk__in=[product.pk for product in products]).order_by("name", "pk")
    return list(rows.select_related("owner__deputy").prefetch_related("deputies__deputy", "stakeholders__deputy"))


def _leave(topic: str, event: str, effects: Sequence[Effect], facts: Facts, *, now: datetime) -> None:
    people = [person for effect in effects for person in _people_of(effect.product)]
    letters = [
        Letter(
            key=f"{topic}:{event}:{reader.username}:mail:0",
            kind="maintenance",
            recipient_id=reader.pk,
            context=facts | {"products": [effect.told() for effect in seen], "stands_in_for": absent},
            subject=topic,
            topic=topic,
        )
        for reader, absent in readers_of(people, mute=PlainNotice.MAINTENANCE, now=now)
        # Who stands in for somebody need not see what they see.
        if reader.is_active and (seen := _seen_by(reader, effects))
    ]
    notices.put(letters, now=now)


def _people_of(product: Product) -> Iterator[User]:
    yield product.owner
    yield from product.deputies.all()
    yield from product.stakeholders.all()


def _seen_by(reader: User, effects: Sequence[Effect]) -> list[Effect]:
    # Most products are open to everybody, and then nobody has to be asked for.
    hidden = {effect.product.pk for effect in effects if effect.product.visible_to == Visibility.STAKEHOLDERS}
    if hidden:
        hidden -= set(parties.visible_to(reader).filter(pk__in=hidden).values_list("pk", flat=True))
    return [effect for effect in effects if effect.product.pk not in hidden]
