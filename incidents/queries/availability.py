"""Months of availability, measured from what was promised and what happened: one figure for pages, API and papers."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from incidents import figures
from incidents.figures import Period, Verdict
from incidents.models import DataGap, Outage
from incidents.models.outages import Effect, Standing
from incidents.queries import maintenance, outages
from slas.availability import AvailabilityTerms, Maintenance, Measurement, Whole, measure
from slas.availability import Outage as Down
from slas.clock import Span
from slas.models import Agreement, Product
from slas.queries import spells
from slas.queries.availability import Promised
from slas.queries.spells import Spell

WHOLE = Fraction(1)
NOTHING = timedelta(0)
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Part:
    """What one revision answers for in a month."""

    spell: Spell
    terms: AvailabilityTerms  # as measured: of the cap, what earlier parts of the month left of it
    measured: Measurement


@dataclass(frozen=True, slots=True)
class Facts:
    """What happened to one product."""

    outages: Sequence[Outage] = ()
    gaps: Sequence[DataGap] = ()
    maintenance: Sequence[Maintenance] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of a product in the zone of its agreement; without parts nothing was promised in it."""

    product: Product
    period: Period
    is_over: bool
    parts: tuple[Part, ...]
    facts: Facts

    @property
    def whole(self) -> Whole | None:
        """The figures over all parts."""
        return Whole(tuple(part.measured for part in self.parts)) if self.parts else None

    @property
    def verdict(self) -> Verdict:
        """Kept, broken, or too little known; a running month that is still kept is at risk once most is used up."""
        whole = self.whole
        if whole is None or whole.kept is None:
            return Verdict.TOO_FEW
        return Verdict.KEPT if whole.kept else Verdict.BROKEN


@dataclass(frozen=True, slots=True)
class Cost:
    """What an outage takes of a month's error budget, and what is left of it then; seconds, negative once overdrawn."""

    product: Product
    period: Period
    down: Fraction
    allowed: Fraction
    left: Fraction


@dataclass(frozen=True, slots=True)
class Assumed:
    """A month without an outage, and with it counted."""

    without: Month
    counted: Month


def of_products(products: Sequence[Product], *, now: datetime, months: int = 1) -> dict[int, list[Month]]:
    """The last so many months of each product, the oldest first, the running one last; five queries for all of them.

    Products that were never promised any availability in that time are left out.
    """
    # A day more on either side than any zone needs.
    since, until = now - timedelta(days=31 * months + 2), now + timedelta(days=33)
    found = spells.of_products(products, start=since, end=until)
    promised = [product for product in products if product.pk in found]
    facts = facts_of(promised, Span(since, until))
    return {
        product.pk: [
            _month(product, period, found[product.pk], facts[product.pk], now)
            for period in figures.months_up_to(*_today(found[product.pk], now), count=months)
        ]
        for product in promised
    }


def of_month(product: Product, first: date, *, now: datetime, agreement: Agreement | None = None) -> Month | None:
    """The month that begins on this day, by one agreement or by all of the product; None when nothing was promised."""
    return of_months(product, [first], now=now, agreement=agreement).get(first)


def of_months(
    product: Product, firsts: Sequence[date], *, now: datetime, agreement: Agreement | None = None
) -> dict[date, Month]:
    """Those of the months that begin on these days, in order, in which something was promised."""
    about = around(firsts[0], firsts[-1])
    own = spells.of_products([product], start=about.start, end=about.end or now).get(product.pk, [])
    own = [spell for spell in own if agreement is None or spell.revision.agreement_id == agreement.pk]
    periods = {first: period for first in firsts if (period := period_of(own, first)) is not None}
    facts = facts_of([product], about)[product.pk] if periods else Facts()
    return {first: _month(product, period, own, facts, now) for first, period in periods.items()}


def around(first: date, last: date) -> Span:
    """A span that holds the months of these first days in every zone."""
    begin, end = (datetime.combine(day, time(), UTC) for day in (first, last))
    return Span(begin - timedelta(days=2), end + timedelta(days=33))


def period_of(own: Sequence[Spell], first: date) -> Period | None:
    """The month by the zone of the revision that was in force last in it; None when none of them was."""
    # Of two zones in one month the later one holds, as for its certificate.
    for spell in reversed(own):
        period = figures.month_of(first, spell.revision.zone)
        if spell.start < period.end and spell.end > period.start:
            return period
    return None


