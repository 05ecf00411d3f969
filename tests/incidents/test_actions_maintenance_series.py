"""Maintenance that comes again: rows written ahead, once each, and the end of a series."""

from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from incidents.actions import maintenance
from incidents.models import Maintenance, MaintenanceSeries
from slas.clock import Span
from slas.errors import Refused
from slas.models import Notice, Product
from tests.factories import WHOLE_WEEK, House, ProductFactory
from tests.incidents.windows import DAY, HOUR, NOW, promising, story, told

SUNDAYS = [date(2026, 11, 22), date(2026, 11, 29), date(2026, 12, 6), date(2026, 12, 13), date(2026, 12, 20)]


def started(house: House, *products: Product, now: datetime = NOW, **facts: object) -> MaintenanceSeries:
    usual: dict[str, Any] = {
        "title": "Updates", "reason": "Security", "week": {"sun": ["02:00-04:00"]}, "zone": "Europe/Berlin",
        "starts_on": date(2026, 11, 1),
    }  # fmt: skip
    return maintenance.start_series(products or [house.product], by=house.jana, now=now, **(usual | facts))


def days() -> list[date]:
    return [row.planned_from.date() for row in Maintenance.objects.filter(cancelled_at=None).order_by("planned_from")]


def test_five_weeks_are_written_and_announced_at_once(house: House) -> None:
    series = started(house, house.product, promising(house))

    first = Maintenance.objects.order_by("planned_from")[0]
    start = datetime.fromisoformat("2026-11-22T02:00:00+01:00")
    assert days() == SUNDAYS
    assert (first.planned, first.occurs_at, first.announced_at, first.series) == (
        Span(start, start + 2 * HOUR), start, NOW, series,
    )  # fmt: skip
    assert [product.slug for product in first.products.all()] == ["kasse", "shop"]
    assert story(first) == [("announced", NOW, "jana")]


def test_one_letter_tells_of_all_windows(house: House) -> None:
    started(house)

    letter = Notice.objects.get(recipient=house.mira)
    assert told() == [("series_started", name) for name in ("mira", "olaf", "stella")]
    assert (len(letter.context["windows"]), letter.context["more"]) == (5, 0)


def test_the_daily_round_writes_what_has_come_nearer_and_nothing_twice(house: House) -> None:
    started(house)

    counts = [maintenance.keep_ahead(now=NOW + days * DAY) for days in (0, 5, 7, 7)]

    assert counts == [0, 0, 1, 0]
    assert days() == [*SUNDAYS, date(2026, 12, 27)]
    assert story(Maintenance.objects.latest("planned_from")) == [("announced", NOW + 7 * DAY, "")]


def test_moved_and_cancelled_windows_are_not_written_again(house: House) -> None:
    started(house)
    moved, cancelled, *_rest = Maintenance.objects.order_by("planned_from")
    window = Span(moved.planned_from + DAY, moved.planned_to + DAY)
    maintenance.move(moved, by=house.jana, now=NOW, window=window, reason="Sales")
    maintenance.cancel(cancelled, by=house.jana, now=NOW, reason="Sales")

    assert maintenance.keep_ahead(now=NOW + HOUR) == 0


def test_a_series_that_starts_later_is_told_now_and_written_then(house: House) -> None:
    started(house, starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 15))

    assert (days(), len(told())) == ([], 3)
    assert maintenance.keep_ahead(now=datetime.fromisoformat("2027-03-01T12:00:00+01:00")) == 2


def test_the_same_series_once_more_is_the_same(house: House) -> None:
    first, second = started(house), started(house, now=NOW + HOUR)

    assert (first, len(days()), len(told())) == (second, 5, 3)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"week": {}}, "Give at least one weekday its hours."),
        ({"week": {"sun": []}}, "Give at least one weekday its hours."),
        ({"week": {"sun": ["4-5"]}}, "“4-5” is not an interval; write it like 08:00-18:00."),
        ({"week": {"sun": [f"0{hour}:00-0{hour}:30" for hour in range(5)]}}, "A weekday has at most four windows."),
        ({"week": WHOLE_WEEK}, "A window must end. Leave some hours of the week free."),
        ({"zone": "Mars/Olympus"}, "The time zone “Mars/Olympus” is not known; use a name such as Europe/Berlin."),
        ({"starts_on": date(1, 1, 1)}, "The days must lie between the years 1970 and 2200."),
        ({"ends_on": date(9999, 12, 31)}, "The days must lie between the years 1970 and 2200."),
        ({"ends_on": date(2026, 11, 1)}, "The series must end after it begins."),
    ],
)
def test_series_that_make_no_sense_are_refused(house: House, facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        started(house, **facts)

    assert str(refusal.value) == sentence
    assert not MaintenanceSeries.objects.exists()


def test_every_product_must_be_the_teams_own(house: House) -> None:
    with pytest.raises(PermissionDenied):
        started(house, house.product, ProductFactory())


class TestEnd:
    """A series that is over."""

    def test_windows_to_come_are_cancelled_with_one_letter(self, house: House) -> None:
        series = started(house)
        running = Maintenance.objects.earliest("planned_from")
        maintenance.begin(running, by=house.jana, now=running.planned_from)

        maintenance.end_series(series, by=house.holger, now=running.planned_from + HOUR, reason="New tool")

        series.refresh_from_db()
        assert (series.ended_by, days()) == (house.holger, [running.planned_from.date()])
        assert {row.cancel_reason for row in Maintenance.objects.exclude(pk=running.pk)} == {"New tool"}
        assert told()[3:] == [("series_ended", name) for name in ("mira", "olaf", "stella")]

    def test_it_writes_nothing_any_more(self, house: House) -> None:
        maintenance.end_series(started(house), by=house.jana, now=NOW, reason="x")

        assert (maintenance.keep_ahead(now=NOW + 30 * DAY), days()) == (0, [])

    def test_it_ends_once_and_not_by_strangers(self, house: House) -> None:
        series = started(house)

        with pytest.raises(PermissionDenied):
            maintenance.end_series(series, by=house.mira, now=NOW, reason="x")
        maintenance.end_series(series, by=house.jana, now=NOW, reason="x")
        with pytest.raises(Refused, match="has ended already"):
            maintenance.end_series(series, by=house.jana, now=NOW, reason="x")
