"""What was promised about availability when: a month is judged by the revision in force at each instant."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import Q, QuerySet

from slas.models import AvailabilityPromise, CalendarRevision, Product, Revision
from slas.queries.agreements import in_force
from slas.queries.availability import Promised, promised_in

Hours = Mapping[int, Sequence[CalendarRevision]]  # the revisions of a calendar by its key, the earliest first


@dataclass(frozen=True, slots=True)
class Spell:
    """A time without a break in which one revision promised availability, on one revision of its calendar."""

    start: datetime
    end: datetime
    revision: Revision
    promised: Promised


def of_products(products: Iterable[Product], *, start: datetime, end: datetime) -> dict[int, list[Spell]]:
    """The spells of each product that have a part between two instants, cut to it, the earliest first; two queries.

    A time in which no revision promised availability is in none of them, nor is a product that was never promised any.
    """
    meanwhile = Q(published_at__isnull=False, in_force_from__lt=end) & (
        Q(in_force_to__isnull=True) | Q(in_force_to__gt=start)
    )
    rows = Revision.objects.filter(meanwhile, agreement__product__in=[product.pk for product in products])
    revisions: dict[int, list[Revision]] = defaultdict(list)
    for row in rows.select_related("agreement", "availability__calendar").order_by("in_force_from", "pk"):
        revisions[row.agreement.product_id].append(row)
    hours = _hours(row for rows in revisions.values() for row in rows)
    found = {product: list(_spells(rows, hours, start, end)) for product, rows in revisions.items()}
    return {product: spells for product, spells in found.items() if spells}


def promising(at: datetime) -> QuerySet[Product]:
    """The products of which a revision in force at this instant promises availability."""
    promised = Revision.objects.filter(in_force(at), availability__isnull=False).values("agreement__product")
    return Product.objects.filter(pk__in=promised)


def _promise(revision: Revision) -> AvailabilityPromise | None:
    # Django answers with an error where the other side of a one-to-one relation is empty.
    return revision.availability if hasattr(revision, "availability") else None


def _hours(revisions: Iterable[Revision]) -> Hours:
    calendars = {promise.calendar_id for row in revisions if (promise := _promise(row)) and promise.calendar_id}
    found: dict[int, list[CalendarRevision]] = defaultdict(list)
    # Round the clock there is no calendar to read, and no query to ask.
    if calendars:
        rows = CalendarRevision.objects.filter(calendar__in=calendars).select_related("calendar")
        for row in rows.order_by("in_force_from", "number"):
            found[row.calendar_id].append(row)
    return found


def _spells(revisions: Sequence[Revision], hours: Hours, start: datetime, end: datetime) -> Iterator[Spell]:
    """Where history left two revisions in force at once, the one that began last counts, as for tickets."""
    for begin, stop in pairwise(_cuts(revisions, start, end)):
        holding = [row for row in revisions if row.in_force_from <= begin and _ends_after(row, begin)]
        # The last one rules also where it promises nothing: an older promise does not shine through.
        promise = _promise(holding[-1]) if holding else None
        if promise is None:
            continue
        own = hours.get(promise.calendar_id, ()) if promise.calendar_id else ()
        for part, stopped, calendar in _on_calendar(own, begin, stop):
            yield Spell(part, stopped, holding[-1], promised_in(promise, holding[-1].zone, calendar))


def _cuts(revisions: Iterable[Revision], start: datetime, end: datetime) -> list[datetime]:
    """The instants between which nothing begins or ends."""
    moments = {moment for row in revisions for moment in (row.in_force_from, row.in_force_to) if moment}
    return [start, *sorted(moment for moment in moments if start < moment < end), end]


def _ends_after(revision: Revision, at: datetime) -> bool:
    return revision.in_force_to is None or revision.in_force_to > at


def _on_calendar(
    revisions: Sequence[CalendarRevision], begin: datetime, stop: datetime
) -> Iterator[tuple[datetime, datetime, CalendarRevision | None]]:
    """The same stretch, cut where another revision of its calendar begins; before the first one, the first counts."""
    if not revisions:
        yield begin, stop, None
        return
    starts = [row.in_force_from for row in revisions if begin < row.in_force_from < stop]
    for part, stopped in pairwise([begin, *sorted(set(starts)), stop]):
        begun = [row for row in revisions if row.in_force_from <= part]
        yield part, stopped, begun[-1] if begun else revisions[0]
