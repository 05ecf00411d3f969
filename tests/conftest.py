"""What every test may ask for."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.factories import House, build_house

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def house(db: None) -> House:
    """The till with its agreement in force, and a person of every role."""
    return build_house()


@pytest.fixture
def friday_night() -> datetime:
    """Friday, 20 November 2026, 22:00 in Berlin: the office opens again on Monday at 08:00."""
    return datetime(2026, 11, 20, 22, tzinfo=BERLIN)
