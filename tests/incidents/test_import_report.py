"""The figures of an import, against a small log that was worked out by hand."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from incidents.importers.clocks import Clocks
from incidents.importers.replay import Replay
from incidents.importers.report import OfPriority, Report, Verdicts
from incidents.importers.servicenow import Row, Skipped, rows
from incidents.importers.transitions import history
from slas.models import CalendarRevision, Revision
from slas.queries.agreements import TargetTerms, Terms
from tests.incidents.event_log import log, states
from tests.slas.hours import every_day, office

AS_OF = datetime(2016, 3, 9, 9, tzinfo=UTC)  # Wednesday, 10:00 in Berlin
HOURS = {
    ("P1", "response"): (1, office()),
    ("P1", "update"): (2, office()),
    ("P1", "resolution"): (4, every_day("Europe/Berlin")),
    ("P3", "response"): (10, office()),
    ("P3", "resolution"): (50, office()),
}
TERMS = Terms(
    Revision(is_response_paused=False, is_update_paused=True, is_resolution_paused=True),
    {
        (priority, kind): TargetTerms(
            priority, kind, timedelta(hours=hours), CalendarRevision(), clock, "commitment", None
        )
        for (priority, kind), (hours, clock) in HOURS.items()
    },
    (),
    {},
)
P1 = {"priority": "1 - Critical"}
# Monday 7 March 2016; the office is open from 08:00 to 18:00.
# Answered after 30 minutes, solved after 2 h: both kept.
KEPT = states("A", ("7/3/2016 09:00", "New"), ("7/3/2016 09:30", "Active"), ("7/3/2016 11:00", "Resolved"))
# Answered after 90 minutes (1 h promised), waited for 24 h, solved 3 h + 24 h after the opening: 3 h count, kept.
WAITED = states(
    "B",
    ("7/3/2016 09:00", "New"),
    ("7/3/2016 10:30", "Awaiting User Info"),
    ("8/3/2016 10:30", "Active"),
    ("8/3/2016 12:00", "Resolved"),
    ("8/3/2016 12:30", "Closed"),
)
# Solved after 3 h, taken up again after 21 h, solved after 2 h more: 5 h of 4 h. The seconds resolved are no waiting.
AGAIN = states(
    "C", ("7/3/2016 09:00", "New"), ("7/3/2016 12:00", "Resolved"), ("8/3/2016 09:00", "Active"),
    ("8/3/2016 11:00", "Closed"),
)  # fmt: skip
# Nobody has looked at it since Wednesday 09:00: an hour of ten.
FRESH = states("D", ("9/3/2016 09:00", "New"))
# Waiting for a supplier since Tuesday 10:00, twenty-four hours up to as-of; 12 h after the opening, 10 were promised.
STILL_WAITING = states("E", ("7/3/2016 08:00", "New"), ("8/3/2016 10:00", "Awaiting Vendor"))


def story(steps: list[dict[str, str]], *, priority: str, as_of: datetime = AS_OF, **cells: str) -> Replay:
    """One incident, judged by these terms."""
    read = list(
        rows(log(*({**step, **cells} for step in steps)).splitlines(keepends=True), zone=ZoneInfo("Europe/Berlin"))
    )
    kept = [row for row in read if isinstance(row, Row)]
    opened = [{"opened_at": kept[0].updated_at}]
    told = history(kept)
    targets = {kind: one for (of, kind), one in TERMS.targets.items() if of == priority}
    found = Replay(told, TERMS, priority, Clocks(targets, frozenset({"update", "resolution"})))
    assert opened[0]["opened_at"] >= told.opened_at
    found.clocks.open(told.opened_at)
    for move in told.moves:
        found.make(move)
    found.clocks.finish(as_of)
    return found


def counted(as_of: datetime = AS_OF, skipped: tuple[Skipped, ...] = ()) -> Report:
    """The report on all five."""
    report = Report(as_of=as_of, skipped=skipped)
    for steps, priority in ((KEPT, "P1"), (WAITED, "P1"), (AGAIN, "P1"), (FRESH, "P3"), (STILL_WAITING, "P3")):
        opening = steps[0]["sys_updated_at"]
        report.count(story(steps, priority=priority, as_of=as_of, opened_at=opening))
    return report


def test_the_log_worked_out_by_hand() -> None:
    report = counted(skipped=(Skipped(7, "The state “-100” is unknown.", updated_at=AS_OF),))
    report.new = 4

    assert report.facts() == {
        "incidents": 5,
        "events": 3 + 5 + 4 + 1 + 2,
        "skipped_rows": 1,
        "skipped": [{"line": 7, "reason": "The state “-100” is unknown."}],
        "new": 4,
        "as_of": "2016-03-09T09:00:00+00:00",
        "by_priority": {
            "P1": {
                "tickets": 3,
                "response": {"met": 1, "breached": 2, "running": 0},
                "resolution": {"met": 2, "breached": 1, "running": 0},
                "reopened": 1,
                "waiting_seconds": 24 * 3600,
            },
            "P3": {
                "tickets": 2,
                "response": {"met": 0, "breached": 1, "running": 1},
                "resolution": {"met": 0, "breached": 0, "running": 2},
                "reopened": 0,
                "waiting_seconds": 24 * 3600,
            },
        },
    }


def test_the_report_is_json_as_it_stands() -> None:
    facts = counted().facts()

    assert json.loads(json.dumps(facts)) == facts


@pytest.mark.parametrize(
    ("as_of", "response", "resolution", "waiting"),
    [
        # A day later D is late with its answer: ten hours were promised on Wednesday at nine.
        (AS_OF + timedelta(hours=24), Verdicts(0, 2, 0), Verdicts(0, 0, 2), 48 * 3600),
        (AS_OF + timedelta(hours=23), Verdicts(0, 1, 1), Verdicts(0, 0, 2), 47 * 3600),
        # Before the wait began there was none.
        (AS_OF - timedelta(hours=48), Verdicts(0, 1, 1), Verdicts(0, 0, 2), 0),
    ],
)
def test_what_is_open_is_judged_at_as_of(
    as_of: datetime, response: Verdicts, resolution: Verdicts, waiting: int
) -> None:
    assert counted(as_of).by_priority["P3"] == OfPriority(2, response, resolution, 0, waiting)


def test_what_ended_is_judged_by_its_end_whenever_one_looks() -> None:
    early, late = counted(AS_OF), counted(AS_OF + timedelta(days=300))

    assert early.by_priority["P1"] == late.by_priority["P1"]


def test_nothing_imported_is_nothing_told() -> None:
    report = Report(as_of=AS_OF, skipped=())

    assert report.facts() == {
        "incidents": 0, "events": 0, "skipped_rows": 0, "skipped": [], "new": 0,
        "as_of": "2016-03-09T09:00:00+00:00", "by_priority": {},
    }  # fmt: skip
    assert report.sentences() == [
        "Incidents: 0, changes of state: 0, new here: 0; judged at 2016-03-09T09:00:00+00:00.", "Skipped rows: 0.",
    ]  # fmt: skip


def test_the_same_in_words() -> None:
    report = counted(skipped=(Skipped(3, "The row names no incident."), Skipped(9, "opened_at “?” is no date.", "X")))
    report.new = 5

    assert report.sentences() == [
        "Incidents: 5, changes of state: 15, new here: 5; judged at 2016-03-09T09:00:00+00:00.",
        "P1: tickets 3; response 1 met, 2 breached, 0 running; resolution 2 met, 1 breached, 0 running; "
        "reopenings 1; waited 24 h.",
        "P3: tickets 2; response 0 met, 1 breached, 1 running; resolution 0 met, 0 breached, 2 running; "
        "reopenings 0; waited 24 h.",
        "Skipped rows: 2.",
        "Line 3: The row names no incident.",
        "Line 9: opened_at “?” is no date.",
    ]


def test_the_words_follow_the_language_of_the_reader() -> None:
    with translation.override("de"):
        german = counted().sentences()

    assert german != counted().sentences()
    assert "24 h" in german[1]
