"""`manage.py import_tickets`: what the operator types, and what comes back."""

import gzip
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from incidents.models import Ticket
from tests.factories import House
from tests.incidents.event_log import log, states

ROWS = states(
    "INC1",
    ("2/3/2026 09:00", "New"),
    ("2/3/2026 12:00", "Awaiting User Info"),
    ("3/3/2026 12:00", "Resolved"),
    opened_at="2/3/2026 09:00",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of one incident of March 2026, and a row nobody can read."""
    path = tmp_path / "log.csv"
    path.write_text(log(*ROWS, {"incident_state": "-100"}), encoding="utf-8")
    return path


def imported(path: Path, **options: object) -> str:
    out = StringIO()
    call_command(
        "import_tickets",
        str(path),
        **{"format": "servicenow", "product": "kasse", "zone": "Europe/Berlin", "stdout": out} | options,
    )
    return out.getvalue()


def test_the_summary_says_what_came_in(house: House, path: Path) -> None:
    assert imported(path).splitlines() == [
        "Incidents: 1, changes of state: 3, new here: 1; judged at 2026-03-03T11:00:00+00:00.",
        "P3: tickets 1; response 1 met, 0 breached, 0 running; resolution 1 met, 0 breached, 0 running; "
        "reopenings 0; waited 24 h.",
        "Skipped rows: 1.",
        "Line 5: The state “-100” is unknown.",
    ]


@pytest.mark.parametrize("name", ["log.csv.gz", "named-like-nothing"])
def test_a_compressed_file_is_read_as_well(house: House, path: Path, name: str) -> None:
    packed = path.with_name(name)
    packed.write_bytes(gzip.compress(path.read_bytes()))

    imported(packed)

    assert Ticket.objects.get().external_reference == "INC1"


def test_the_report_is_the_json_of_the_contract(house: House, path: Path) -> None:
    report = path.with_name("report.json")

    imported(path, report=str(report), as_of="2026-03-02T16:00")

    verdict = {"met": 1, "breached": 0, "running": 0}
    assert json.loads(report.read_text()) == {
        "incidents": 1,
        "events": 3,
        "skipped_rows": 1,
        "skipped": [{"line": 5, "reason": "The state “-100” is unknown."}],
        "new": 1,
        "as_of": "2026-03-02T15:00:00+00:00",
        "by_priority": {
            "P3": {
                "tickets": 1,
                "response": verdict,
                "resolution": verdict,
                "reopened": 0,
                "waiting_seconds": 4 * 3600,
            }
        },
    }


def test_no_bar_is_drawn_where_nobody_watches(house: House, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imported(path)

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"product": "nothing"}, "There is no product “nothing”."),
        (
            {"zone": "Europe/Hambourg"},
            "The time zone “Europe/Hambourg” is not known; use a name such as Europe/Berlin.",
        ),
        ({"as_of": "soon"}, "“soon” is no date and time, such as 2016-12-31T12:00."),
        ({"report": "/nowhere/at/all.json"}, "The report cannot be written to /nowhere/at/all.json."),
    ],
    ids=["product", "zone", "as-of", "report"],
)
def test_a_wrong_option_ends_in_one_sentence(house: House, path: Path, options: dict[str, str], sentence: str) -> None:
    with pytest.raises(CommandError) as refusal:
        imported(path, **options)

    assert (str(refusal.value), refusal.value.returncode) == (sentence, 1)
    assert not Ticket.objects.exists()


def test_an_agreement_that_came_later_ends_in_one_sentence(house: House, path: Path) -> None:
    path.write_text(log({"opened_at": "31/12/2025 23:59"}), encoding="utf-8")

    with pytest.raises(CommandError) as refusal:
        imported(path)

    assert str(refusal.value) == (
        "No agreement for Kasse was in force on 2025-12-31, when the first incident was opened."
    )


def test_a_missing_file_ends_in_one_sentence(house: House, tmp_path: Path) -> None:
    path = tmp_path / "nothing.csv"

    with pytest.raises(CommandError) as refusal:
        imported(path)

    assert str(refusal.value) == (f"The file {path} cannot be read: [Errno 2] No such file or directory: '{path}'.")
