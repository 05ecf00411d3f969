"""Early pytest plugin: throw-away PostgreSQL and Redis are up before Django reads its settings.

A conftest would be too late for pytest-django. Workers of xdist inherit the addresses and start nothing.
"""

import atexit
import os

from config.services import Services

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
started: Services | None = None
if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
    started = Services()
    atexit.register(started.stop)
    os.environ.update(started.start())


def pytest_unconfigure() -> None:
    """Stop what this process started."""
    if started is not None:
        started.stop()
