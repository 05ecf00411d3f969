"""The worked examples of other systems and of the contract, one test each."""

from datetime import timedelta

import pytest

from slas.clock import NeverOpen
from tests.clock_cases import CASES, Case, cases, moment


@pytest.mark.parametrize("case", cases("deadline"))
def test_deadline_of_the_worked_example(case: Case) -> None:
    allowance = timedelta(seconds=case.expected["allowance_seconds"])

    if case.expected.get("error") == "never_open":
        with pytest.raises(NeverOpen):
            case.hours.deadline(case.start, allowance)
    else:
        assert case.hours.deadline(case.start, allowance) == moment(case.expected["due"])


@pytest.mark.parametrize("case", cases("elapsed"))
def test_elapsed_time_of_the_worked_example(case: Case) -> None:
    end = moment(case.expected["end"])

    assert case.hours.elapsed(case.start, end) == timedelta(seconds=case.expected["seconds"])


def test_every_worked_example_is_of_a_kind_that_is_tested() -> None:
    kinds = [kind for case in CASES for kind in ("deadline", "elapsed", "timer") if kind in case]

    assert len(kinds) == len(CASES) == 99
