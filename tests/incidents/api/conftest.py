"""The clock of these tests stands at Friday, 20 November 2026, 22:00 in Berlin, until a test moves it."""

from collections.abc import Iterator

import pytest
import time_machine
from time_machine import Traveller

from tests.callers import Caller
from tests.factories import House

FRIDAY_22 = "2026-11-20T22:00:00+01:00"


@pytest.fixture
def clock() -> Iterator[Traveller]:
    """What every request reads as now."""
    with time_machine.travel(FRIDAY_22, tick=False) as moved:
        yield moved


@pytest.fixture
def rita(house: House, clock: Traveller) -> Caller:
    """The reporter."""
    return Caller(house.rita)


@pytest.fixture
def jana(house: House, clock: Traveller) -> Caller:
    """A member of the team."""
    return Caller(house.jana)
