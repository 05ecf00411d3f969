"""What every test may ask for."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pytest_django.fixtures import Settings

from incidents.actions.escalations.sweeping import OF_THIS_PROCESS
from tests.factories import House, build_house
from tests.post_office import PostOffice

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def fresh_watermark() -> None:
    """Tests open tickets in the past; a sweep of the test before must not have looked there already."""
    OF_THIS_PROCESS.at = None


@pytest.fixture
def house(db: None) -> House:
    """The till with its agreement in force, and a person of every role."""
    return build_house()


@pytest.fixture
def friday_night() -> datetime:
    """Friday, 20 November 2026, 22:00 in Berlin: the office opens again on Monday at 08:00."""
    return datetime(2026, 11, 20, 22, tzinfo=BERLIN)


@pytest.fixture
def office(settings: Settings) -> Iterator[PostOffice]:
    """A real mail server to which letters go."""
    with PostOffice() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
