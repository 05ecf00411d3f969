"""The clock of these tests stands at Friday, 20 November 2026, 13:00 in Berlin."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.incidents.rows import NOW


@pytest.fixture(autouse=True)
def friday() -> Iterator[None]:
    """Pages read the clock themselves."""
    with time_machine.travel(NOW, tick=False):
        yield
