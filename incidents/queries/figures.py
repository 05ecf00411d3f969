"""The facts behind every figure: timers counted as sets in the database, breaches, and what was promised meanwhile.

A timer counts once, by the deadline and the priority that its row has now: the deadline of its last cycle. A breach of
an earlier cycle (before a change of priority) stays on record and is listed, but is not counted a second time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count, DateField, F, Func, Q, QuerySet

from incidents import figures
from incidents.figures import Period, Promise, Result, Tally, Target
from incidents.models import Breach, Status, Timer
from slas.models import Agreement, Product, Revision
from slas.models.wordings import Binding

MET = Count("pk", filter=Q(stopped_at__lte=F("due_at")))


class LocalMonth(Func):
    """The first day of the month in which an instant falls in a zone: (zone, instant)."""

    function = "timezone"
    template = "date_trunc('month', %(function)s(%(expressions)s))::date"
    output_field = DateField()


def of_products(products: Iterable[Product], *, now: datetime, months: int = 1) -> dict[int, list[Result]]:
    """The last so many months of each product, the oldest first, the running one last; three queries for all of them.

    Months are those of the agreement's zone. A product that never had an agreement is left out.
    """
    wordings: dict[int, list[Revision]] = defaultdict(list)
    for revision in _published(Q(agreement__product__in=[product.pk for product in products])):
        wordings[revision.agreement.product_id].append(revision)
    periods = {product: _months(revisions, now, months) for product, revisions in wordings.items()}
    tallies = _by_month(periods, now)
    return {
        product: [
            _result(wordings[product], period, tallies[product, period.from_on], now) for period in periods[product]
        ]
        for product in periods
    }


def of_agreement(agreement: Agreement, period: Period, *, now: datetime) -> Result:
    """One agreement over any period; three queries."""
    timers = _due(Q(ticket__revision__agreement=agreement), period.start, period.end)
    counted = timers.values_list("ticket__priority", "kind").annotate(met=MET, breached=_breached(now))
    tallies = {(priority, kind): Tally(met, breached) for priority, kind, met, breached in counted}
    return _result(_published(Q(agreement=agreement)), period, tallies, now)


def breaches(agreement: Agreement, period: Period) -> QuerySet[Breach]:
    """The broken promises of a period by deadline, those of rejected tickets left out as in the counts."""
    return (
        Breach.objects.filter(ticket__revision__agreement=agreement, due_at__gte=period.start, due_at__lt=period.end)
        .exclude(ticket__status=Status.REJECTED)
        .select_related("ticket", "responsible_team")
        .order_by("due_at", "pk")
    )


def zone_of(revisions: Sequence[Revision], now: datetime) -> str:
    """The zone in which the agreement's days and months are counted now; `revisions` are published, oldest first."""
    # Before the first revision begins there is nothing to count, yet pages ask; its own zone will do.
    begun = [revision for revision in revisions if revision.in_force_from <= now]
    return (begun[-1] if begun else revisions[0]).zone


def _published(which: Q) -> list[Revision]:
    found = Revision.objects.filter(which, published_at__isnull=False).select_related("agreement")
    return list(found.prefetch_related("targets").order_by("in_force_from", "pk"))


def _due(scope: Q, start: datetime, end: datetime) -> QuerySet[Timer]:
    timers = Timer.objects.filter(scope, due_at__gte=start, due_at__lt=end, is_withdrawn=False)
    # order_by(): the model's own order would slip into GROUP BY and count every timer alone.
    return timers.exclude(ticket__status=Status.REJECTED).order_by()


def _breached(now: datetime) -> Count:
    # Strictly before now: what is due this very instant can still be met.
    return Count("pk", filter=Q(stopped_at__gt=F("due_at")) | Q(stopped_at__isnull=True, due_at__lt=now))


def _months(revisions: Sequence[Revision], now: datetime, count: int) -> list[Period]:
    zone = zone_of(revisions, now)
    return figures.months_up_to(figures.local_day(now, zone), zone, count=count)


def _by_month(
    periods: Mapping[int, Sequence[Period]], now: datetime
) -> defaultdict[tuple[int, date], dict[Target, Tally]]:
    found: defaultdict[tuple[int, date], dict[Target, Tally]] = defaultdict(dict)
    every = [period for months in periods.values() for period in months]
    if not every:
        return found
    start, end = min(month.start for month in every), max(month.end for month in every)
    timers = _due(Q(ticket__product__in=periods), start, end)
    month = LocalMonth("ticket__revision__zone", "due_at")
    # Grouped by the zone each ticket is pinned to, so that one statement serves products of every zone.
    by_target = timers.values_list("ticket__product", month, "ticket__priority", "kind")
    for product, first, priority, kind, met, breached in by_target.annotate(met=MET, breached=_breached(now)):
        found[product, first][priority, kind] = Tally(met, breached)
    return found


def _result(revisions: Sequence[Revision], period: Period, tallies: Mapping[Target, Tally], now: datetime) -> Result:
    is_over = period.is_over(now)
    rows = figures.rows(_promises(revisions, period, now), tallies, is_over=is_over)
    return Result(period, is_over=is_over, rows=rows)


def _promises(revisions: Sequence[Revision], period: Period, now: datetime) -> dict[Target, Promise]:
    # A month is judged by the wording that its last day knew, so that a later revision does not change old verdicts.
    until = min(period.end, now)
    begun = [
        revision
        for revision in revisions
        if revision.in_force_from < until and (revision.in_force_to is None or revision.in_force_to > period.start)
    ]
    if not begun:
        return {}
    return {
        (target.priority, target.kind): Promise(
            target.allowance, attainment=target.attainment, is_commitment=target.binding == Binding.COMMITMENT
        )
        for target in begun[-1].targets.all()
    }
