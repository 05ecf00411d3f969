"""The worked examples of timers, one test each; a fact that an example does not mention is not compared."""

from datetime import timedelta

import pytest

from incidents.timers import evaluate
from slas.clock import Span
from tests.clock_cases import Case, cases, moment


@pytest.mark.parametrize("case", cases("timer"))
def test_standing_of_the_worked_example(case: Case) -> None:
    expected = case.expected
    stopped_at = moment(expected["stopped_at"]) if "stopped_at" in expected else None
    allowance = expected["allowance_seconds"] or 1_000_000

    standing = evaluate(
        allowance=timedelta(seconds=allowance),
        started_at=case.start,
        hours=case.hours,
        pauses=[Span(moment(start), moment(end)) for start, end in expected["pauses"]],
        stopped_at=stopped_at,
        now=stopped_at or moment(expected["due"]),
    )

    told = {
        "due": standing.due_at,
        "elapsed_seconds": standing.elapsed.total_seconds(),
        "remaining_seconds": standing.remaining.total_seconds(),
        "paused_seconds": standing.paused.total_seconds(),
        "breached": standing.state == "breached",
    }
    wanted = {name: moment(value) if name == "due" else value for name, value in expected.items() if name in told}
    assert {name: told[name] for name in wanted} == wanted
    assert wanted
