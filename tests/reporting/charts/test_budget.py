"""The error budget: a line that only falls, below zero exactly when more than the budget was used."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given

from reporting.charts.budget import BudgetChart, Point, drawn
from slas.availability import AvailabilityTerms, Maintenance, Outage, Whole, measure
from slas.clock import Span
from tests.laws import law
from tests.slas.test_availability_laws import BERLIN, Facts, facts

JUNE = date(2026, 6, 1)
HOUR = timedelta(hours=1)
# Of 720 hours, 10 % are 72 hours.
TERMS = AvailabilityTerms(target=Decimal(90), zone="UTC")


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def june(*outages: Outage, now: datetime | None = None, target: int = 90, unknown: list[Span] | None = None) -> Whole:
    terms = AvailabilityTerms(target=Decimal(target), zone="UTC")
    return measure(month=JUNE, terms=terms, outages=outages, unknown=unknown or [], now=now)


def down(start: datetime, hours: int, weight: Fraction = Fraction(1)) -> Outage:
    return Outage(Span(start, start + hours * HOUR), weight)


def places(*points: tuple[str, str]) -> list[Point]:
    return [Point(Decimal(x), Decimal(y)) for x, y in points]


def test_the_line_falls_through_each_outage_by_its_weight() -> None:
    chart = drawn(june(down(at(4), 24), down(at(16), 48, Fraction(1, 2)), now=at(22)), zone="UTC")

    # The axis reaches from 0 to 72 h in steps of 24 h.
    assert [tick.seconds // 3600 for tick in chart.ticks] == [0, 24, 48, 72]
    assert chart.above == places(
        ("0", "0"), ("10", "0"), ("13.333", "33.333"), ("50", "33.333"), ("56.667", "66.667"), ("70", "66.667")
    )
    assert (chart.below, chart.area, chart.left, chart.over) == ([], [], 24 * 3600, 0)
    assert (chart.full, chart.zero, chart.until, chart.is_cut) == (0, 100, 70, False)


def test_the_line_goes_on_below_zero_from_the_moment_it_passes() -> None:
    chart = drawn(june(down(at(4), 96), now=at(13)), zone="UTC")

    assert [tick.seconds // 3600 for tick in chart.ticks] == [-24, 0, 24, 48, 72]
    assert chart.above == places(("0", "0"), ("10", "0"), ("20", "75"))
    assert chart.below == places(("20", "75"), ("23.333", "100"), ("40", "100"))
    assert chart.area == places(("20", "75"), ("23.333", "100"), ("40", "100"), ("40", "75"))
    assert (chart.left, chart.over) == (-24 * 3600, 24 * 3600)


def test_a_line_that_falls_too_deep_leaves_the_plot() -> None:
    chart = drawn(june(down(at(1), 720), target=99), zone="UTC")

    # 7.2 h are allowed: the axis has room for three times that below zero, and 712.8 h are missing.
    assert [tick.seconds // 3600 for tick in chart.ticks] == [-24, -18, -12, -6, 0, 6, 12]
    assert chart.below == places(("1", "33.333"), ("4.333", "100"))
    assert chart.area == places(("1", "33.333"), ("4.333", "100"), ("100", "100"), ("100", "33.333"))
    assert (chart.is_cut, chart.over) == (True, 7128 * 360)


def test_where_nothing_is_allowed_every_second_is_below_zero() -> None:
    chart = drawn(june(down(at(16), 1), target=100), zone="UTC")

    assert (chart.full, chart.zero, chart.is_cut) == (0, 0, False)
    assert (chart.above, chart.below[-1]) == (places(("0", "0"), ("50", "0")), Point(Decimal(100), Decimal(100)))


def test_work_and_gaps_are_shaded_where_they_were() -> None:
    planned = Span(at(4), at(7))
    measured = measure(
        month=JUNE, terms=TERMS, outages=[], maintenance=[Maintenance(planned, at(1), planned)],
        unknown=[Span(at(16), at(19))], now=at(22),
    )  # fmt: skip

    shades = drawn(measured, zone="UTC").shades

    assert [(shade.state, shade.x, shade.width) for shade in shades] == [("maintenance", 10, 10), ("unknown", 50, 10)]


def test_the_table_tells_outages_and_gaps_in_the_order_of_time() -> None:
    chart = drawn(june(down(at(10), 2), down(at(4), 1), unknown=[Span(at(8), at(8, 10))]), zone="UTC")

    allowed = chart.measurement.allowed
    assert [(entry.start, entry.end, entry.state, entry.down, entry.left) for entry in chart.entries] == [
        (at(4), at(4, 1), "down", 3600, allowed - 3600),
        (at(8), at(8, 10), "unknown", 0, allowed - 3600),
        (at(10), at(10, 2), "down", 7200, allowed - 10_800),
    ]


def test_days_begin_in_the_zone_of_the_agreement() -> None:
    terms = AvailabilityTerms(target=Decimal(99), zone=BERLIN)
    chart = drawn(measure(month=date(2026, 10, 1), terms=terms, outages=[]), zone=BERLIN)

    assert [day.on.day for day in chart.days] == [1, 8, 15, 22, 29]
    # The day of the clock change has 25 hours: the 29th begins 673 hours after the first, of 745.
    assert [day.x for day in chart.days][::4] == [0, Decimal("90.336")]
    assert chart.month == date(2026, 10, 1)


def test_a_month_of_which_nothing_is_known_has_no_budget() -> None:
    chart = drawn(june(unknown=[Span(at(1), None)]), zone="UTC")

    assert (chart.left, chart.over, chart.zero) == (0, 0, 100)
    assert (chart.above, chart.below) == (places(("0", "100"), ("100", "100")), [])


def chart_of(given_facts: Facts) -> BudgetChart:
    return drawn(given_facts.measured(), zone=BERLIN)


@law
@given(facts())
def test_everything_stands_inside_the_plot(given_facts: Facts) -> None:
    chart = chart_of(given_facts)

    places = [*chart.above, *chart.below, *chart.area]
    assert all(0 <= place <= 100 for point in places for place in point)
    assert all(0 <= shade.x <= shade.x + shade.width <= chart.until for shade in chart.shades)
    assert all(0 <= day.x <= 100 for day in chart.days)
    assert 0 <= chart.full <= chart.zero <= 100


@law
@given(facts())
def test_the_line_only_falls_from_the_whole_budget_to_what_is_left(given_facts: Facts) -> None:
    chart = chart_of(given_facts)

    line = [*chart.above, *chart.below]
    assert all(one.x <= following.x and one.y <= following.y for one, following in pairwise(line))
    assert line[0] == Point(Decimal(0), chart.full)
    assert chart.is_cut or line[-1].x == chart.until


@law
@given(facts())
def test_the_line_is_below_zero_exactly_when_more_than_the_budget_was_used(given_facts: Facts) -> None:
    chart = chart_of(given_facts)
    measured = chart.measurement

    assert bool(chart.below) == bool(chart.area) == (measured.down > measured.allowed) == bool(chart.over)
    assert all(point.y <= chart.zero for point in chart.above)
    assert all(point.y >= chart.zero for point in chart.below)


@law
@given(facts())
def test_the_table_ends_with_what_is_left(given_facts: Facts) -> None:
    chart = chart_of(given_facts)
    measured = chart.measurement

    assert sum(entry.down for entry in chart.entries) == measured.down
    assert [measured.allowed, *(entry.left for entry in chart.entries)][-1] == chart.left
    assert all(one.end <= following.start for one, following in pairwise(chart.entries))
