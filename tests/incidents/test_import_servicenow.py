"""Reading a ServiceNow event log: dates, priorities, states, and every row that cannot be read."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from incidents.importers.servicenow import Row, Skipped, instant, rows, waits_for
from incidents.models import PauseReason
from slas.errors import Refused
from tests.incidents.event_log import log

BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime(2016, 3, 1, 8, tzinfo=UTC)


def read(*cells: Mapping[str, str]) -> list[Row | Skipped]:
    return list(rows(log(*cells).splitlines(keepends=True), zone=BERLIN))


def test_a_row_is_read_whole() -> None:
    found = read({"assigned_to": "Resolver 4", "sys_mod_count": "3", "sys_updated_at": "01-03-2016 10:30"})

    assert found == [
        Row(
            line=2,
            number="INC1",
            updated_at=datetime(2016, 3, 1, 9, 30, tzinfo=UTC),
            mod_count=3,
            opened_at=NINE,
            state="New",
            priority="P3",
            title="Category 1 – Subcategory 2",
            team_label="Group 7",
            assignee_label="Resolver 4",
        )
    ]


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("29/2/2016 01:16", "2016-02-29T00:16:00+00:00"),
        ("29-02-2016 01:16", "2016-02-29T00:16:00+00:00"),
        ("29-02-2016 01:16:30", "2016-02-29T00:16:30+00:00"),
        ("2016-02-29 01:16", "2016-02-29T00:16:00+00:00"),
        ("2016-02-29T01:16:05", "2016-02-29T00:16:05+00:00"),
        ("2016-02-29T01:16:00+05:00", "2016-02-28T20:16:00+00:00"),
        ("2016-02-29T01:16:00Z", "2016-02-29T01:16:00+00:00"),
        ("5/7/2016 12:00", "2016-07-05T10:00:00+00:00"),
        ("27/3/2016 02:30", "2016-03-27T01:30:00+00:00"),
        ("30/10/2016 02:30", "2016-10-30T00:30:00+00:00"),
    ],
    ids=["slashes", "dashes", "seconds", "iso", "iso T", "offset", "zulu", "day first", "gap: forward", "twice: first"],
)
def test_a_local_time_becomes_an_instant(text: str, utc: str) -> None:
    assert instant(text, zone=BERLIN).isoformat() == utc


@pytest.mark.parametrize("text", ["", "?", "31/2/2016 01:16", "1/3-2016 09:00", "soon", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        instant(text, zone=BERLIN)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"sys_updated_at": "31/2/2016 01:16"}, "sys_updated_at “31/2/2016 01:16” is no date."),
        ({"incident_state": "-100"}, "The state “-100” is unknown."),
        ({"incident_state": "Awaiting"}, "The state “Awaiting” is unknown."),
        ({"sys_mod_count": "many"}, "sys_mod_count “many” is no number."),
        ({"number": "?"}, "The row names no incident."),
        ({"number": "9" * 101}, "The row names no incident."),
        ({"category": "a\0b"}, "The row contains a character that is no text."),
    ],
    ids=["date", "state", "awaiting nothing", "count", "no number", "endless number", "nul"],
)
def test_a_bad_row_is_skipped_alone(cells: dict[str, str], reason: str) -> None:
    bad, good = read(cells, {})

    assert isinstance(bad, Skipped)
    assert (bad.line, bad.reason, bad.number) == (2, reason, None)
    assert isinstance(good, Row)
    assert good.line == 3


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"opened_at": "?"}, "opened_at “?” is no date."),
        ({"priority": "?"}, "The priority “?” is unknown."),
        ({"priority": "5 - Planning"}, "The priority “5 - Planning” is unknown."),
        ({"opened_at": "", "incident_state": "-100"}, "opened_at “” is no date."),
    ],
    ids=["opening", "priority", "fifth priority", "before anything else"],
)
def test_without_opening_or_priority_the_incident_is_left_out(cells: dict[str, str], reason: str) -> None:
    assert read(cells) == [Skipped(2, reason, "INC1", NINE)]


def test_a_skipped_row_still_tells_when_it_was_written() -> None:
    assert read({"incident_state": "-100"}) == [Skipped(2, "The state “-100” is unknown.", None, NINE)]


@pytest.mark.parametrize(
    ("cells", "title"),
    [
        ({}, "Category 1 – Subcategory 2"),
        ({"subcategory": "?"}, "Category 1"),
        ({"category": "?", "subcategory": ""}, "INC1"),
        ({"category": "ä" * 400}, "ä" * 300),
    ],
)
def test_the_title_is_made_of_what_is_known(cells: dict[str, str], title: str) -> None:
    (row,) = read(cells)

    assert isinstance(row, Row)
    assert row.title == title


def test_rows_with_too_few_or_too_many_cells_are_skipped() -> None:
    text = log({}) + "INC2,New\n" + log({}).splitlines()[1] + ",more\n"

    found = list(rows(text.splitlines(keepends=True), zone=BERLIN))

    reason = "The row does not have as many cells as the first line."
    assert found[1:] == [Skipped(3, reason), Skipped(4, reason)]


def test_a_row_is_named_by_its_first_line_whatever_its_cells_contain() -> None:
    found = read({"category": "two\nlines"}, {"number": "INC2"})

    assert [row.line for row in found] == [2, 4]


def test_blank_lines_are_no_rows() -> None:
    text = log({}, {}).splitlines(keepends=True)

    found = list(rows([*text[:2], "\r\n", *text[2:]], zone=BERLIN))

    assert [row.line for row in found] == [2, 4]


def test_a_cell_beyond_the_limit_of_the_format_is_a_bad_row() -> None:
    bad, good = read({"category": "x" * 200_000}, {})

    assert bad == Skipped(2, "The row cannot be read: field larger than field limit (131072).")
    assert isinstance(good, Row)


def test_columns_beyond_the_needed_ones_may_be_missing() -> None:
    text = [
        "number,incident_state,sys_updated_at,opened_at,priority\n",
        "INC9,Active,2016-03-01,2016-03-01,1 - Critical",
    ]

    (row,) = rows(text, zone=BERLIN)

    assert isinstance(row, Row)
    assert (row.title, row.mod_count, row.team_label, row.priority) == ("INC9", 0, "", "P1")


@pytest.mark.parametrize("text", ["", "number,priority\n", "<html>\n"])
def test_a_file_without_the_needed_columns_is_refused(text: str) -> None:
    with pytest.raises(
        Refused, match=r"The file has no column .*incident_state.*; export it from ServiceNow once more\."
    ):
        list(rows(text.splitlines(keepends=True), zone=BERLIN))


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("Awaiting User Info", PauseReason.REPORTER),
        ("Awaiting Vendor", PauseReason.SUPPLIER),
        ("Awaiting Change", PauseReason.CHANGE),
        ("Awaiting Problem", PauseReason.OTHER),
        ("Active", None),
    ],
)
def test_a_waiting_incident_says_for_whom(state: str, reason: PauseReason | None) -> None:
    assert waits_for(state) == reason
