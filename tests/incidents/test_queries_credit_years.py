"""A year of credits beside the annual fee, and the right to leave after months of broken promises."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from pytest_django import DjangoAssertNumQueries

from incidents.actions import credits
from incidents.models import Credit
from incidents.queries.credit_years import CreditYear, year
from incidents.queries.exits import exit_reason
from tests.factories import House
from tests.incidents.shop import BERLIN, DAY, FOURTH_OF_JULY, HOUR, JUNE, Shop, build_shop, followed_by

NOON = {month: datetime(2026, month, 15, 10, tzinfo=BERLIN) for month in range(1, 13)}


@pytest.fixture
def shop(house: House) -> Shop:
    return build_shop(house, relation="external")


def of_2026(shop: Shop) -> CreditYear:
    found = year(shop.agreement, 2026, now=FOURTH_OF_JULY)
    assert found is not None
    return found


def broken(shop: Shop, *months: int) -> None:
    """Months with three hours down, certified in July: 150 EUR each."""
    for month in months:
        shop.down(NOON[month])
        shop.certified(month=date(2026, month, 1))


def test_a_year_is_its_months_with_their_sum(shop: Shop) -> None:
    broken(shop, 5, 6)
    credits.claim(Credit.objects.get(month=JUNE), by=shop.house.mira, now=FOURTH_OF_JULY)
    credits.grant(Credit.objects.get(month=JUNE), by=shop.house.holger, now=FOURTH_OF_JULY)

    found = of_2026(shop)

    assert [(row.month.period.from_on.month, row.is_provisional) for row in found.months] == [
        (1, True), (2, True), (3, True), (4, True), (5, False), (6, False), (7, True),
    ]  # fmt: skip
    assert (found.annual_fee, found.line, found.currency) == (Decimal(12000), Decimal("600.00"), "EUR")
    assert (found.granted, found.open, found.total) == (Decimal(150), Decimal(150), Decimal(300))
    assert (found.share, found.is_above, found.is_external) == (Fraction(1, 40), False, True)


def test_exactly_at_the_line_is_not_above_it(shop: Shop) -> None:
    broken(shop, 1, 2, 3, 4)
    assert (of_2026(shop).total, of_2026(shop).is_above) == (Decimal(600), False)

    broken(shop, 5)

    assert of_2026(shop).is_above


def test_declined_and_expired_credits_are_in_no_sum(shop: Shop) -> None:
    broken(shop, 5, 6)
    credits.credit_round(datetime(2026, 7, 20, tzinfo=UTC))  # the window of May closed in June
    claimed = credits.claim(Credit.objects.get(month=JUNE), by=shop.house.mira, now=FOURTH_OF_JULY)
    credits.decline(claimed, by=shop.house.holger, now=FOURTH_OF_JULY, reason="No.")

    assert of_2026(shop).total == 0


def test_the_fee_of_a_year_follows_the_revisions(shop: Shop) -> None:
    followed_by(shop, datetime(2026, 6, 16, tzinfo=BERLIN), credits={"monthly_fee": 2000})

    # Five months of 1,000, half a June of each, six of 2,000.
    assert of_2026(shop).annual_fee == Decimal(5 * 1000 + 1500 + 6 * 2000)


def test_another_currency_is_listed_and_not_summed(shop: Shop) -> None:
    broken(shop, 5)
    followed_by(shop, datetime(2026, 6, 1, tzinfo=BERLIN), credits={"currency": "CHF"})
    broken(shop, 6)

    found = of_2026(shop)

    assert (found.currency, found.total, found.annual_fee) == ("CHF", Decimal(150), Decimal(7000))
    assert [row.credit.currency for row in found.months if row.credit] == ["EUR", "CHF"]


def test_a_year_without_a_promise_of_credits_is_none(shop: Shop, house: House) -> None:
    assert year(shop.agreement, 2025, now=FOURTH_OF_JULY) is None
    assert year(build_shop(house, slug="store", credits=None).agreement, 2026, now=FOURTH_OF_JULY) is None


def test_a_year_costs_a_fixed_number_of_queries(shop: Shop, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    broken(shop, 5, 6)
    shop.agreement.refresh_from_db()
    assert shop.agreement.product

    with django_assert_num_queries(7):  # revisions, outages, gaps, maintenance, the promise, certificates, credits
        assert len(of_2026(shop).months) == 7


class TestExit:
    """The right to leave."""

    def chronic(self, house: House, **right: object) -> Shop:
        """A shop whose customer may leave under these conditions."""
        return build_shop(house, credits=right)

    @pytest.mark.parametrize(
        ("months", "reason"), [((5, 6), None), ((4, 5, 6), "in_a_row"), ((3, 4, 6), None), ((3, 4, 5), None)]
    )
    def test_broken_months_in_a_row(self, house: House, months: tuple[int, ...], reason: str | None) -> None:
        shop = self.chronic(house, in_a_row=3)
        for month in months:
            shop.down(NOON[month])

        assert exit_reason(shop.agreement, JUNE, now=FOURTH_OF_JULY) == reason

    def test_broken_months_of_twelve(self, house: House) -> None:
        shop = self.chronic(house, of_twelve=3)
        for month in (1, 3, 6):
            shop.down(NOON[month])

        assert exit_reason(shop.agreement, JUNE, now=FOURTH_OF_JULY) == "of_twelve"
        assert exit_reason(shop.agreement, date(2026, 5, 1), now=FOURTH_OF_JULY) is None

    def test_a_month_below_the_floor(self, house: House) -> None:
        shop = self.chronic(house, floor=Decimal("99.5"))
        shop.down(length=4 * HOUR)

        assert exit_reason(shop.agreement, JUNE, now=FOURTH_OF_JULY) == "below_floor"

    def test_what_is_certified_counts_as_it_was_certified(self, house: House) -> None:
        shop = self.chronic(house, in_a_row=1)
        shop.certified()
        shop.down()
        assert exit_reason(shop.agreement, JUNE, now=FOURTH_OF_JULY) is None

        shop.certified(reason="More is known.")

        assert exit_reason(shop.agreement, JUNE, now=FOURTH_OF_JULY) == "in_a_row"

    def test_a_month_that_is_not_over_gives_no_right(self, house: House) -> None:
        shop = self.chronic(house, in_a_row=1)
        shop.down(FOURTH_OF_JULY - DAY)

        assert exit_reason(shop.agreement, date(2026, 7, 1), now=FOURTH_OF_JULY) is None

    def test_without_such_a_clause_nobody_may_leave(self, shop: Shop) -> None:
        shop.down()

        assert exit_reason(shop.agreement, JUNE, now=FOURTH_OF_JULY) is None

    def test_the_letters_say_so(self, house: House) -> None:
        shop = self.chronic(house, in_a_row=1)
        shop.down()
        shop.certified()

        told = {notice.kind: notice.context["exit_reason"] for notice in house.mira.notices.order_by("pk")}
        assert told == {"certificate": "in_a_row", "credit_proposed": "in_a_row"}
