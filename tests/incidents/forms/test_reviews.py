"""The forms of reviews by themselves: which rows are actions, how far they grow, and what a filter lets through."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict

from incidents.actions.reviews import TakenOn
from incidents.forms.reviews import MOST_ROWS, ROWS, Protocol, ReviewFilter
from incidents.models import Review
from tests.factories import House
from tests.incidents.rows import NOW, review

TODAY = NOW.date()


def entered(**fields: str) -> QueryDict:
    """What a browser sends: two rows of actions unless something else is said."""
    typed = QueryDict(mutable=True)
    typed.update({"notes": "", "decision": "keep", "actions-TOTAL_FORMS": "2", "actions-INITIAL_FORMS": "0"})
    for name, value in fields.items():
        typed[name.replace("__", "-")] = value
    return typed


def test_an_untouched_row_is_no_action(house: House) -> None:
    protocol = Protocol(
        entered(actions__1__title=" Router ", actions__1__owner=str(house.jana.pk), actions__1__due_on="2026-12-01")
    )

    assert protocol.is_valid
    assert protocol.taken_on() == [TakenOn("Router", house.jana, date(2026, 12, 1))]


def test_no_action_at_all_is_fine(house: House) -> None:
    protocol = Protocol(entered())

    assert protocol.is_valid
    assert protocol.taken_on() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "x" * 301), ("owner", "0"), ("owner", "jana"), ("due_on", "31.02.2026"), ("due_on", ""), ("title", " ")],
)
def test_half_an_action_is_named_beside_its_field(house: House, field: str, value: str) -> None:
    row = {"title": "Router", "owner": str(house.jana.pk), "due_on": "2026-12-01"} | {field: value}
    protocol = Protocol(entered(**{f"actions__0__{name}": typed for name, typed in row.items()}))

    assert not protocol.is_valid
    assert [list(errors) for errors in protocol.actions.errors] == [[field], []]


def test_both_parts_are_checked_at_once(house: House) -> None:
    protocol = Protocol(entered(decision="perhaps", actions__0__title="Router"))

    assert not protocol.is_valid
    assert list(protocol.form.errors) == ["decision"]
    assert list(protocol.actions.errors[0]) == ["owner", "due_on"]


def test_people_who_left_take_nothing_on(house: House) -> None:
    house.jana.is_active = False
    house.jana.save()
    protocol = Protocol(
        entered(actions__0__title="Router", actions__0__owner=str(house.jana.pk), actions__0__due_on="2026-12-01")
    )

    assert not protocol.is_valid
    assert list(protocol.actions.errors[0]) == ["owner"]


@pytest.mark.parametrize(
    ("rows", "shown"), [("0", ROWS), ("2", 2 + ROWS), (str(MOST_ROWS), MOST_ROWS), ("9999", MOST_ROWS)]
)
def test_more_rows_end_somewhere(house: House, rows: str, shown: int) -> None:
    longer = Protocol.longer(entered(actions__TOTAL_FORMS=rows))

    assert len(longer.actions.forms) == shown
    assert not longer.form.is_bound


def test_a_row_that_was_typed_may_be_cleared_again(house: House) -> None:
    longer = Protocol.longer(entered(actions__0__title="Router"))
    assert longer.actions.management_form.initial["INITIAL_FORMS"] == 0

    again = Protocol(entered(actions__TOTAL_FORMS="4"))

    assert again.is_valid
    assert again.taken_on() == []


@pytest.mark.parametrize(
    ("address", "left"),
    [
        ("", [-1, 0, 1]),
        ("state=overdue", [-1]),
        ("state=due", [0, 1]),
        ("state=held", []),
        ("state=due&rhythm=weekly", [1]),
        ("rhythm=monthly", [-1, 0]),
    ],
)
def test_the_filter_lets_through_what_was_asked_for(house: House, address: str, left: list[int]) -> None:
    for days, rhythm in ((-1, "monthly"), (0, "monthly"), (1, "weekly")):
        review(house, TODAY + timedelta(days), rhythm=rhythm)
    chosen = ReviewFilter(QueryDict(address), today=TODAY)

    assert chosen.is_valid()
    found = chosen.narrow(Review.objects.order_by("due_on"))
    assert [(row.due_on - TODAY).days for row in found] == left


@pytest.mark.parametrize("address", ["state=sometimes", "rhythm=hourly"])
def test_nonsense_in_the_address_is_no_filter(db: None, address: str) -> None:
    chosen = ReviewFilter(QueryDict(address), today=TODAY)

    assert not chosen.is_valid()
    assert not chosen.is_used
