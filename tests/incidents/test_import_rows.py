"""Bad rows of an event log, one kind at a time: skipped alone or with their incident, each with its line and reason."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from incidents.importers.servicenow import Row, Skipped, rows
from slas.errors import Refused
from tests.incidents.event_log import CELLS, COLUMNS, log

BERLIN = ZoneInfo("Europe/Berlin")
OPENED = datetime(2016, 3, 1, 8, tzinfo=UTC)
HEAD = "number,incident_state,sys_updated_at,opened_at,priority\n"
GOOD = "INC1,New,1/3/2016 09:00,1/3/2016 09:00,3 - Moderate\n"


def read(text: str) -> list[Row | Skipped]:
    return list(rows(text.splitlines(keepends=True), zone=BERLIN))


def row(**changes: object) -> Row:
    """The row that `CELLS` becomes, with these differences."""
    facts: dict[str, object] = {
        "line": 2, "number": "INC1", "updated_at": OPENED, "mod_count": 0, "opened_at": OPENED, "state": "New",
        "priority": "P3", "title": "Category 1 – Subcategory 2", "team_label": "Group 7", "assignee_label": "",
    }  # fmt: skip
    return Row(**(facts | changes))  # type: ignore[arg-type]  # a test's own words


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"incident_state": "-100"}, "The state “-100” is unknown."),
        ({"incident_state": ""}, "The state “” is unknown."),
        ({"incident_state": "new"}, "The state “new” is unknown."),
        ({"incident_state": "Awaiting"}, "The state “Awaiting” is unknown."),
        ({"incident_state": "AwaitingVendor"}, "The state “AwaitingVendor” is unknown."),
        ({"incident_state": "x" * 60}, f"The state “{'x' * 40}” is unknown."),
        ({"sys_mod_count": "-1"}, "sys_mod_count “-1” is no number."),
        ({"sys_mod_count": "1.5"}, "sys_mod_count “1.5” is no number."),
        ({"sys_mod_count": "1234567890"}, "sys_mod_count “1234567890” is no number."),
        ({"sys_mod_count": "٣"}, "sys_mod_count “٣” is no number."),
    ],
)
def test_a_row_alone_is_skipped(cells: dict[str, str], reason: str) -> None:
    assert read(log(cells, {})) == [Skipped(2, reason, updated_at=OPENED), row(line=3)]


@pytest.mark.parametrize("text", ["", "?", "soon", "31/2/2016 09:00", "2016-03-01T25:00"])
def test_a_row_without_its_moment_is_skipped_alone(text: str) -> None:
    assert read(log({"sys_updated_at": text}, {})) == [
        Skipped(2, f"sys_updated_at “{text}” is no date."), row(line=3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"opened_at": ""}, "opened_at “” is no date."),
        ({"opened_at": "?"}, "opened_at “?” is no date."),
        ({"opened_at": "30/2/2016 09:00"}, "opened_at “30/2/2016 09:00” is no date."),
        ({"priority": ""}, "The priority “” is unknown."),
        ({"priority": "?"}, "The priority “?” is unknown."),
        ({"priority": "0 - None"}, "The priority “0 - None” is unknown."),
        ({"priority": "5 - Planning"}, "The priority “5 - Planning” is unknown."),
        ({"priority": "12"}, "The priority “12” is unknown."),
        ({"priority": "Critical"}, "The priority “Critical” is unknown."),
        # The opening is looked at first: one reason is enough.
        ({"opened_at": "?", "priority": "?", "incident_state": "-100"}, "opened_at “?” is no date."),
    ],
)
def test_a_row_takes_its_incident_along(cells: dict[str, str], reason: str) -> None:
    assert read(log({}, cells)) == [row(), Skipped(3, reason, "INC1", OPENED)]


@pytest.mark.parametrize("number", ["", "?", "   ", "I" * 101])
def test_a_row_that_names_no_incident_harms_nobody_else(number: str) -> None:
    assert read(log({"number": number}, {})) == [Skipped(2, "The row names no incident."), row(line=3)]


@pytest.mark.parametrize(
    ("text", "priority"),
    [("1 - Critical", "P1"), ("2 - High", "P2"), ("3 - Moderate", "P3"), ("4 - Low", "P4"), ("1", "P1"),
     ("2-Hoch", "P2"), ("3 -", "P3"), ("4  -  Niedrig", "P4")],
)  # fmt: skip
def test_priorities_count_by_their_number(text: str, priority: str) -> None:
    assert read(log({"priority": text})) == [row(priority=priority)]


@pytest.mark.parametrize("text", ["INC1", " INC1", "INC1  ", "\tINC1"])
def test_space_around_a_cell_is_no_part_of_it(text: str) -> None:
    assert read(log({"number": text})) == [row()]


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("?", 0), ("0", 0), ("7", 7), ("007", 7), ("999999999", 999_999_999)]
)
def test_the_count_of_changes(text: str, count: int) -> None:
    assert read(log({"sys_mod_count": text})) == [row(mod_count=count)]


@pytest.mark.parametrize(
    ("cells", "changes"),
    [
        ({"category": "Netz, WLAN"}, {"title": "Netz, WLAN – Subcategory 2"}),
        ({"category": 'Er sagte "nein"'}, {"title": 'Er sagte "nein" – Subcategory 2'}),
        ({"assignment_group": "Gruppe „Kasse“; Nord"}, {"team_label": "Gruppe „Kasse“; Nord"}),
        ({"assigned_to": "Müller, Jörg"}, {"assignee_label": "Müller, Jörg"}),
        ({"category": "x" * 400}, {"title": "x" * 300}),
        ({"assigned_to": "y" * 400}, {"assignee_label": "y" * 200}),
        ({"assignment_group": "?", "assigned_to": ""}, {"team_label": "", "assignee_label": ""}),
    ],
)
def test_words_arrive_as_they_were_written(cells: dict[str, str], changes: dict[str, object]) -> None:
    assert read(log(cells)) == [row(**changes)]


def test_a_cell_over_several_lines_is_named_by_its_first() -> None:
    found = read(log({"category": "two\nlines"}, {"incident_state": "-100"}, {"incident_state": "-101"}))

    assert [(one.line, type(one)) for one in found] == [(2, Row), (4, Skipped), (5, Skipped)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_end_as_unix_or_as_windows_ends_them(end: str) -> None:
    text = (HEAD + GOOD + GOOD).replace("\n", end)

    found = read(text)

    assert found == [row(line=line, title="INC1", team_label="") for line in (2, 3)]


def test_columns_in_any_order_and_others_among_them() -> None:
    text = "zz,priority,opened_at,number,sys_updated_at,incident_state\nq,3,1/3/2016 09:00,INC1,1/3/2016 09:00,New\n"

    assert read(text) == [row(title="INC1", team_label="")]


@pytest.mark.parametrize("missing", ["number", "incident_state", "sys_updated_at", "opened_at", "priority"])
def test_each_needed_column_is_asked_for_by_name(missing: str) -> None:
    columns = [name for name in COLUMNS if name != missing]
    text = ",".join(columns) + "\n" + ",".join(CELLS[name] for name in columns) + "\n"

    with pytest.raises(Refused) as refusal:
        read(text)

    assert str(refusal.value) == f"The file has no column {missing}; export it from ServiceNow once more."


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(Refused) as refusal:
        read("number,priority\nINC1,3\n")

    assert str(refusal.value) == (
        "The file has no column incident_state, sys_updated_at, opened_at; export it from ServiceNow once more."
    )


@pytest.mark.parametrize(
    "line", ["INC1,New,1/3/2016 09:00,1/3/2016 09:00", "INC1", "INC1,New,1/3/2016 09:00,1/3/2016 09:00,3,x"]
)
def test_rows_of_another_width_are_skipped(line: str) -> None:
    assert read(f"{HEAD}{line}\n{GOOD}") == [
        Skipped(2, "The row does not have as many cells as the first line."),
        row(line=3, title="INC1", team_label=""),
    ]


def test_what_no_database_stores_is_skipped() -> None:
    assert read(log({"category": "a\0b"}, {})) == [
        Skipped(2, "The row contains a character that is no text."), row(line=3),
    ]  # fmt: skip


def test_nothing_is_read_ahead_of_what_was_asked() -> None:
    def lines() -> list[str]:
        return [HEAD, GOOD, "INC2,-100,1/3/2016 09:00,1/3/2016 09:00,3\n"]

    reading = rows(iter(lines()), zone=BERLIN)

    assert next(reading) == row(title="INC1", team_label="")
    assert next(reading) == Skipped(3, "The state “-100” is unknown.", updated_at=OPENED)
    assert list(reading) == []
