"""Small ServiceNow event logs for the tests, and the real one where the machine has it."""

import csv
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
NAME = "servicenow_event_log_sample.csv.gz"
COLUMNS = (
    "number",
    "incident_state",
    "sys_mod_count",
    "opened_at",
    "sys_updated_at",
    "category",
    "subcategory",
    "priority",
    "assignment_group",
    "assigned_to",
)
CELLS = {
    "number": "INC1",
    "incident_state": "New",
    "sys_mod_count": "0",
    "opened_at": "1/3/2016 09:00",
    "sys_updated_at": "1/3/2016 09:00",
    "category": "Category 1",
    "subcategory": "Subcategory 2",
    "priority": "3 - Moderate",
    "assignment_group": "Group 7",
    "assigned_to": "?",
}


def log(*rows: Mapping[str, str]) -> str:
    """The text of a log whose rows name only what differs from an incident that was just opened."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows({**CELLS, **row} for row in rows)
    return text.getvalue()


def states(number: str, *steps: tuple[str, str], **cells: str) -> list[dict[str, str]]:
    """Rows of one incident: pairs of a local time and the state since then."""
    return [
        {"number": number, "sys_updated_at": at, "incident_state": state, "sys_mod_count": str(count), **cells}
        for count, (at, state) in enumerate(steps)
    ]


def shuffled(*incidents: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """The rows of all incidents, interleaved and latest first."""
    rows = [row for incident in incidents for row in incident]
    return rows[::-2] + rows[-2::-2]


def real_log() -> Path:
    """The real event log; the test is skipped where nobody put it."""
    places = [Path(os.environ["ZUSAGE_DATA"])] if os.environ.get("ZUSAGE_DATA") else []
    for place in (*places, REPO.parent / "shared" / "data"):
        if (place / NAME).exists():
            return place / NAME
    pytest.skip(f"{NAME} is not on this machine; put it into the folder that ZUSAGE_DATA names.")