def costs(outage: Outage, products: Sequence[Product], *, now: datetime) -> list[Cost]:
    """What an outage takes, or would take once it is confirmed, of each month it lies in; the earliest month first."""
    return [
        Cost(
            one.without.product, one.without.period, after.down - before.down, after.allowed, after.allowed - after.down
        )
        for one in assumed(outage, products, now=now)
        if (before := one.without.whole) is not None and (after := one.counted.whole) is not None
    ]


def assumed(outage: Outage, products: Sequence[Product], *, now: datetime) -> list[Assumed]:
    """The months of these products in which an outage lies, without it and as if it were confirmed."""
    end = outage.ended_at or now
    since, until = outage.started_at - timedelta(days=33), max(end, outage.started_at) + timedelta(days=33)
    found = spells.of_products(products, start=since, end=until)
    facts = facts_of([product for product in products if product.pk in found], Span(since, until))
    return [
        one
        for product in products
        if product.pk in found
        for one in _assumed(outage, product, found[product.pk], facts[product.pk], now)
        if one.without.parts
    ]


def _assumed(outage: Outage, product: Product, own: Sequence[Spell], facts: Facts, now: datetime) -> Iterator[Assumed]:
    # A copy: nothing that asks what it would cost may confirm the outage itself.
    counting = copy(outage)
    counting.standing = Standing.CONFIRMED
    others = [row for row in facts.outages if row.pk != outage.pk]
    day, zone = _today(own, min(outage.ended_at or now, now))
    first = figures.local_day(outage.started_at, zone)
    months = (day.year - first.year) * MONTHS + day.month - first.month + 1
    # At most a year: an outage dated back to 1970 must not measure every month since.
    for period in figures.months_up_to(day, zone, count=min(max(months, 1), MONTHS)):
        yield Assumed(
            without=_month(product, period, own, replace(facts, outages=others), now),
            counted=_month(product, period, own, replace(facts, outages=[*others, counting]), now),
        )


def facts_of(products: Sequence[Product], span: Span) -> dict[int, Facts]:
    """Everything that counts for each product in a span."""
    if not products:
        return {}
    down = outages.of_products(products, span)
    gaps = outages.gaps_of_products(products, span)
    works = maintenance.facts(products, span)
    return {
        product.pk: Facts(down.get(product.pk, ()), gaps.get(product.pk, ()), works.get(product.pk, ()))
        for product in products
    }


def _today(own: Sequence[Spell], now: datetime) -> tuple[date, str]:
    begun = [spell for spell in own if spell.start <= now]
    zone = (begun[-1] if begun else own[0]).revision.zone
    return figures.local_day(now, zone), zone


def _month(product: Product, period: Period, own: Sequence[Spell], facts: Facts, now: datetime) -> Month:
    parts: list[Part] = []
    for spell in own:
        start, end = max(spell.start, period.start), min(spell.end, period.end)
        if start < end:
            parts.append(_part(replace(spell, start=start, end=end), period, facts, now, parts))
    return Month(product, period, period.is_over(now), tuple(parts), facts)


def _part(spell: Spell, period: Period, facts: Facts, now: datetime, before: Sequence[Part]) -> Part:
    terms = replace(spell.promised.terms, zone=period.zone)
    if terms.monthly_cap is not None:
        # A cap is one for the whole month: what an earlier revision shielded is used up.
        used = sum((part.measured.excluded for part in before), Fraction())
        terms = replace(
            terms, monthly_cap=max(terms.monthly_cap - timedelta(microseconds=int(used * 1_000_000)), NOTHING)
        )
    measured = measure(
        month=period.from_on,
        terms=terms,
        outages=[down(outage, spell.promised) for outage in facts.outages if outage.counts],
        maintenance=facts.maintenance,
        unknown=[Span(gap.started_at, gap.ended_at) for gap in facts.gaps],
        now=None if period.is_over(now) else now,
        part=Span(spell.start, spell.end),
    )
    return Part(spell, terms, measured)


def down(outage: Outage, promised: Promised) -> Down:
    """The outage as the arithmetic takes it; a partial one weighs what was written down, else what was agreed."""
    weight = WHOLE
    if outage.effect == Effect.DEGRADED:
        weight = Fraction(promised.promise.degraded_weight if outage.weight is None else outage.weight)
    return Down(Span(outage.started_at, outage.ended_at), weight)
