"""When reviews come round."""

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents import cadence
from incidents.cadence import Slot

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 12, 31))
rhythms = st.sampled_from(["weekly", "every_n_weeks", "monthly", "quarterly", "yearly"])


@pytest.mark.parametrize(
    ("rhythm", "every_weeks", "expected"),
    [
        ("weekly", None, Slot("weekly", date(2026, 11, 16), date(2026, 11, 23), due_on=date(2026, 11, 23))),
        ("every_n_weeks", 3, Slot("every_n_weeks", date(2026, 11, 16), date(2026, 12, 7), due_on=date(2026, 12, 7))),
        ("monthly", None, Slot("monthly", date(2026, 11, 1), date(2026, 12, 1), due_on=date(2026, 12, 14))),
        ("quarterly", None, Slot("quarterly", date(2026, 10, 1), date(2027, 1, 1), due_on=date(2027, 1, 11))),
        ("yearly", None, Slot("yearly", date(2026, 1, 1), date(2027, 1, 1), due_on=date(2027, 1, 11))),
    ],
)
def test_the_first_slot_holds_the_anchor(rhythm: str, every_weeks: int | None, expected: Slot) -> None:
    first = next(cadence.slots(rhythm, anchor=date(2026, 11, 20), every_weeks=every_weeks))

    assert first == expected


@given(rhythms, days, st.integers(min_value=1, max_value=52))
def test_slots_follow_each_other_without_gap_and_are_due_on_a_monday_after_they_end(
    rhythm: str, anchor: date, every_weeks: int
) -> None:
    found = list(islice(cadence.slots(rhythm, anchor=anchor, every_weeks=every_weeks), 30))

    assert found[0].from_on <= anchor < found[0].to_on
    assert all(before.to_on == after.from_on for before, after in pairwise(found))
    assert all(slot.due_on.weekday() == 0 and timedelta() <= slot.due_on - slot.to_on < timedelta(14) for slot in found)


def test_an_unknown_rhythm_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^“hourly” is no rhythm of reviews\.$"):
        cadence.slots("hourly", anchor=date(2026, 1, 1))


def due(found: list[Slot]) -> list[date]:
    return [slot.due_on for slot in found]


def test_the_first_plan_makes_nothing_up_for_the_past() -> None:
    found = cadence.to_plan("monthly", anchor=date(2016, 3, 1), today=date(2026, 11, 20), planned_up_to=None)

    assert found == [Slot("monthly", date(2026, 11, 1), date(2026, 12, 1), due_on=date(2026, 12, 14))]


def test_a_review_due_today_is_planned_along_with_those_of_the_week_and_the_next() -> None:
    found = cadence.to_plan("weekly", anchor=date(2026, 1, 1), today=date(2026, 11, 23), planned_up_to=None)

    assert due(found) == [date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7)]


def test_a_gap_after_the_last_planned_review_is_filled() -> None:
    found = cadence.to_plan(
        "weekly", anchor=date(2026, 1, 1), today=date(2026, 11, 20), planned_up_to=date(2026, 11, 2)
    )

    assert due(found) == [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23), date(2026, 11, 30)]


def test_what_is_planned_far_enough_ahead_needs_nothing_more() -> None:
    found = cadence.to_plan(
        "monthly", anchor=date(2026, 1, 1), today=date(2026, 11, 20), planned_up_to=date(2026, 12, 14)
    )

    assert found == []


def test_an_agreement_that_begins_later_reviews_no_period_before_it() -> None:
    found = cadence.to_plan("monthly", anchor=date(2027, 2, 10), today=date(2027, 2, 10), planned_up_to=None)

    assert due(found) == [date(2027, 3, 8)]


@given(rhythms, days, st.integers(min_value=0, max_value=2000), st.integers(min_value=1, max_value=52))
def test_planning_again_finds_nothing_and_always_leaves_one_more_than_a_week_ahead(
    rhythm: str, anchor: date, age: int, every_weeks: int
) -> None:
    today = anchor + timedelta(age)

    found = cadence.to_plan(rhythm, anchor=anchor, today=today, planned_up_to=None, every_weeks=every_weeks)
    again = cadence.to_plan(rhythm, anchor=anchor, today=today, planned_up_to=found[-1].due_on, every_weeks=every_weeks)

    assert found[-1].due_on > today + cadence.AHEAD
    assert found[0].due_on >= today
    assert again == []


@pytest.mark.parametrize(
    ("days_after", "name"),
    [
        (-30, None),
        (-8, None),
        (-7, "week"),
        (-2, "week"),
        (-1, "day"),
        (0, "day"),
        (1, "overdue-0"),
        (7, "overdue-0"),
        (8, "overdue-1"),
        (15, "overdue-2"),
    ],
)
def test_reminder_of_the_day(days_after: int, name: str | None) -> None:
    due_on = date(2026, 11, 23)

    assert cadence.reminder(due_on, due_on + timedelta(days_after)) == name


def test_due_days_end_with_the_last_day_asked_for() -> None:
    found = cadence.due_days("every_n_weeks", anchor=date(2026, 11, 20), every_weeks=2, up_to=date(2026, 12, 28))

    assert found == {date(2026, 11, 30), date(2026, 12, 14), date(2026, 12, 28)}
