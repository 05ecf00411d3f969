"""Whatever happens in a month: measured again from its own evidence, it comes to the same figures (I11)."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from incidents import figures as periods
from incidents.models import DataGap, Outage
from incidents.models.outages import Effect, Standing
from incidents.queries.availability import Facts, Month, Part
from incidents.queries.evidence import evidence_of, figures_of
from slas.availability import measure
from slas.availability.evidence import measured_again
from slas.availability.records import figures, fingerprint
from slas.clock import Span
from slas.models import Agreement, AvailabilityPromise, Calendar, CalendarRevision, Product, Revision
from slas.queries.availability import Promised
from slas.queries.spells import Spell
from tests.laws import law
from tests.slas.test_availability_laws import BERLIN, CLOSES, OPENS, WORKDAYS
from tests.slas.test_availability_laws import Facts as Drawn
from tests.slas.test_availability_laws import facts as drawn

WEEK = {day: [f"{OPENS:02}:00-{CLOSES}:00"] for day in WORKDAYS}
OFFICE = CalendarRevision(calendar=Calendar(name="Office"), number=1, zone=BERLIN, week=WEEK)
HOUR = timedelta(hours=1)


def month_of(happened: Drawn, cut: timedelta) -> Month:
    """The drawn month with rows nobody saved; another revision answers for it from a moment on."""
    period = periods.month_of(happened.month, BERLIN)
    change = min(period.start + cut, period.end - HOUR)
    spans = [(period.start, change), (change, period.end)]
    facts = Facts(
        [_outage(one.span, one.weight) for one in happened.outages],
        [DataGap(started_at=one.start, ended_at=one.end, reason="Silence") for one in happened.unknown],
        happened.maintenance,
    )
    return Month(
        product=Product(slug="shop"),
        period=period,
        is_over=True,
        parts=tuple(_part(happened, number, *span) for number, span in enumerate(spans, 1)),
        facts=facts,
    )


def _outage(span: Span, weight: Fraction) -> Outage:
    is_whole = weight == 1
    return Outage(
        title="Shop is down",
        started_at=span.start,
        ended_at=span.end,
        effect=Effect.FULL if is_whole else Effect.DEGRADED,
        weight=None if is_whole else Decimal(weight.numerator) / Decimal(weight.denominator),
        standing=Standing.CONFIRMED,
    )


def _part(happened: Drawn, number: int, start: datetime, end: datetime) -> Part:
    terms = happened.terms
    calendar = None if terms.service_hours is None else OFFICE
    promise = AvailabilityPromise(target=terms.target, degraded_weight=Decimal("0.5"))
    spell = Spell(
        start, end, Revision(agreement=Agreement(slug="shop-2026"), number=number), Promised(promise, terms, calendar)
    )
    measured = measure(
        month=happened.month, terms=terms, outages=happened.outages, maintenance=happened.maintenance,
        unknown=happened.unknown, part=Span(start, end),
    )  # fmt: skip
    return Part(spell, terms, measured)


@law
@given(drawn(), st.timedeltas(min_value=HOUR, max_value=timedelta(days=27)))
def test_a_month_measured_again_from_its_evidence_is_the_same_month(happened: Drawn, cut: timedelta) -> None:
    month = month_of(happened, cut)
    evidence = json.loads(json.dumps(evidence_of(month)))

    again = measured_again(evidence)

    said = figures_of(month)
    assert month.whole is not None
    assert {name: said[name] for name in figures(again, BERLIN)} == figures(again, BERLIN)
    assert [part["down"] for part in said["parts"]] == [str(part.down) for part in again.parts]
    assert fingerprint(evidence) == fingerprint(evidence_of(month))


@law
@given(drawn(), st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=9)))
def test_what_comes_after_the_month_changes_no_evidence(happened: Drawn, later: timedelta) -> None:
    month = month_of(happened, HOUR)
    gone_on = [row for row in month.facts.outages if row.ended_at is None or row.ended_at >= month.period.end]
    before = fingerprint(evidence_of(month))

    for row in gone_on:
        row.ended_at = month.period.end + later

    assert fingerprint(evidence_of(month)) == before
