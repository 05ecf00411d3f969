"""The form of an outage: what it takes, what it refuses beside which field, and what it leaves as it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from incidents.actions.outages import Facts
from incidents.forms.outages import CorrectionForm, GapForm, OutageForm
from incidents.models import Ticket
from slas.models import Product
from tests.factories import House
from tests.incidents.acting import opened
from tests.incidents.months import facts, shop

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def entered(**changes: str | list[str]) -> QueryDict:
    """What a browser sends."""
    said: dict[str, str | list[str]] = {
        "title": "Shop is down", "products": ["shop"], "started_at": "2026-11-20T13:00:00", "ended_at": "",
        "effect": "degraded", "weight": "0.250", "responsibility": "provider", "cause": "", "evidence": "",
        "tickets": "",
    }  # fmt: skip
    sent = QueryDict(mutable=True)
    sent.update(MultiValueDict({k: v if isinstance(v, list) else [v] for k, v in {**said, **changes}.items()}))
    return sent


def form(said: QueryDict, known: Facts | None = None) -> OutageForm:
    kind = CorrectionForm if known else OutageForm
    return kind(said, products=Product.objects.all(), tickets=Ticket.objects.all(), known=known)


@pytest.fixture
def product(house: House) -> Product:
    return shop(house)


def test_what_is_entered_becomes_facts(house: House, product: Product) -> None:
    ticket = opened(house, NOON)

    filled = form(entered(tickets=f" {ticket.number.lower()} ,; {ticket.number}"))

    assert filled.is_valid(), filled.errors
    assert filled.facts() == Facts(
        title="Shop is down", products=(product,), started_at=NOON, effect="degraded", weight=Decimal("0.25"),
        tickets=(ticket,),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"products": ["shop", "nowhere"]}, "products"),
        ({"started_at": "2026-11-20T25:00"}, "started_at"),
        ({"started_at": "99999-01-01T00:00"}, "started_at"),
        ({"ended_at": "2026-11-20T13:00:00"}, "ended_at"),
        ({"ended_at": "2300-01-01T00:00"}, "ended_at"),
        ({"effect": "gone"}, "effect"),
        ({"effect": "full"}, "weight"),
        ({"weight": "1.0001"}, "weight"),
        ({"weight": "-0.1"}, "weight"),
        ({"weight": "1_0"}, "weight"),
        ({"weight": "NaN"}, "weight"),
        ({"weight": "1e-999999999"}, "weight"),
        ({"responsibility": ""}, "responsibility"),
        ({"tickets": "T-0"}, "tickets"),
        ({"tickets": "1042"}, "tickets"),
        ({"tickets": "T-" + "9" * 400}, "tickets"),
        ({"cause": "x" * 1001}, "cause"),
        ({"evidence": "x" * 20_001}, "evidence"),
    ],
)
def test_a_mistake_stands_beside_its_field(product: Product, changes: dict[str, str | list[str]], field: str) -> None:
    filled = form(entered(**changes))

    assert not filled.is_valid()
    assert list(filled.errors) == [field]


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-10-25T02:30", "2026-10-25T00:30:00+00:00"),  # comes twice: the first
        ("2026-03-29T02:30", "2026-03-29T01:30:00+00:00"),  # is skipped: moves on by the gap
    ],
)
def test_the_hours_of_the_clock_change_can_be_written_down(product: Product, written: str, instant: str) -> None:
    filled = form(entered(started_at=written))

    assert filled.is_valid(), filled.errors
    assert filled.facts().started_at == datetime.fromisoformat(instant)


def test_a_correction_begins_with_what_is_known_and_keeps_what_nobody_touched(house: House, product: Product) -> None:
    known = facts(product, start=NOON + timedelta(microseconds=7), length=timedelta(minutes=5, microseconds=9))

    filled = form(
        entered(
            started_at="2026-11-20T13:00:00", ended_at="2026-11-20T13:05:00", effect="full", weight="", reason="Why",
            title=known.title, cause="Router",
        ),
        known,
    )  # fmt: skip

    assert filled.is_valid(), filled.errors
    assert filled.facts() == replace(known, cause="Router")


def test_a_correction_says_why(house: House, product: Product) -> None:
    filled = form(entered(), facts(product))

    assert not filled.is_valid()
    assert list(filled.errors) == ["reason"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"product": "nowhere"}, "product"),
        ({"started_at": ""}, "started_at"),
        ({"ended_at": "2026-11-19T10:00"}, "ended_at"),
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 1001}, "reason"),
    ],
)
def test_a_gap_is_judged_field_by_field(product: Product, changes: dict[str, str], field: str) -> None:
    said = {"product": "shop", "started_at": "2026-11-20T10:00", "ended_at": "", "reason": "Silence"} | changes
    sent = QueryDict(mutable=True)
    sent.update(said)

    filled = GapForm(sent, products=Product.objects.all())

    assert (filled.is_valid(), list(filled.errors)) == (False, [field])
