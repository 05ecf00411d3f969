"""What the alarm clock starts. The rows in the database are the queue: a lost message only waits for the next tick."""

from collections.abc import Callable

from celery import shared_task
from django.utils import timezone

from incidents.actions import engine


def _task(run: Callable[[], None]) -> Callable[[], None]:
    """Known to the worker under its own name; Celery ships no types."""
    registered: Callable[[], None] = shared_task(run)
    return registered


@_task
def sweep() -> None:
    """Fire what is due."""
    engine.sweep_round("beat")


@_task
def deliver() -> None:
    """Hand over what waits."""
    engine.deliver_round("beat")


@_task
def audit() -> None:
    """Look at every invariant."""
    engine.audit_round()


@_task
def canary() -> None:
    """Send a letter to ourselves."""
    engine.canary_round(timezone.now())


@_task
def remind_of_reviews() -> None:
    """Remind of reviews and actions."""
    engine.review_round(timezone.now())


@_task
def keep_maintenance_ahead() -> None:
    """Write the windows of series."""
    engine.maintenance_round(timezone.now())


@_task
def tell_overruns() -> None:
    """Tell of maintenance that takes longer than planned."""
    engine.overrun_round(timezone.now())


@_task
def certify_months() -> None:
    """Certify months that are over, and watch their credits."""
    engine.month_round(timezone.now())


@_task
def close_settled_tickets() -> None:
    """Close what can no longer be reopened."""
    engine.housekeeping_round(timezone.now())


@_task
def warn_of_budgets() -> None:
    """Warn of error budgets that run out."""
    engine.budget_round(timezone.now())


@_task
def watch_sources() -> None:
    """Notice which monitors have fallen silent."""
    engine.silence_round(timezone.now())
