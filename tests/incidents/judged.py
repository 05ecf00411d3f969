"""A June of rows that nobody saved, measured and written down: for tests of figures and evidence alone."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from incidents import figures as periods
from incidents.models import Outage
from incidents.models.outages import Effect, Responsibility, Standing
from incidents.queries.availability import Facts, Month, Part
from incidents.queries.availability import down as as_measured
from incidents.queries.evidence import evidence_of, figures_of
from slas.availability import AvailabilityTerms, measure
from slas.clock import Span
from slas.models import Agreement, AvailabilityPromise, Calendar, CalendarRevision, Product, Revision
from slas.queries.availability import Promised
from slas.queries.calendars import hours_of
from slas.queries.spells import Spell
from tests.factories import OFFICE_WEEK

BERLIN = ZoneInfo("Europe/Berlin")
JUNE = periods.month_of(date(2026, 6, 1), "Europe/Berlin")
OFFICE = CalendarRevision(calendar=Calendar(name="Office"), number=1, zone="Europe/Berlin", week=OFFICE_WEEK)


def down(
    start: datetime,
    length: timedelta,
    *,
    effect: Effect = Effect.FULL,
    weight: Fraction | None = None,
    responsibility: Responsibility = Responsibility.PROVIDER,
    standing: Standing = Standing.CONFIRMED,
) -> Outage:
    """An outage of so long."""
    return Outage(
        title="Payment fails",
        started_at=start,
        ended_at=start + length,
        effect=effect,
        weight=None if weight is None else Decimal(weight.numerator) / Decimal(weight.denominator),
        responsibility=responsibility,
        standing=standing,
    )


def judged_month(
    facts: Facts,
    *,
    begins: datetime | None = None,
    changes: datetime | None = None,
    is_office: bool = False,
    calendar: CalendarRevision = OFFICE,
    **terms: object,
) -> Month:
    """A June of 99.5 % with 48 hours of notice, of 99 % from a change on; promised from the beginning or later."""
    cuts = [begins or JUNE.start, *([changes] if changes else []), JUNE.end]
    hours = calendar if is_office else None
    parts = [
        _part(facts, number, Span(start, end), hours, terms) for number, (start, end) in enumerate(pairwise(cuts), 1)
    ]
    return Month(Product(slug="shop"), JUNE, True, tuple(parts), facts)


def certified_month(facts: Facts, **asked: Any) -> tuple[dict[str, Any], dict[str, Any]]:  # noqa: ANN401 - whatever a June is asked for
    """Figures and evidence of such a month."""
    month = judged_month(facts, **asked)
    return figures_of(month), evidence_of(month)


def _part(facts: Facts, number: int, span: Span, hours: CalendarRevision | None, asked: dict[str, Any]) -> Part:
    said = {"target": Decimal("99.5" if number == 1 else "99"), "notice": timedelta(hours=48), **asked}
    terms = AvailabilityTerms(zone=JUNE.zone, service_hours=hours_of(hours) if hours else None, **said)
    promised = Promised(AvailabilityPromise(target=terms.target, degraded_weight=Decimal("0.5")), terms, hours)
    assert span.end is not None
    revision = Revision(agreement=Agreement(slug="shop-2026"), number=number)
    measured = measure(
        month=JUNE.from_on,
        terms=terms,
        outages=[as_measured(row, promised) for row in facts.outages if row.counts],
        maintenance=facts.maintenance,
        unknown=[Span(gap.started_at, gap.ended_at) for gap in facts.gaps],
        part=span,
    )
    return Part(Spell(span.start, span.end, revision, promised), terms, measured)
