"""The worked examples of tests/cases/clock.yaml as values."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from slas.clock import ServiceHours

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "clock.yaml").read_text())["cases"]


@dataclass(frozen=True)
class Case:
    """One example: the hours, the start, and what is expected of them."""

    hours: ServiceHours
    start: datetime
    expected: dict[str, Any]  # as written in the file: its keys differ from kind to kind


def cases(kind: str) -> list[object]:
    """The examples of one kind (deadline, elapsed, timer) as parameters of a test."""
    return [
        pytest.param(Case(_hours(case), moment(case["start"]), case[kind]), id=case["id"])
        for case in CASES
        if kind in case
    ]


def moment(text: str) -> datetime:
    """An instant as the file writes it."""
    return datetime.fromisoformat(text)


def _hours(case: dict[str, Any]) -> ServiceHours:
    return ServiceHours.parse(
        zone=case["zone"],
        week=case["week"],
        closed=[date.fromisoformat(day) for day in case["closed"]],
        special={date.fromisoformat(day): hours for day, hours in case.get("special", {}).items()},
    )
