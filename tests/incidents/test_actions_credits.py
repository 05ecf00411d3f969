"""Credits: proposed without being asked, then each step by another hand, and never again once decided."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from incidents.actions import credits
from incidents.lifecycle import CREDIT_MOVES
from incidents.models import Credit, CreditEvent
from incidents.queries.credits import moves_for, waiting_for
from incidents.rules import desk_of
from slas.errors import Refused
from slas.models import User
from tests.factories import House
from tests.incidents.acting import letters
from tests.incidents.shop import BERLIN, DAY, FOURTH_OF_JULY, MID_JUNE, Shop, build_shop
from tests.incidents.test_actions_certificates_signing import people

LAST_DAY = datetime(2026, 7, 30, 23, 59, 59, tzinfo=BERLIN)
LATER = FOURTH_OF_JULY + DAY
MAY = {
    "claim": {"mira", "olaf", "adam"},
    "grant": {"holger", "doris", "adam"},
    "decline": {"holger", "doris", "adam"},
    "settle": {"vera", "holger", "adam"},
}


@pytest.fixture
def shop(house: House) -> Shop:
    """A shop whose June is broken and certified: 150 EUR are proposed."""
    shop = build_shop(house)
    shop.down()
    shop.certified()
    return shop


def move(credit: Credit, name: str, by: User, now: datetime = LATER) -> Credit:
    words = {"reason": "It was the customer's line."} if name == "decline" else {}
    found: Credit = getattr(credits, name)(credit, by=by, now=now, **words)
    return found


def brought_to(shop: Shop, state: str) -> Credit:
    """The credit of June in a state, the ordinary way: Mira claims, Holger decides, Vera settles."""
    house, credit = shop.house, shop.credit()
    if state == "expired":
        credits.credit_round(LAST_DAY + DAY)
        return shop.credit()
    ways = {"proposed": [], "claimed": ["claim"], "granted": ["claim", "grant"], "declined": ["claim", "decline"],
            "settled": ["claim", "grant", "settle"]}  # fmt: skip
    hands = {"claim": house.mira, "grant": house.holger, "decline": house.holger, "settle": house.vera}
    for name in ways[state]:
        move(credit, name, hands[name])
    return shop.credit()


def story() -> list[tuple[str, str, str]]:
    rows = CreditEvent.objects.select_related("actor").order_by("pk")
    return [(row.kind, row.actor.username if row.actor else "", row.facts["amount"]) for row in rows]


def test_a_broken_month_is_proposed_with_its_window(shop: Shop) -> None:
    credit = shop.credit()

    assert (credit.state, credit.percent, credit.amount, credit.fee, credit.currency) == (
        "proposed", "15", Decimal("150.00"), Decimal("1000.00"), "EUR",
    )  # fmt: skip
    assert (str(credit.month), str(credit.claim_by), credit.proposed_at) == ("2026-06-01", "2026-07-30", FOURTH_OF_JULY)
    assert story() == [("proposed", "", "150.00")]


def test_from_the_proposal_to_the_money(shop: Shop) -> None:
    credit = brought_to(shop, "settled")

    assert (credit.claimed_by, credit.decided_by, credit.settled_by) == (
        shop.house.mira, shop.house.holger, shop.house.vera,
    )  # fmt: skip
    assert story() == [
        ("proposed", "", "150.00"), ("claimed", "mira", "150.00"), ("granted", "holger", "150.00"),
        ("settled", "vera", "150.00"),
    ]  # fmt: skip
    assert letters()[-2:] == [("credit_claimed", "holger"), ("credit_decided", "mira")]


@pytest.mark.parametrize("name", MAY)
def test_who_may_make_a_move(shop: Shop, name: str) -> None:
    state = next(iter(CREDIT_MOVES[name][0]))
    credit, allowed = brought_to(shop, state), set()
    for username, person in people(shop.house).items():
        try:
            credits.demand(person, name, credit)
        except PermissionDenied:
            with pytest.raises(PermissionDenied):
                move(credit, name, person)
            continue
        allowed.add(username)

    assert allowed == MAY[name]


@pytest.mark.parametrize("state", ["proposed", "claimed", "granted", "declined", "expired", "settled"])
@pytest.mark.parametrize("name", MAY)
def test_a_move_is_possible_from_its_states_alone(shop: Shop, name: str, state: str) -> None:
    credit, adam = brought_to(shop, state), shop.house.adam
    sources, target = CREDIT_MOVES[name]
    before = len(story())

    if state in sources:
        assert move(credit, name, adam).state == target
        assert len(story()) == before + 1
    elif state == target:
        # Saying it again is no error and leaves nothing.
        assert move(credit, name, adam).state == state
        assert len(story()) == before
    else:
        with pytest.raises(Refused, match=f"This credit is {state}"):
            move(credit, name, adam)


@pytest.mark.parametrize("name", ["grant", "decline"])
def test_who_claimed_does_not_decide(shop: Shop, name: str) -> None:
    credit = move(shop.credit(), "claim", shop.house.adam)

    with pytest.raises(Refused, match="Somebody else"):
        move(credit, name, shop.house.adam)
    assert name not in moves_for(shop.house.adam, shop.credit(), LATER)


def test_who_decided_does_not_settle(shop: Shop) -> None:
    credit = brought_to(shop, "granted")

    with pytest.raises(Refused, match="Somebody else"):
        move(credit, "settle", shop.house.holger)


def test_declining_needs_a_reason(shop: Shop) -> None:
    credit = brought_to(shop, "claimed")

    with pytest.raises(Refused, match="Say why"):
        credits.decline(credit, by=shop.house.holger, now=LATER, reason="  ")

    assert brought_to(shop, "proposed").state == "claimed"


def test_the_window_ends_with_the_last_day_where_the_agreement_lives(shop: Shop) -> None:
    """One second to midnight in Berlin is still the last day, although it is another day in Auckland."""
    credit, mira = shop.credit(), shop.house.mira
    midnight = datetime(2026, 7, 31, tzinfo=BERLIN)
    with pytest.raises(Refused, match="last day"):
        move(credit, "claim", mira, midnight)
    assert moves_for(mira, credit, midnight) == []

    assert move(credit, "claim", mira, LAST_DAY).state == "claimed"


def test_a_credit_without_a_window_can_always_be_claimed(house: House) -> None:
    shop = build_shop(house, credits={"claim_within": None, "claim_days": ""})
    shop.down()
    shop.certified()

    assert move(shop.credit(), "claim", house.mira, datetime(2030, 1, 1, tzinfo=UTC)).claim_by is None


@pytest.mark.parametrize("state", ["proposed", "claimed"])
def test_an_open_credit_follows_its_correction(shop: Shop, state: str) -> None:
    brought_to(shop, state)
    shop.down(MID_JUNE + DAY)

    corrected = shop.certified(reason="A second outage.")

    credit = shop.credit()
    assert (credit.state, credit.percent, credit.amount, credit.certificate) == (
        state, "35", Decimal("350.00"), corrected,
    )  # fmt: skip
    assert story()[-1] == ("corrected", "", "350.00")
    assert CreditEvent.objects.latest("pk").reason == "A second outage."


@pytest.mark.parametrize("state", ["granted", "declined", "expired", "settled"])
def test_a_decided_credit_stays_what_it_is(shop: Shop, state: str) -> None:
    before = Credit.objects.filter(pk=brought_to(shop, state).pk).values().get()
    shop.down(MID_JUNE + DAY)

    shop.certified(reason="A second outage.")

    assert Credit.objects.values().get() == before


def test_a_correction_to_nothing_leaves_nothing_to_claim(shop: Shop) -> None:
    down = shop.product.outages.get()
    down.responsibility = "customer"
    down.save()

    shop.certified(reason="It was their own line.")

    credit = shop.credit()
    assert (credit.state, credit.amount, moves_for(shop.house.mira, credit, LATER)) == ("proposed", Decimal(0), [])
    with pytest.raises(Refused, match="nothing is due"):
        move(credit, "claim", shop.house.mira)


def test_a_correction_of_words_alone_leaves_no_event(shop: Shop) -> None:
    down = shop.product.outages.get()
    down.title = "Payment does not answer"
    down.save()

    corrected = shop.certified(reason="The title was wrong.")

    assert (shop.credit().certificate, len(story())) == (corrected, 1)


def test_a_gap_in_the_table_proposes_nothing(house: House) -> None:
    table = {"kind": "bands", "per": None, "percent": None, "reading": ""}
    shop = build_shop(house, credits=table, bands=[{"upper": Decimal(99), "percent": Decimal(10)}])
    shop.down()

    row = shop.certified()

    assert (row.figures["kept"], row.figures["credit"]["percent"], Credit.objects.count()) == (False, None, 0)


def test_departments_credit_each_other_points(house: House) -> None:
    shop = build_shop(house, credits={"currency": "points", "monthly_fee": 100})
    shop.down()
    shop.certified()

    assert (shop.credit().amount, shop.credit().currency) == (Decimal("15.00"), "points")


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("proposed", ["mira", "olaf"]),
        ("claimed", ["holger", "doris"]),
        ("granted", ["vera", "adam"]),
        ("declined", []),
        ("expired", []),
        ("settled", []),
    ],
)
def test_what_waits_for_whom(shop: Shop, state: str, names: list[str]) -> None:
    brought_to(shop, state)

    found = [
        name
        for name, person in people(shop.house).items()
        if waiting_for(desk_of(person), FOURTH_OF_JULY.date()).exists()
    ]

    assert found == names


def test_a_closed_window_asks_nobody_any_more(shop: Shop) -> None:
    assert not waiting_for(desk_of(shop.house.mira), LAST_DAY.date() + DAY).exists()
