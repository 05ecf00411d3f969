"""What must never be false about planned work: the tables themselves refuse it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from incidents.models import Maintenance, MaintenanceSeries
from tests.factories import House

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def window(house: House, **facts: Any) -> Maintenance:  # noqa: ANN401 - any column
    """A row as nothing but the table checks it."""
    usual = {
        "title": "New tills",
        "reason": "Version 7",
        "planned_from": NOW + HOUR,
        "planned_to": NOW + 2 * HOUR,
        "created_at": NOW,
        "created_by": house.jana,
        "updated_at": NOW,
    }
    return Maintenance.objects.create(**(usual | facts))


def series(house: House, **facts: Any) -> MaintenanceSeries:  # noqa: ANN401 - any column
    """A series as nothing but the table checks it."""
    usual = {
        "title": "Updates",
        "reason": "Security",
        "week": {"sun": ["02:00-04:00"]},
        "zone": "Europe/Berlin",
        "starts_on": date(2026, 11, 1),
        "created_at": NOW,
        "created_by": house.jana,
    }
    return MaintenanceSeries.objects.create(**(usual | facts))


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"planned_to": NOW + HOUR}, "maintenance_in_order"),
        ({"planned_to": NOW}, "maintenance_in_order"),
        ({"announced_at": NOW, "used_to": NOW}, "maintenance_use_in_order"),
        ({"announced_at": NOW, "used_from": NOW, "used_to": NOW - HOUR}, "maintenance_use_in_order"),
        ({"used_from": NOW}, "maintenance_announced_before_use"),
        ({"is_emergency": True}, "maintenance_announced_before_use"),
        ({"cancelled_at": NOW}, "maintenance_cancelled_whole"),
        ({"cancel_reason": "Frozen zone"}, "maintenance_cancelled_whole"),
        ({"occurs_at": NOW}, "maintenance_of_series_whole"),
    ],
)
def test_windows_that_cannot_be(house: House, facts: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        window(house, **facts)


def test_a_cancellation_is_whole_and_of_nothing_that_was_used(house: House) -> None:
    whole = {"cancelled_at": NOW, "cancelled_by": house.jana, "cancel_reason": "Frozen zone"}
    window(house, **whole)

    for missing in whole:
        with pytest.raises(IntegrityError, match="maintenance_cancelled_whole"), transaction.atomic():
            window(house, **{name: value for name, value in whole.items() if name != missing})
    with pytest.raises(IntegrityError, match="maintenance_cancelled_whole"), transaction.atomic():
        window(house, **whole, announced_at=NOW, used_from=NOW, used_to=NOW)


def test_a_series_writes_an_occurrence_once(house: House) -> None:
    row = series(house)
    window(house, series=row, occurs_at=NOW)
    window(house, series=row, occurs_at=NOW + HOUR)
    window(house, series=series(house), occurs_at=NOW)

    with pytest.raises(IntegrityError, match="maintenance_once_per_occurrence"), transaction.atomic():
        window(house, series=row, occurs_at=NOW)
    with pytest.raises(IntegrityError, match="maintenance_of_series_whole"), transaction.atomic():
        window(house, series=row)


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"week": {}}, "maintenance_series_opens"),
        ({"week": {"sun": []}}, "maintenance_series_opens"),
        ({"week": []}, "maintenance_series_opens"),
        ({"ends_on": date(2026, 11, 1)}, "maintenance_series_in_order"),
        ({"ends_on": date(2026, 10, 1)}, "maintenance_series_in_order"),
        ({"ended_at": NOW}, "maintenance_series_ended_whole"),
    ],
)
def test_series_that_cannot_be(house: House, facts: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        series(house, **facts)


def test_rows_say_what_they_are(house: House) -> None:
    row = window(house, series=series(house), occurs_at=NOW, announced_at=NOW, used_from=NOW)
    event = row.events.create(at=NOW, kind="begun")

    assert (str(row), str(row.series), str(event)) == ("New tills", "Updates", f"{row.pk} begun")
    assert row.used is not None
    assert (row.used.start, row.used.end, row.planned.end) == (NOW, None, NOW + 2 * HOUR)
