"""What holds for any month, by comparison with a measurement that looks at every second."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from slas.availability import AvailabilityTerms, Maintenance, Measurement, Outage, measure
from slas.clock import ServiceHours, Span
from tests.laws import law
from tests.slas.seconds import UNITS, SlowMonth

BERLIN = "Europe/Berlin"
# Both changes of the clock, and months of 28, 29, 30 and 31 days.
MONTHS = [date(2026, 3, 1), date(2026, 10, 1), date(2026, 2, 1), date(2028, 2, 1), date(2026, 6, 1), date(2026, 12, 1)]
OPENS, CLOSES = 1, 18  # from one o'clock on, so that the clock changes within the hours
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = ServiceHours.parse(zone=BERLIN, week={day: [f"{OPENS:02}:00-{CLOSES}:00"] for day in WORKDAYS})
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@dataclass(frozen=True)
class Facts:
    """A month, its terms and what happened."""

    month: date
    terms: AvailabilityTerms
    outages: Sequence[Outage]
    maintenance: Sequence[Maintenance]
    unknown: Sequence[Span]
    now: datetime

    def measured(self) -> Measurement:
        """The measurement under test."""
        return measure(
            month=self.month, terms=self.terms, outages=self.outages, maintenance=self.maintenance,
            unknown=self.unknown, now=self.now,
        )  # fmt: skip

    def slow_month(self) -> SlowMonth:
        """The same month for the slow one."""
        opens = None if self.terms.service_hours is None else OPENS
        return SlowMonth(self.month, ZoneInfo(BERLIN), opens, CLOSES)


@st.composite
def spans(draw: st.DrawFn, month: date, longest: int, *, is_open: bool = False) -> Span:
    """A stretch of whole seconds in or around the month, by preference near its ends and the change of the clock."""
    begin = datetime(month.year, month.month, 1, tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)
    change = datetime(month.year, month.month, 29 if month.month == 3 else 25, 0, 30, tzinfo=UTC)
    around = draw(st.sampled_from([begin, change, begin + timedelta(days=31), begin + timedelta(days=14)]))
    start = around + SECOND * draw(st.integers(-40 * 3600, 40 * 3600))
    if is_open and draw(st.integers(0, 5)) == 0:
        return Span(start, None)
    return Span(start, start + SECOND * draw(st.integers(1, longest)))


@st.composite
def works(draw: st.DrawFn, month: date) -> Maintenance:
    """Planned work, announced about two days before, used as planned, shorter, longer, elsewhere or not at all."""
    planned = draw(spans(month, 8 * 3600))
    assert planned.end is not None
    notice = timedelta(hours=48) + SECOND * draw(st.sampled_from([-1, 0, 1, 3600]))
    shift = [SECOND * draw(st.integers(-3 * 3600, 3 * 3600)) for _ in range(2)]
    start, end = planned.start + shift[0], max(planned.end + shift[1], planned.start + shift[0] + SECOND)
    used = draw(st.sampled_from([planned, planned, Span(start, end), Span(start, None), None]))
    return Maintenance(planned, planned.start - notice, used, draw(st.integers(0, 5)) == 0)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Any month with any terms and a few of everything."""
    month = draw(st.sampled_from(MONTHS))
    target = draw(st.sampled_from([Decimal("99.9"), Decimal("99.5"), Decimal(95), Decimal(100)]))
    terms = AvailabilityTerms(
        target=target,
        zone=BERLIN,
        service_hours=draw(st.sampled_from([None, OFFICE])),
        maintenance=draw(st.sampled_from(["exclude", "count_as_up", "count_as_down"])),
        notice=timedelta(hours=48),
        monthly_cap=draw(st.sampled_from([None, timedelta(0), HOUR, 6 * HOUR])),
        ignore_up_to=draw(st.sampled_from([timedelta(0), timedelta(minutes=3), HOUR])),
        whole_minutes=draw(st.booleans()),
        boundary=draw(st.sampled_from(["kept"] if target == 100 else ["kept", "broken"])),
    )
    weights = st.integers(0, UNITS).map(lambda eighths: Fraction(eighths, UNITS))
    outages = draw(st.lists(st.builds(Outage, spans(month, 30 * 3600, is_open=True), weights), max_size=6))
    maintenance = draw(st.lists(works(month), max_size=4))
    unknown = draw(st.lists(spans(month, 40 * 3600, is_open=True), max_size=3))
    now = draw(spans(month, 1).map(lambda span: span.start))
    return Facts(month, terms, outages, maintenance, unknown, now)


@law
@given(facts())
def test_every_second_is_what_the_slow_measurement_makes_of_it(given_facts: Facts) -> None:
    measured, month = given_facts.measured(), given_facts.slow_month()
    slow = month.measure(
        given_facts.terms, given_facts.outages, given_facts.maintenance, given_facts.unknown, given_facts.now
    )

    told = [segment.state for segment in measured.segments for _ in range(_seconds(segment.start, segment.end))]
    assert told == slow.states
    assert (measured.agreed, measured.excluded, measured.down, measured.unknown) == (
        slow.agreed, slow.excluded, slow.down, slow.unknown,
    )  # fmt: skip


@law
@given(facts())
def test_the_verdict_follows_from_the_sums(given_facts: Facts) -> None:
    measured, terms = given_facts.measured(), given_facts.terms
    known = measured.agreed - (measured.excluded if terms.maintenance == "exclude" else 0) - measured.unknown

    assert measured.allowed == known * (1 - Fraction(terms.target) / 100)
    if not known:
        assert (measured.availability, measured.kept) == (None, None)
        return
    assert measured.availability == 100 * (1 - measured.down / known)
    is_equal = measured.down == measured.allowed
    assert measured.kept == (terms.boundary == "kept" if is_equal else measured.down < measured.allowed)
    if measured.budget_used is not None:
        assert measured.budget_used == 100 * measured.down / measured.allowed


@law
@given(facts())
def test_the_month_is_told_from_end_to_end_and_its_incidents_are_its_time_down(given_facts: Facts) -> None:
    measured = given_facts.measured()

    assert (measured.segments[0].start, measured.segments[-1].end) == (measured.period.start, measured.period.end)
    assert all(one.end == other.start for one, other in pairwise(measured.segments))
    assert sum((incident.down for incident in measured.incidents), Fraction()) == measured.down
    told = sum(
        (_seconds(one.start, one.end) * one.weight for one in measured.segments if one.state == "down"), Fraction()
    )
    assert told == measured.down


@law
@given(facts(), st.integers(0, 5))
def test_an_outage_told_twice_or_in_two_halves_counts_once(given_facts: Facts, which: int) -> None:
    if which >= len(given_facts.outages):
        return
    outage = given_facts.outages[which]
    middle = outage.span.start + SECOND
    halves = [
        Outage(Span(outage.span.start, middle), outage.weight),
        Outage(Span(middle, outage.span.end), outage.weight),
    ]
    again = Facts(**vars(given_facts) | {"outages": [*given_facts.outages, outage, *halves]})

    assert _sums(again.measured()) == _sums(given_facts.measured())


def _sums(measured: Measurement) -> tuple[object, ...]:
    return measured.agreed, measured.excluded, measured.down, measured.unknown, measured.kept


def _seconds(start: datetime, end: datetime) -> int:
    return (end - start) // SECOND
