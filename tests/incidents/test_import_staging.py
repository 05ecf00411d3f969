"""The staging table: rows in any order come out incident by incident, in the order in which they happened."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from incidents.importers import servicenow, staging
from incidents.importers.servicenow import Skipped
from incidents.importers.staging import Staged
from tests.incidents.event_log import log, shuffled, states

pytestmark = pytest.mark.django_db
NINE = datetime(2016, 3, 1, 9, tzinfo=UTC)


def stage(*rows: Mapping[str, str]) -> Staged:
    return staging.fill(servicenow.rows(log(*rows).splitlines(keepends=True), zone=ZoneInfo("UTC")))


def batches(size: int) -> list[list[tuple[str, list[int]]]]:
    """Per batch the incidents with the lines of their rows."""
    return [[(rows[0].number, [row.line for row in rows]) for rows in batch] for batch in staging.incidents(size=size)]


def test_rows_of_an_incident_come_together_whatever_their_order() -> None:
    first = states("INC1", ("1/3/2016 09:00", "New"), ("1/3/2016 10:00", "Active"), ("1/3/2016 11:00", "Closed"))
    second = states("INC2", ("1/3/2016 09:30", "New"), ("1/3/2016 10:30", "Active"))

    stage(*shuffled(first, second))

    found = [(row.number, row.state) for batch in staging.incidents(size=10) for rows in batch for row in rows]
    assert found == [("INC1", "New"), ("INC1", "Active"), ("INC1", "Closed"), ("INC2", "New"), ("INC2", "Active")]


def test_rows_of_one_moment_are_ordered_by_their_count_and_then_by_their_line() -> None:
    stage(
        {"sys_mod_count": "10", "incident_state": "Closed"},
        {"sys_mod_count": "9", "incident_state": "Resolved"},
        {"sys_mod_count": "2", "incident_state": "Active"},
        {"sys_mod_count": "2", "incident_state": "Awaiting Vendor"},
    )

    assert batches(10) == [[("INC1", [4, 5, 3, 2])]]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (1, [["INC1"], ["INC2"], ["INC3"]]),
        (2, [["INC1", "INC2"], ["INC3"]]),
        (3, [["INC1", "INC2", "INC3"]]),
        (9, [["INC1", "INC2", "INC3"]]),
    ],
)
def test_batches_hold_whole_incidents(size: int, expected: list[list[str]]) -> None:
    stage(*({"number": f"INC{number}"} for number in (3, 1, 2) for _twice in range(2)))

    assert [[number for number, _lines in batch] for batch in batches(size)] == expected


def test_numbers_that_no_language_sorts_alike_are_each_met_once() -> None:
    numbers = ["INC-1", "INC1", "inc1", "İNC1", "ÄNC1", "INC 1", "INC_1"]

    stage(*({"number": number} for number in numbers))

    assert sorted(number for batch in batches(2) for number, _lines in batch) == sorted(numbers)


def test_what_was_staged_is_counted() -> None:
    staged = stage(
        {"number": "INC1", "opened_at": "2016-03-01 08:00"},
        {"number": "INC2", "opened_at": "2016-02-01 08:00", "sys_updated_at": "2016-03-01 09:00"},
        {"number": "INC2", "opened_at": "2016-02-01 08:00", "sys_updated_at": "2016-02-03 09:00"},
    )

    assert staged == Staged(
        latest_at=NINE, earliest_opening=datetime(2016, 2, 1, 8, tzinfo=UTC), skipped=[], incidents=2
    )


def test_the_latest_update_counts_even_where_its_row_is_skipped() -> None:
    staged = stage({}, {"incident_state": "-100", "sys_updated_at": "2016-04-01 09:00"})

    assert staged.latest_at == datetime(2016, 4, 1, 9, tzinfo=UTC)


def test_an_incident_without_opening_is_left_out_with_all_its_rows() -> None:
    staged = stage({"number": "INC1"}, {"number": "INC2"}, {"number": "INC1", "opened_at": "?"}, {"number": "INC1"})

    whole = "INC1 is left out whole because of line 4."
    assert [(row.line, row.reason) for row in staged.skipped] == [
        (2, whole),
        (4, "opened_at “?” is no date."),
        (5, whole),
    ]
    assert batches(10) == [[("INC2", [3])]]
    assert staged.incidents == 1


def test_a_piece_never_splits_what_belongs_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "PIECE", 2)

    stage(*({"number": f"INC{number % 3}"} for number in range(7)))

    assert batches(10) == [[("INC0", [2, 5, 8]), ("INC1", [3, 6]), ("INC2", [4, 7])]]


def test_staging_anew_forgets_what_lay_there() -> None:
    stage({"number": "INC1"})

    stage({"number": "INC2"})

    assert batches(10) == [[("INC2", [2])]]


def test_clearing_twice_is_no_mistake() -> None:
    stage({})

    staging.clear()
    staging.clear()

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_temp.staged')")
        assert cursor.fetchone() == (None,)


def test_nothing_but_bad_rows_leaves_nothing() -> None:
    staged = stage({"number": "?"})

    assert staged.skipped == [Skipped(2, "The row names no incident.")]
    assert (staged.incidents, staged.earliest_opening, batches(5)) == (0, None, [])
