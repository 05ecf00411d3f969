"""Planned work through its life: the rows left behind, what is refused, and the second run."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied

from incidents.actions import maintenance
from incidents.models import Maintenance, MaintenanceEvent
from slas.clock import Span
from slas.errors import Refused
from slas.models import User
from tests.factories import House, ProductFactory
from tests.incidents.windows import DAY, HOUR, NOW, SATURDAY, WINDOW, announced, planned, story, told

EVERYBODY = ["mira", "olaf", "stella"]


def stored(row: Maintenance) -> Maintenance:
    return Maintenance.objects.get(pk=row.pk)


def test_a_plan_is_a_row_that_nobody_is_told_about(house: House) -> None:
    row = stored(planned(house.product, by=house.jana))

    assert (row.planned, row.announced_at, row.sequence, row.created_by, row.created_at) == (
        WINDOW, None, 0, house.jana, NOW,
    )  # fmt: skip
    assert [product.slug for product in row.products.all()] == ["kasse"]
    assert (story(row), told()) == ([("planned", NOW, "jana")], [])


def test_an_announcement_reaches_owner_deputies_and_stakeholders(house: House) -> None:
    row = planned(house.product, by=house.jana)

    maintenance.announce(row, by=house.holger, now=NOW + HOUR)

    row = stored(row)
    assert (row.announced_at, row.sequence, row.updated_at) == (NOW + HOUR, 1, NOW + HOUR)
    assert story(row)[-1] == ("announced", NOW + HOUR, "holger")
    assert told() == [("announced", name) for name in EVERYBODY]


def test_announcing_twice_is_refused_and_tells_nobody_again(house: House) -> None:
    row = announced(house.product, by=house.jana)

    with pytest.raises(Refused, match="is announced and has not begun"):
        maintenance.announce(row, by=house.jana, now=NOW + HOUR)

    assert (stored(row).announced_at, len(told())) == (NOW, 3)


def test_pressing_the_button_twice_plans_once(house: House) -> None:
    first = announced(house.product, by=house.jana)
    second = announced(house.product, by=house.jana, now=NOW + HOUR)

    assert (first, Maintenance.objects.count(), len(told())) == (second, 1, 3)


def test_the_same_words_for_other_products_are_another_window(house: House) -> None:
    other = ProductFactory(team=house.team)

    planned(house.product, by=house.jana)
    planned(house.product, other, by=house.jana)

    assert Maintenance.objects.count() == 2


@pytest.mark.parametrize(
    ("window", "sentence"),
    [
        (Span(SATURDAY, SATURDAY), "The window must end after it begins."),
        (Span(SATURDAY, SATURDAY - HOUR), "The window must end after it begins."),
        (Span(SATURDAY, SATURDAY + 32 * DAY), "A window lasts at most 31 days. Plan several."),
        (Span(NOW - HOUR, NOW + HOUR), "A window lies ahead. Record work that has begun already as an emergency."),
    ],
)
def test_windows_that_are_none_are_refused(house: House, window: Span, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        planned(house.product, by=house.jana, window=window)

    assert str(refusal.value) == sentence
    assert not Maintenance.objects.exists()


def test_maintenance_of_nothing_is_refused(house: House) -> None:
    with pytest.raises(Refused, match="Name at least one product"):
        planned(by=house.jana)


def test_an_emergency_is_told_at_once_also_afterwards(house: House) -> None:
    window = Span(NOW - 2 * HOUR, NOW + HOUR)

    row = maintenance.emergency(
        [house.product], by=house.jana, now=NOW, title="Disk full", reason="Logs", window=window
    )

    row = stored(row)
    assert (row.is_emergency, row.announced_at, row.planned) == (True, NOW, window)
    assert (story(row), told()) == ([("announced", NOW, "jana")], [("emergency", name) for name in EVERYBODY])


class TestMoving:
    """Another window, and what becomes of its notice."""

    @pytest.mark.parametrize(
        ("window", "announced_at"),
        [
            (Span(SATURDAY + DAY, SATURDAY + DAY + HOUR), NOW + HOUR),
            (Span(SATURDAY, SATURDAY + 4 * HOUR), NOW + HOUR),
            (Span(SATURDAY - HOUR, SATURDAY + 2 * HOUR), NOW + HOUR),
            (Span(SATURDAY + HOUR, SATURDAY + 3 * HOUR), NOW),
            (Span(SATURDAY, SATURDAY + HOUR), NOW),
        ],
    )
    def test_only_a_window_inside_the_old_one_keeps_its_notice(
        self, house: House, window: Span, announced_at: datetime
    ) -> None:
        row = announced(house.product, by=house.jana)

        maintenance.move(row, by=house.jana, now=NOW + HOUR, window=window, reason="Parts are late")

        row, event = stored(row), MaintenanceEvent.objects.latest("pk")
        assert (row.planned, row.announced_at, row.sequence) == (window, announced_at, 2)
        assert (event.kind, event.facts["is_anew"], event.facts["reason"]) == (
            "moved", announced_at != NOW, "Parts are late",
        )  # fmt: skip
        assert told()[3:] == [("moved", name) for name in EVERYBODY]

    def test_a_plan_is_moved_in_silence(self, house: House) -> None:
        row = planned(house.product, by=house.jana)

        maintenance.move(row, by=house.jana, now=NOW, window=Span(SATURDAY, SATURDAY + DAY), reason="More")

        assert (stored(row).announced_at, told()) == (None, [])

    def test_the_same_window_changes_nothing(self, house: House) -> None:
        row = announced(house.product, by=house.jana)

        maintenance.move(row, by=house.jana, now=NOW + HOUR, window=WINDOW, reason="None")

        assert (stored(row).sequence, len(story(row)), len(told())) == (1, 2, 3)

    @pytest.mark.parametrize(
        ("now", "window", "sentence"),
        [
            (NOW, Span(NOW - HOUR, NOW + HOUR), "A window lies ahead. Let it begin later."),
            (
                SATURDAY + 2 * HOUR,
                Span(SATURDAY, SATURDAY + HOUR),
                "The new window would be over already. Plan another one.",
            ),
            (NOW, Span(SATURDAY, SATURDAY + 32 * DAY), "A window lasts at most 31 days. Plan several."),
        ],
    )
    def test_windows_in_the_past_are_refused(self, house: House, now: datetime, window: Span, sentence: str) -> None:
        row = announced(house.product, by=house.jana)

        with pytest.raises(Refused) as refusal:
            maintenance.move(row, by=house.jana, now=now, window=window, reason="Later")

        assert (str(refusal.value), stored(row).planned) == (sentence, WINDOW)

    def test_a_window_that_has_begun_unused_may_be_cut_at_its_end(self, house: House) -> None:
        row = announced(house.product, by=house.jana)

        maintenance.move(
            row, by=house.jana, now=SATURDAY + HOUR, window=Span(SATURDAY, SATURDAY + 2 * HOUR), reason="Less"
        )

        assert (stored(row).planned_to, stored(row).announced_at) == (SATURDAY + 2 * HOUR, NOW)


def test_a_cancelled_window_stays_with_its_reason(house: House) -> None:
    row = announced(house.product, by=house.jana)

    maintenance.cancel(row, by=house.doris, now=NOW + HOUR, reason="Frozen zone")

    row = stored(row)
    assert (row.cancelled_at, row.cancelled_by, row.cancel_reason, row.sequence) == (
        NOW + HOUR, house.doris, "Frozen zone", 2,
    )  # fmt: skip
    assert told()[3:] == [("cancelled", name) for name in EVERYBODY]


def test_cancelling_what_was_never_announced_tells_nobody(house: House) -> None:
    row = planned(house.product, by=house.jana)

    maintenance.cancel(row, by=house.jana, now=NOW, reason="No parts")

    assert (story(row)[-1], told()) == (("cancelled", NOW, "jana"), [])


class TestUse:
    """When the work was really done."""

    def test_begin_and_end_note_the_moments(self, house: House) -> None:
        row = announced(house.product, by=house.jana)

        maintenance.begin(row, by=house.jana, now=SATURDAY + HOUR)
        maintenance.end(row, by=house.timo, now=SATURDAY + 2 * HOUR)

        assert stored(row).used == Span(SATURDAY + HOUR, SATURDAY + 2 * HOUR)
        assert story(row)[2:] == [("begun", SATURDAY + HOUR, "jana"), ("ended", SATURDAY + 2 * HOUR, "timo")]

    def test_times_are_corrected_with_a_reason_and_once(self, house: House) -> None:
        row = announced(house.product, by=house.jana)
        maintenance.begin(row, by=house.jana, now=SATURDAY + HOUR)
        used = Span(SATURDAY, SATURDAY + 2 * HOUR)

        for _ in range(2):
            maintenance.correct(row, by=house.jana, now=SATURDAY + 3 * HOUR, used=used, reason="Pressed too late")

        event = MaintenanceEvent.objects.latest("pk")
        assert (stored(row).used, len(story(row)), event.facts["reason"]) == (used, 4, "Pressed too late")

    def test_a_window_nobody_used_is_filled_in_or_emptied_afterwards(self, house: House) -> None:
        row, late = announced(house.product, by=house.jana), SATURDAY + DAY

        maintenance.correct(row, by=house.jana, now=late, used=WINDOW, reason="Forgotten")
        filled = stored(row).used
        maintenance.correct(row, by=house.jana, now=late, used=None, reason="It was the week before")

        assert (filled, stored(row).used) == (WINDOW, None)

    @pytest.mark.parametrize(
        ("used", "sentence"),
        [
            (Span(SATURDAY, SATURDAY), "The work must end after it begins."),
            (Span(SATURDAY), "The work must end after it begins."),
            (
                Span(SATURDAY, SATURDAY + 2 * DAY),
                "Nothing has happened in the future. Give the times at which the work was done.",
            ),
        ],
    )
    def test_times_that_cannot_be_are_refused(self, house: House, used: Span, sentence: str) -> None:
        row = announced(house.product, by=house.jana)

        with pytest.raises(Refused) as refusal:
            maintenance.correct(row, by=house.jana, now=SATURDAY + DAY, used=used, reason="x")

        assert str(refusal.value) == sentence

    def test_work_that_was_never_announced_was_no_maintenance(self, house: House) -> None:
        row = planned(house.product, by=house.jana)

        with pytest.raises(Refused, match=r"was never announced\. Record the work as an emergency"):
            maintenance.correct(row, by=house.jana, now=SATURDAY + DAY, used=WINDOW, reason="x")


class TestOverrun:
    """Work that goes on after its window."""

    def test_everybody_is_told_once(self, house: House) -> None:
        row = announced(house.product, by=house.jana)
        maintenance.begin(row, by=house.jana, now=SATURDAY)
        end = SATURDAY + 3 * HOUR

        counts = [maintenance.tell_overruns(now=at) for at in (end - HOUR, end, end + HOUR)]

        assert (counts, stored(row).overrun_told_at) == ([0, 1, 0], end)
        assert (story(row)[-1], told()[3:]) == (("overran", end, ""), [("overrun", name) for name in EVERYBODY])

    def test_what_ended_or_never_began_does_not_overrun(self, house: House) -> None:
        ended = announced(house.product, by=house.jana)
        announced(house.product, by=house.jana, title="Another")
        maintenance.begin(ended, by=house.jana, now=SATURDAY)
        maintenance.end(ended, by=house.jana, now=SATURDAY + 5 * HOUR)

        assert maintenance.tell_overruns(now=SATURDAY + DAY) == 0


DEEDS: dict[str, Callable[[Maintenance, User, datetime], object]] = {
    "announce": lambda row, by, now: maintenance.announce(row, by=by, now=now),
    "move": lambda row, by, now: maintenance.move(row, by=by, now=now, window=WINDOW, reason="x"),
    "begin": lambda row, by, now: maintenance.begin(row, by=by, now=now),
    "end": lambda row, by, now: maintenance.end(row, by=by, now=now),
    "cancel": lambda row, by, now: maintenance.cancel(row, by=by, now=now, reason="x"),
    "correct": lambda row, by, now: maintenance.correct(row, by=by, now=now, used=None, reason="x"),
}


@pytest.mark.parametrize("name", DEEDS)
@pytest.mark.parametrize("who", ["mira", "stella", "rita", "anton", "outsider"])
def test_only_the_side_of_the_provider_acts(house: House, name: str, who: str) -> None:
    row = planned(house.product, by=house.vera)

    with pytest.raises(PermissionDenied):
        DEEDS[name](row, getattr(house, who), NOW)

    assert story(row) == [("planned", NOW, "vera")]


@pytest.mark.parametrize("who", ["jana", "holger", "doris", "vera", "adam"])
def test_team_lead_managers_and_service_level_managers_plan(house: House, who: str) -> None:
    assert announced(house.product, by=getattr(house, who)).announced_at == NOW


def test_of_several_products_every_one_must_be_allowed(house: House) -> None:
    foreign = ProductFactory()

    with pytest.raises(PermissionDenied):
        planned(house.product, foreign, by=house.jana)
    row = planned(house.product, foreign, by=house.vera)
    with pytest.raises(PermissionDenied):
        maintenance.announce(row, by=house.jana, now=NOW)


@pytest.mark.parametrize("name", DEEDS)
def test_nothing_is_done_to_what_was_cancelled(house: House, name: str) -> None:
    row = announced(house.product, by=house.jana)
    maintenance.cancel(row, by=house.jana, now=NOW, reason="x")
    before = story(row)

    with pytest.raises(Refused, match=r"was cancelled\. Plan another one"):
        DEEDS[name](row, house.jana, NOW + HOUR)

    assert story(row) == before


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("announce", "This maintenance is over. Plan another one."),
        ("move", "This maintenance is over. Plan another one."),
        ("begin", "This maintenance is over. Plan another one."),
        ("end", "This maintenance is over. Plan another one."),
        ("cancel", "This maintenance is over. Plan another one."),
    ],
)
def test_nothing_but_its_times_is_changed_once_it_is_over(house: House, name: str, sentence: str) -> None:
    row = announced(house.product, by=house.jana)

    with pytest.raises(Refused) as refusal:
        DEEDS[name](row, house.jana, SATURDAY + 3 * HOUR)

    assert str(refusal.value) == sentence
