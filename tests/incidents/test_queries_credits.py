"""What a month is worth: by the rule of each revision, live and certified; and who sees the credits."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation

from incidents.models import Credit
from incidents.queries import availability
from incidents.queries.credits import (
    Due,
    closing,
    is_claimable,
    is_too_late,
    live,
    moves_for,
    reading,
    sentences_of,
    visible_to,
    written,
)
from slas.models import Product, Team
from slas.models.parties import Visibility
from tests.factories import House
from tests.incidents.shop import BERLIN, DAY, FOURTH_OF_JULY, HOUR, JUNE, MID_JUNE, Shop, build_shop, followed_by
from tests.incidents.test_actions_certificates_signing import people

NOTHING: dict[str, object] = {"per": None, "percent": None, "reading": ""}
STARTED: dict[str, object] = {**NOTHING, "kind": "started_units", "unit": HOUR / 2, "denominator": 30}
TABLE = [
    {"upper": Decimal(99), "percent": Decimal(30)},
    {"lower": Decimal(99), "lower_inclusive": True, "upper": Decimal("99.9"), "percent": Decimal(10)},
]


@pytest.fixture
def shop(house: House) -> Shop:
    return build_shop(house)


def due(shop: Shop, now: datetime = FOURTH_OF_JULY, month: date = JUNE) -> Due | None:
    found = availability.of_month(shop.product, month, now=now, agreement=shop.agreement)
    assert found is not None
    return live(found)


def amount(house: House, slug: str, hours: int = 3, **promised: object) -> Decimal | None:
    shop = build_shop(house, slug=slug, **promised)  # type: ignore[arg-type]  # as a shop is built
    shop.down(length=hours * HOUR)
    found = due(shop)
    assert found is not None
    return found.amount


def test_each_kind_of_rule_is_reckoned(house: House) -> None:
    """Three hours of June: 99.583 %, 0.316 points below the target, 2 h 16 min 48 s beyond what is allowed."""
    found = {
        "steps": amount(house, "steps"),
        "in proportion": amount(house, "proportion", credits={"reading": "pro_rata"}),
        "table": amount(house, "table", credits={**NOTHING, "kind": "bands"}, bands=TABLE),
        "linear": amount(house, "linear", credits={**NOTHING, "kind": "linear"}),
        "twice": amount(house, "twice", credits={**NOTHING, "kind": "multiple_of_share", "factor": Decimal(2)}),
        "half hours beyond": amount(house, "beyond", credits={**STARTED, "counting": "excess", "rounding": "month"}),
        "all half hours": amount(house, "all", credits={**STARTED, "counting": "all", "rounding": "incident"}),
    }

    assert found == {
        "steps": Decimal("150.00"),
        "in proportion": Decimal("158.33"),
        "table": Decimal("100.00"),
        "linear": Decimal("4.17"),
        "twice": Decimal("8.33"),
        "half hours beyond": Decimal("166.67"),
        "all half hours": Decimal("200.00"),
    }


def test_a_cap_is_the_most_that_a_month_is_worth(house: House) -> None:
    assert amount(house, "capped", hours=72) == Decimal("500.00")


def test_without_a_promise_of_credits_there_is_no_sum(house: House) -> None:
    assert due(build_shop(house, credits=None)) is None


def test_a_running_month_is_worth_what_happened_so_far(shop: Shop) -> None:
    shop.down(datetime(2026, 7, 2, 10, tzinfo=BERLIN))
    july = date(2026, 7, 1)

    found = due(shop, month=july)

    assert found is not None
    # 3 h of 744 h: 0.303 points below the target, as it will stand if nothing else happens.
    assert (found.percent, found.claim_by) == (Fraction(15), date(2026, 8, 30))


@pytest.mark.parametrize(
    ("window", "last"),
    [
        ({"claim_within": 30, "claim_days": "days"}, date(2026, 7, 30)),
        ({"claim_within": 10, "claim_days": "werktage"}, date(2026, 7, 11)),
        ({"claim_within": 10, "claim_days": "arbeitstage"}, date(2026, 7, 14)),
        ({"claim_within": None, "claim_days": ""}, None),
    ],
)
def test_the_window_begins_on_the_day_after_the_month(
    house: House, window: dict[str, object], last: date | None
) -> None:
    found = due(build_shop(house, credits=window))

    assert found is not None
    assert found.claim_by == last


def test_two_revisions_share_the_month(shop: Shop) -> None:
    shop.down()
    followed_by(shop, datetime(2026, 6, 21, tzinfo=BERLIN), credits={"monthly_fee": 4000})

    found = due(shop)

    assert found is not None
    # 3 h of 20 days are 0.625 points, 5 full steps below 99.9 %; the last third of June was kept.
    assert [(part.share, part.credit.percent if part.credit else None) for part in found.parts] == [
        (Fraction(2, 3), Fraction(25)),
        (Fraction(1, 3), Fraction(0)),
    ]
    assert (found.percent, found.amount, found.fee) == (Fraction(50, 3), Decimal("166.67"), Decimal("2000.00"))


def test_where_the_currency_changed_the_last_fee_counts(shop: Shop) -> None:
    shop.down()
    followed_by(shop, datetime(2026, 6, 16, tzinfo=BERLIN), credits={"currency": "CHF", "monthly_fee": 3000})

    found = due(shop)

    assert found is not None
    # 35 % of half a month of 3,000 CHF, not of 1,000 EUR.
    assert (found.currency, found.fee, found.amount) == ("CHF", Decimal("3000.00"), Decimal("525.00"))


def test_a_certified_credit_is_plain_and_can_be_read_again(shop: Shop) -> None:
    shop.down()
    plain = written(due(shop))
    assert plain is not None

    assert (plain["percent"], plain["amount"], plain["claim_by"]) == ("15", "150.00", "2026-07-30")
    assert reading(plain) == ["5 % of the fee for every full 0.1 percentage points below the target."]
    with translation.override("de"):
        assert "0,1" in reading(plain)[0]
    # A month of three parts says the same rule once.
    assert len(sentences_of({"parts": plain["parts"] * 3})) == 1
    assert (written(None), reading(None)) == (None, [])


def proposed(shop: Shop) -> Credit:
    shop.down()
    shop.certified()
    return shop.credit()


def test_a_window_closes_where_the_agreement_lives(house: House) -> None:
    """Noon of 31 July in Kiritimati is still the 30th in Berlin."""
    shop = build_shop(house, zone="Pacific/Kiritimati")
    credit = proposed(shop)
    moment = datetime(2026, 7, 30, 12, tzinfo=BERLIN)

    assert (credit.claim_by, is_too_late(credit, moment), is_claimable(credit, moment)) == (
        date(2026, 7, 30), True, False,
    )  # fmt: skip
    assert not is_too_late(credit, moment - DAY)


def test_windows_that_close_within_a_week_are_looked_at(shop: Shop) -> None:
    credit = proposed(shop)

    assert closing(datetime(2026, 7, 15, tzinfo=BERLIN)) == []
    assert closing(datetime(2026, 7, 23, tzinfo=BERLIN)) == closing(datetime(2026, 9, 1, tzinfo=BERLIN)) == [credit]


@pytest.mark.parametrize("visibility", list(Visibility))
def test_who_sees_a_credit(shop: Shop, visibility: Visibility) -> None:
    credit = proposed(shop)
    Product.objects.filter(pk=shop.product.pk).update(visible_to=visibility)
    shop.product.stakeholders.add(shop.house.stella)

    found = {name for name, person in people(shop.house).items() if credit in visible_to(person)}

    own = {"vera", "holger", "doris", "jana", "timo", "mira", "olaf", "stella", "anton", "adam"}
    assert found == (own if visibility == Visibility.STAKEHOLDERS else own | {"rita", "ida", "outsider"})


def test_an_auditor_may_nothing_wherever_they_belong(shop: Shop) -> None:
    credit, anton = proposed(shop), shop.house.anton
    shop.product.deputies.add(anton)
    Team.objects.filter(pk=shop.house.team.pk).update(lead=anton)

    assert moves_for(anton, credit, MID_JUNE) == []
