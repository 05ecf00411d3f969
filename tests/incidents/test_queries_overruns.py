"""What longer work costs: of what is left of the month, and in credits."""

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

import pytest
import time_machine
from django.test import Client

from incidents.actions import maintenance
from incidents.models import Maintenance
from incidents.queries.overruns import Outlook, Overrun, outlooks
from slas.clock import Span
from tests.factories import House
from tests.incidents.shop import FOURTH_OF_JULY, Shop, build_shop
from tests.incidents.views.reading import signed_in, words

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
START = FOURTH_OF_JULY + 10 * 24 * HOUR
ALLOWED = Fraction(744 * 3600, 1000)  # of July at 99.9 percent, in seconds: 44 min 38.4 s


@pytest.fixture
def _july() -> Iterator[None]:
    with time_machine.travel(FOURTH_OF_JULY, tick=False):
        yield


@pytest.fixture
def shop(house: House) -> Shop:
    return build_shop(house)


def window(shop: Shop) -> Maintenance:
    return maintenance.plan_and_announce(
        [shop.product], by=shop.house.jana, now=FOURTH_OF_JULY, title="Move", reason="New rack",
        window=Span(START, START + HOUR),
    )  # fmt: skip


def told(outlook: Outlook) -> list[tuple[timedelta, Fraction, str | None]]:
    """Length, what is left, and the amount of the credit."""
    return [(one.length, one.left, str(one.due.amount) if one.due else None) for one in outlook.overruns]


def test_each_length_takes_of_the_month_and_breaks_it_with_a_credit(shop: Shop) -> None:
    (outlook,) = outlooks(window(shop), [shop.product], now=FOURTH_OF_JULY)

    assert (outlook.product, outlook.period.from_on.month, outlook.left) == (shop.product, 7, ALLOWED)
    assert told(outlook) == [
        (30 * MINUTE, ALLOWED - 1800, "0.00"),
        (HOUR, ALLOWED - 3600, "0.00"),  # less than a full 0.1 points below the target
        (2 * HOUR, ALLOWED - 7200, "50.00"),
    ]
    assert [one.over for one in outlook.overruns] == [0, 3600 - ALLOWED, 7200 - ALLOWED]


def test_what_happened_already_is_gone(shop: Shop) -> None:
    shop.down(FOURTH_OF_JULY - 2 * HOUR, 30 * MINUTE)

    (outlook,) = outlooks(window(shop), [shop.product], now=FOURTH_OF_JULY)

    assert (outlook.left, outlook.overruns[0].left) == (ALLOWED - 1800, ALLOWED - 3600)


def test_nothing_promised_has_no_outlook(house: House, shop: Shop) -> None:
    row = maintenance.plan_and_announce(
        [house.product],
        by=house.jana,
        now=FOURTH_OF_JULY,
        title="Move",
        reason="Rack",
        window=Span(START, START + HOUR),
    )

    assert outlooks(row, [house.product], now=FOURTH_OF_JULY) == []


def test_without_credits_only_time_is_told(house: House) -> None:
    plain = build_shop(house, slug="plain", credits=None)

    (outlook,) = outlooks(window(plain), [plain.product], now=FOURTH_OF_JULY)

    assert outlook.overruns[0] == Overrun(30 * MINUTE, ALLOWED - 1800, None)


def test_a_window_over_the_end_of_the_month_is_told_by_the_month_it_ends_in(shop: Shop) -> None:
    last = START.replace(month=7, day=31, hour=20, minute=0)  # 22:00 in Berlin
    row = maintenance.plan_and_announce(
        [shop.product], by=shop.house.jana, now=FOURTH_OF_JULY, title="Move", reason="Rack",
        window=Span(last, last + 90 * MINUTE),
    )  # fmt: skip

    (outlook,) = outlooks(row, [shop.product], now=FOURTH_OF_JULY)

    # Half an hour fits into July; of two hours the rest lies in August.
    assert outlook.period.from_on.month == 7
    assert [ALLOWED - one.left for one in outlook.overruns] == [1800, 1800, 1800]


@pytest.mark.usefixtures("_july")
def test_the_page_says_it_while_it_can_still_take_longer(shop: Shop) -> None:
    client: Client = signed_in(shop.house.jana)
    address = f"/maintenance/{window(shop).pk}/"

    before = words(client, address)
    with time_machine.travel(START + 3 * HOUR, tick=False):
        after = words(client, address)

    assert "Shop July 2026 44 min 38 s 14 min 38 s broken by 15 min 21 s broken by 1 h 15 min 21 s credit" in before
    assert "If it takes longer" not in after
