"""Months measured from the rows: by the revision in force at each instant, with what counts and nothing else."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from pytest_django import DjangoAssertNumQueries

from incidents.actions import maintenance, outages
from incidents.figures import Verdict
from incidents.queries import availability
from incidents.queries.availability import Cost, Month
from slas.availability import Whole
from slas.clock import Span
from slas.models import Product
from tests.factories import CalendarRevisionFactory, House
from tests.incidents.months import HOUR, MINUTE, MONTH, NOVEMBER, NOW, gap, outage, promised, proposal, shop
from tests.incidents.windows import announced

DAY = timedelta(days=1)
ALLOWED = Fraction(12_960)  # 0.5 % of 720 hours in seconds


@pytest.fixture
def product(house: House) -> Product:
    return shop(house)


def november(product: Product) -> Month:
    """The running month of this product."""
    return availability.of_products([product], now=NOW)[product.pk][-1]


def whole(product: Product) -> Whole:
    """Its figures."""
    found = november(product).whole
    assert found is not None
    return found


def test_a_month_without_an_outage_is_kept_and_its_budget_whole(house: House, product: Product) -> None:
    promised(house, product)

    found = whole(product)

    assert (found.agreed, found.down, found.allowed, found.availability) == (MONTH.total_seconds(), 0, ALLOWED, 100)
    assert (found.kept, found.budget_used, found.coverage, found.is_final) == (True, 0, 100, False)
    assert november(product).verdict == Verdict.KEPT


def test_only_what_is_confirmed_and_the_providers_doing_counts(house: House, product: Product) -> None:
    promised(house, product)
    outage(house, product, start=NOVEMBER + DAY, length=HOUR)
    outage(house, product, start=NOVEMBER + 2 * DAY, responsibility="customer")
    outage(house, product, start=NOVEMBER + 3 * DAY, responsibility="outside")
    proposal(product, start=NOVEMBER + 4 * DAY)
    outages.dismiss(proposal(product, start=NOVEMBER + 5 * DAY), by=house.jana, now=NOW, reason="A test")

    assert whole(product).down == 3600


def test_part_of_a_product_weighs_what_was_written_down_else_what_was_agreed(house: House, product: Product) -> None:
    promised(house, product, degraded_weight=Decimal("0.25"))
    outage(house, product, start=NOVEMBER + DAY, effect="degraded")
    outage(house, product, start=NOVEMBER + 2 * DAY, effect="degraded", weight=Decimal("0.5"))

    assert whole(product).down == Fraction(3600, 4) + Fraction(3600, 2)


def test_what_still_goes_on_counts_until_now(house: House, product: Product) -> None:
    promised(house, product)
    outage(house, product, start=NOW - 10 * MINUTE, length=None)

    assert whole(product).down == 600


def test_time_without_data_is_neither_and_a_withdrawn_gap_is_none(house: House, product: Product) -> None:
    promised(house, product)
    gap(product, start=NOVEMBER, length=10 * DAY)
    outages.withdraw_gap(gap(product, start=NOVEMBER + 12 * DAY, length=DAY), by=house.jana, now=NOW)

    found = whole(product)

    assert (found.unknown, found.allowed) == (864_000, ALLOWED * 2 / 3)
    assert found.coverage == 100 * (1 - Fraction(10 * DAY // MINUTE, (NOW - NOVEMBER) // MINUTE))


def test_nothing_known_is_no_verdict(house: House, product: Product) -> None:
    promised(house, product)
    gap(product, start=NOVEMBER - 40 * DAY, length=None)

    october = availability.of_products([product], now=NOW, months=2)[product.pk][0]

    assert october.whole is not None
    assert (october.whole.availability, october.whole.kept, october.verdict) == (None, None, Verdict.TOO_FEW)


def test_each_revision_answers_for_its_own_part(house: House, product: Product) -> None:
    """15 days at 99.5 % with two hours down are broken; 15 days at 90 % with two hours down are kept."""
    first = promised(house, product)
    first.in_force_to = NOVEMBER + 15 * DAY
    first.save(update_fields=["in_force_to"])
    second = promised(house, product, target="90", since=NOVEMBER + 15 * DAY, number=2)
    outage(house, product, start=NOVEMBER + 15 * DAY - 2 * HOUR, length=4 * HOUR)

    month = november(product)

    assert [(part.spell.revision, part.measured.down, part.measured.kept) for part in month.parts] == [
        (first, 7200, False),
        (second, 7200, True),
    ]
    found = whole(product)
    assert (found.agreed, found.down, found.kept, found.target) == (MONTH.total_seconds(), 14_400, False, None)
    assert found.allowed == Fraction(15 * 86_400, 200) + Fraction(15 * 86_400, 10)
    assert month.verdict == Verdict.BROKEN


def test_a_month_begins_with_its_agreement(house: House, product: Product) -> None:
    promised(house, product, since=NOVEMBER + 10 * DAY)
    outage(house, product, start=NOVEMBER + 9 * DAY)

    found = whole(product)

    assert (found.agreed, found.down) == (20 * 86_400, 0)
    assert (found.period.start, found.period.end) == (NOVEMBER + 10 * DAY, NOVEMBER + 30 * DAY)


def test_other_hours_count_from_their_own_day(house: House, product: Product) -> None:
    """Monday 2 November 8:00-18:00 is agreed time; from the 15th on the office is open for one hour a week."""
    promised(house, product, calendar=house.office)
    CalendarRevisionFactory(calendar=house.office, in_force_from=NOVEMBER + 14 * DAY, week={"mon": ["08:00-09:00"]})

    month = november(product)

    assert [part.measured.agreed / 3600 for part in month.parts] == [100, 3]


def test_work_that_was_announced_and_used_shields_what_happens_in_it(house: House, product: Product) -> None:
    promised(house, product, notice=2 * HOUR, monthly_cap=3 * HOUR)
    window = Span(NOVEMBER + DAY, NOVEMBER + DAY + 4 * HOUR)
    work = announced(product, by=house.jana, window=window, now=NOVEMBER)
    maintenance.begin(work, by=house.jana, now=window.start)
    maintenance.end(work, by=house.jana, now=NOVEMBER + DAY + 4 * HOUR)
    outage(house, product, start=NOVEMBER + DAY, length=4 * HOUR)

    found = whole(product)

    assert (found.excluded, found.down) == (3 * 3600, 3600)  # the cap shields three of the four hours


def test_a_cap_is_one_for_the_whole_month(house: House, product: Product) -> None:
    first = promised(house, product, monthly_cap=3 * HOUR)
    first.in_force_to = NOVEMBER + 15 * DAY
    first.save(update_fields=["in_force_to"])
    promised(house, product, since=NOVEMBER + 15 * DAY, number=2, monthly_cap=3 * HOUR)
    for day in (1, 17):
        window = Span(NOVEMBER + day * DAY, NOVEMBER + day * DAY + 2 * HOUR)
        work = announced(product, by=house.jana, window=window, now=NOVEMBER)
        maintenance.begin(work, by=house.jana, now=window.start)
        maintenance.end(work, by=house.jana, now=window.start + 2 * HOUR)

    assert [part.measured.excluded for part in november(product).parts] == [7200, 3600]


def test_what_an_outage_costs_of_each_month_it_lies_in(house: House, product: Product) -> None:
    promised(house, product)
    outage(house, product, start=NOVEMBER + DAY)
    row = proposal(product, start=NOVEMBER - HOUR, length=3 * HOUR)

    costs = availability.costs(row, [product], now=NOW)

    october, running = costs
    assert (october.period.from_on.month, october.down, october.left) == (10, 3600, october.allowed - 3600)
    assert running == Cost(product, running.period, Fraction(7200), ALLOWED, ALLOWED - 7200 - 3600)


def test_outages_at_once_count_once(house: House, product: Product) -> None:
    promised(house, product)
    outage(house, product, start=NOVEMBER + DAY, length=2 * HOUR)
    row = outage(house, product, start=NOVEMBER + DAY + HOUR, length=2 * HOUR)

    (cost,) = availability.costs(row, [product], now=NOW)

    assert (cost.down, whole(product).down) == (3600, 3 * 3600)


def test_a_product_without_a_promise_has_no_month(house: House, product: Product) -> None:
    assert availability.of_products([product, house.product], now=NOW) == {}
    assert availability.costs(outage(house, product, start=NOW - HOUR), [product], now=NOW) == []


@pytest.mark.parametrize("count", [1, 3])
def test_many_products_cost_as_many_questions_as_one(
    house: House, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    products = [shop(house, f"shop-{number}") for number in range(count)]
    for one in products:
        promised(house, one, calendar=house.office)
        outage(house, one, start=NOVEMBER + DAY)

    with django_assert_num_queries(5):
        found = availability.of_products(products, now=NOW, months=12)

    assert [len(months) for months in found.values()] == [12] * count
