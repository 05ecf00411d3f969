"""Outages: recorded, corrected, ended; proposed by monitors and decided by people; and times without data."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from incidents.actions import outages
from incidents.models import DataGap, Outage, OutageEvent
from slas.errors import Refused
from slas.models import Product
from tests.factories import House
from tests.incidents.months import HOUR, MINUTE, NOW, facts, gap, outage, proposal, shop, standing


@pytest.fixture
def product(house: House) -> Product:
    return shop(house)


def story(row: Outage) -> list[tuple[str, str, str]]:
    """What was done, by whom and why."""
    found = OutageEvent.objects.filter(outage=row).select_related("actor").order_by("pk")
    return [(event.kind, event.actor.username if event.actor else "", event.reason) for event in found]


def test_record_leaves_the_row_and_the_event_with_every_fact(house: House, product: Product) -> None:
    said = facts(product, effect="degraded", weight=Decimal("0.25"), cause="Full disk", evidence="log line 7")

    row = outages.record(said, by=house.jana, now=NOW)

    row.refresh_from_db()
    assert outages.facts_of(row) == said
    assert (row.standing, row.recorded_by, row.decided_by, row.decided_at) == ("confirmed", house.jana, house.jana, NOW)
    event = OutageEvent.objects.get(outage=row)
    assert (event.kind, event.actor, event.at) == ("recorded", house.jana, NOW)
    assert event.facts == {
        "title": "Shop is down",
        "products": ["shop"],
        "started_at": "2026-11-20T10:00:00+00:00",
        "ended_at": "2026-11-20T11:00:00+00:00",
        "effect": "degraded",
        "weight": "0.25",
        "standing": "confirmed",
        "responsibility": "provider",
        "cause": "Full disk",
        "evidence": "log line 7",
        "tickets": [],
    }


@pytest.mark.parametrize("name", ["jana", "timo", "holger", "doris", "vera", "adam"])
def test_the_providers_side_keeps_the_record(house: House, product: Product, name: str) -> None:
    assert outages.record(facts(product), by=getattr(house, name), now=NOW).pk


@pytest.mark.parametrize("name", ["mira", "olaf", "stella", "rita", "anton", "ida", "outsider"])
@pytest.mark.parametrize("deed", ["record", "change", "end", "confirm", "dismiss", "record_gap", "withdraw_gap"])
def test_others_do_not(house: House, product: Product, name: str, deed: str) -> None:
    by, row = getattr(house, name), proposal(product, length=None)
    tries = {
        "record": lambda: outages.record(facts(product), by=by, now=NOW),
        "change": lambda: outages.change(row, facts(product), by=by, now=NOW, reason="x"),
        "end": lambda: outages.end(row, by=by, now=NOW),
        "confirm": lambda: outages.confirm(row, by=by, now=NOW),
        "dismiss": lambda: outages.dismiss(row, by=by, now=NOW, reason="x"),
        "record_gap": lambda: outages.record_gap(
            product, by=by, now=NOW, started_at=NOW - HOUR, ended_at=NOW, reason="x"
        ),
        "withdraw_gap": lambda: outages.withdraw_gap(gap(product, start=NOW - HOUR), by=by, now=NOW),
    }

    with pytest.raises(PermissionDenied):
        tries[deed]()

    assert [kind for kind, _, _ in story(row)] == ["proposed"]


def test_whoever_keeps_one_product_does_not_write_about_another(house: House, product: Product) -> None:
    other = shop(house, "other")
    Product.objects.filter(pk=other.pk).update(team=house.outsider.leads.get())
    other.refresh_from_db()

    with pytest.raises(PermissionDenied):
        outages.record(replace(facts(product), products=(product, other)), by=house.jana, now=NOW)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"products": ()}, "Say which product was down."),
        ({"started_at": NOW + MINUTE, "ended_at": None}, "An outage is recorded once it has happened."),
        ({"ended_at": NOW + MINUTE}, "An outage is recorded once it has happened."),
        ({"ended_at": NOW - 2 * HOUR}, "The end has to lie after the start."),
        ({"weight": Decimal("0.5")}, "Only what works in part has a weight"),
        ({"weight": Decimal(2), "effect": "degraded"}, "less than or equal to 1"),
        ({"started_at": datetime.fromisoformat("1900-01-01T00:00+00:00")}, "between the years 1970 and 2200"),
        ({"title": ""}, "cannot be blank"),
    ],
)
def test_what_cannot_have_happened_is_refused(
    house: House, product: Product, changes: dict[str, object], sentence: str
) -> None:
    said = replace(facts(product), **changes)  # type: ignore[arg-type]  # one wrong value at a time

    with pytest.raises(Refused, match=sentence):
        outages.record(said, by=house.jana, now=NOW)

    assert not Outage.objects.exists()


def test_a_correction_keeps_what_stood_there_and_why(house: House, product: Product) -> None:
    row = outage(house, product, start=NOW - 2 * HOUR)
    longer = replace(outages.facts_of(row), ended_at=NOW - 30 * MINUTE)

    outages.change(row, longer, by=house.holger, now=NOW, reason="The log says 12:30.")
    outages.change(row, longer, by=house.holger, now=NOW, reason="Again.")

    assert story(row) == [("recorded", "jana", ""), ("changed", "holger", "The log says 12:30.")]
    ends = OutageEvent.objects.filter(outage=row).order_by("pk").values_list("facts__ended_at", flat=True)
    assert list(ends) == ["2026-11-20T11:00:00+00:00", "2026-11-20T11:30:00+00:00"]


def test_end_counts_once(house: House, product: Product) -> None:
    row = outage(house, product, start=NOW - HOUR, length=None)

    outages.end(row, by=house.jana, now=NOW)
    outages.end(row, by=house.timo, now=NOW)

    row.refresh_from_db()
    assert (row.ended_at, story(row)) == (NOW, [("recorded", "jana", ""), ("ended", "jana", "")])
    with pytest.raises(Refused, match="over already"):
        outages.end(row, by=house.jana, now=NOW, at=NOW - MINUTE)


@pytest.mark.parametrize("at", [NOW - HOUR, NOW - 2 * HOUR, NOW + MINUTE])
def test_an_end_lies_after_the_start_and_not_ahead(house: House, product: Product, at: datetime) -> None:
    row = outage(house, product, start=NOW - HOUR, length=None)

    with pytest.raises(Refused, match="The end has to lie after the start"):
        outages.end(row, by=house.jana, now=NOW, at=at)


def test_a_proposal_is_confirmed_as_it_stands_or_with_other_facts(house: House, product: Product) -> None:
    first, second = proposal(product), proposal(product)
    shorter = replace(outages.facts_of(second), effect="degraded", responsibility="customer")

    outages.confirm(first, by=house.holger, now=NOW)
    outages.confirm(second, shorter, by=house.holger, now=NOW)
    outages.confirm(second, by=house.jana, now=NOW)

    second.refresh_from_db()
    assert [standing(first), standing(second), outages.facts_of(second)] == ["confirmed", "confirmed", shorter]
    assert story(second) == [("proposed", "", ""), ("confirmed", "holger", "")]


def test_dismissed_is_the_end_of_it(house: House, product: Product) -> None:
    row = proposal(product, length=None)

    with pytest.raises(Refused, match="Say why"):
        outages.dismiss(row, by=house.jana, now=NOW, reason=" ")
    outages.dismiss(row, by=house.jana, now=NOW, reason="A test")
    outages.dismiss(row, by=house.timo, now=NOW, reason="Twice")

    assert (standing(row), story(row)) == ("dismissed", [("proposed", "", ""), ("dismissed", "jana", "A test")])
    for deed in (outages.end, outages.confirm):
        with pytest.raises(Refused, match="dismissed"):
            deed(row, by=house.jana, now=NOW)
    with pytest.raises(Refused, match="dismissed"):
        outages.change(row, facts(product), by=house.jana, now=NOW, reason="x")


def test_a_monitor_moves_its_proposal_and_never_what_people_decided(house: House, product: Product) -> None:
    row = proposal(product, start=NOW - 2 * HOUR, length=None)

    outages.follow(row, started_at=NOW - 3 * HOUR, ended_at=None, now=NOW)
    outages.follow(row, started_at=NOW - 3 * HOUR, ended_at=None, now=NOW)
    outages.confirm(row, by=house.jana, now=NOW)
    outages.follow(row, started_at=NOW - 5 * HOUR, ended_at=NOW - HOUR, now=NOW)
    outages.follow(row, started_at=NOW - 3 * HOUR, ended_at=NOW, now=NOW)

    row.refresh_from_db()
    assert (row.started_at, row.ended_at) == (NOW - 3 * HOUR, NOW - HOUR)
    assert [kind for kind, _, _ in story(row)] == ["proposed", "followed", "confirmed", "followed"]


def test_a_monitor_leaves_a_proposal_alone_that_somebody_corrected(house: House, product: Product) -> None:
    row = proposal(product, start=NOW - 3 * HOUR, length=None)
    outages.change(
        row, replace(outages.facts_of(row), started_at=NOW - 2 * HOUR), by=house.jana, now=NOW, reason="Seen later"
    )

    outages.follow(row, started_at=NOW - 3 * HOUR, ended_at=None, now=NOW)
    outages.follow(row, started_at=NOW - 3 * HOUR, ended_at=NOW - HOUR, now=NOW)

    row.refresh_from_db()
    assert (row.started_at, row.ended_at) == (NOW - 2 * HOUR, NOW - HOUR)


def test_a_monitor_does_not_bring_back_what_was_dismissed(house: House, product: Product) -> None:
    row = outages.dismiss(proposal(product, length=None), by=house.jana, now=NOW, reason="A test")

    outages.follow(row, started_at=NOW - HOUR, ended_at=NOW, now=NOW)

    row.refresh_from_db()
    assert (row.ended_at, row.standing) == (None, "dismissed")


def test_a_gap_is_recorded_ended_and_withdrawn_once_each(house: House, product: Product) -> None:
    row = gap(product, start=NOW - 2 * HOUR, length=None)

    outages.end_gap(row, by=None, now=NOW, at=NOW - HOUR)
    outages.end_gap(row, by=house.jana, now=NOW)
    outages.withdraw_gap(row, by=house.jana, now=NOW)
    outages.withdraw_gap(row, by=house.timo, now=NOW + HOUR)
    outages.end_gap(row, by=house.jana, now=NOW)

    row.refresh_from_db()
    assert (row.ended_at, row.withdrawn_at, row.withdrawn_by) == (NOW - HOUR, NOW, house.jana)


def test_a_gap_lies_in_the_past(house: House, product: Product) -> None:
    with pytest.raises(Refused, match="Nobody can know yet"):
        gap(product, start=NOW, length=HOUR)
    with pytest.raises(Refused, match="The end has to lie after the start"):
        outages.end_gap(gap(product, start=NOW, length=None), by=None, now=NOW)

    assert DataGap.objects.count() == 1
