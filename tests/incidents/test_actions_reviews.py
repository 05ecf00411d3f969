"""A review held: what it leaves behind, who may, and what is refused."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from incidents.actions import reviews
from incidents.actions.reviews import TakenOn
from incidents.models import Review, ReviewAction
from incidents.models.reviews import Decision
from incidents.queries import packs
from slas.errors import Refused
from slas.models import Notice
from tests.factories import House
from tests.incidents.rows import HOUR, NOW, breach, review, taken_on, ticket, timer

TODAY = NOW.date()


def october_at(day: int) -> datetime:
    return NOW.replace(month=10, day=day)


def test_holding_keeps_notes_decision_actions_and_the_figures_of_that_moment(house: House) -> None:
    october = review(house, TODAY)
    timer(ticket(house), october_at(12), late=-HOUR)
    breach(ticket(house), october_at(14))
    seen = packs.reckon(october, now=NOW)

    held = reviews.hold(
        october,
        by=house.holger,
        now=NOW,
        notes="The router again.",
        decision=Decision.CHANGE,
        actions=[TakenOn("Replace the router", house.jana, TODAY + timedelta(10))],
    )

    held.refresh_from_db()
    assert (held.held_at, held.held_by, held.notes, held.decision) == (NOW, house.holger, "The router again.", "change")
    assert list(held.actions.values_list("title", "owner", "due_on", "done_at")) == [
        ("Replace the router", house.jana.pk, TODAY + timedelta(10), None)
    ]
    timer(ticket(house), october_at(16), late=HOUR)  # a late import no longer changes what was on the table
    assert packs.of(held, now=NOW + timedelta(1)) == seen
    assert (seen.result.tally.met, seen.result.tally.breached, len(seen.breaches)) == (1, 1, 1)


def test_holding_plans_the_next_review_and_withdraws_the_reminders(house: House) -> None:
    due = review(house, TODAY)
    reviews.remind(now=NOW)
    Review.objects.exclude(pk=due.pk).delete()

    reviews.hold(due, by=house.mira, now=NOW, notes="", decision=Decision.KEEP)

    open_days = Review.objects.filter(held_at__isnull=True).values_list("rhythm", "due_on")
    assert set(open_days) == {
        ("monthly", date(2026, 12, 14)),
        ("quarterly", date(2027, 1, 11)),
        ("yearly", date(2027, 1, 11)),
    }
    assert list(Notice.objects.values_list("topic", "state")) == [(f"review:{due.pk}", "withdrawn")]


@pytest.mark.parametrize("name", ["mira", "holger", "vera", "adam"])
def test_participants_owner_lead_and_service_level_managers_may_hold(house: House, name: str) -> None:
    held = reviews.hold(review(house, TODAY), by=getattr(house, name), now=NOW, notes="", decision=Decision.KEEP)

    assert held.held_by == getattr(house, name)


@pytest.mark.parametrize("name", ["jana", "doris", "olaf", "stella", "rita", "anton", "outsider"])
def test_others_may_not_hold(house: House, name: str) -> None:
    due = review(house, TODAY)

    with pytest.raises(PermissionDenied):
        reviews.hold(due, by=getattr(house, name), now=NOW, notes="", decision=Decision.KEEP)

    due.refresh_from_db()
    assert (due.held_at, due.decision, due.pack) == (None, "", None)


def test_a_review_is_held_once(house: House) -> None:
    due = review(house, TODAY)
    reviews.hold(due, by=house.mira, now=NOW, notes="first", decision=Decision.KEEP)

    with pytest.raises(Refused, match="already held"):
        reviews.hold(due, by=house.holger, now=NOW + HOUR, notes="second", decision=Decision.RETIRE)

    due.refresh_from_db()
    assert (due.notes, due.held_by, due.decision) == ("first", house.mira, "keep")


def test_a_period_that_has_not_begun_cannot_be_reviewed(house: House) -> None:
    december = Review.objects.create(
        agreement=house.agreement,
        rhythm="monthly",
        due_on=date(2027, 1, 11),
        period_from_on=date(2026, 12, 1),
        period_to_on=date(2027, 1, 1),
    )

    with pytest.raises(Refused, match="has not begun"):
        reviews.hold(december, by=house.mira, now=NOW, notes="", decision=Decision.KEEP)


@pytest.mark.parametrize(("days", "is_active", "words"), [(-1, True, "not over yet"), (1, False, "still works here")])
def test_an_action_needs_a_day_to_come_and_somebody_there(house: House, days: int, is_active: bool, words: str) -> None:
    house.jana.is_active = is_active
    action = TakenOn("Replace the router", house.jana, TODAY + timedelta(days))

    with pytest.raises(Refused, match=words):
        reviews.hold(review(house, TODAY), by=house.mira, now=NOW, notes="", decision=Decision.KEEP, actions=[action])

    assert ReviewAction.objects.count() == 0


@pytest.mark.parametrize("name", ["jana", "mira", "holger", "vera"])
def test_its_owner_and_those_who_hold_the_review_complete_an_action(house: House, name: str) -> None:
    action = taken_on(review(house, TODAY), house.jana, TODAY)

    done = reviews.complete_action(action, by=getattr(house, name), now=NOW)
    again = reviews.complete_action(action, by=house.vera, now=NOW + HOUR)

    assert (done.done_at, done.done_by) == (again.done_at, again.done_by) == (NOW, getattr(house, name))


@pytest.mark.parametrize("name", ["timo", "rita", "anton"])
def test_others_may_not_complete_an_action(house: House, name: str) -> None:
    action = taken_on(review(house, TODAY), house.jana, TODAY)

    with pytest.raises(PermissionDenied):
        reviews.complete_action(action, by=getattr(house, name), now=NOW)

    action.refresh_from_db()
    assert action.done_at is None
