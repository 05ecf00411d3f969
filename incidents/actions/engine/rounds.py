"""The rounds that a ticker starts, whichever ticker it is; those on which mails depend leave a pulse."""

from datetime import datetime

from incidents.actions import budgets, certificates, credits, escalations, maintenance, reviews, signals, tickets
from incidents.actions.engine.auditing import audit
from incidents.actions.engine.canaries import canary
from incidents.actions.engine.heartbeats import beat
from slas.actions import delivery


def sweep_round(by: str) -> None:
    """Fire what is due; `by` is the ticker that asked."""
    # The pulse comes after the work: a round that raises must look like silence.
    escalations.sweep()
    beat("sweep", by)


def deliver_round(by: str) -> None:
    """Hand over what waits."""
    delivery.deliver()
    beat("deliver", by)


def audit_round() -> None:
    """Look at every invariant."""
    audit()


def canary_round(now: datetime) -> None:
    """Send a letter to ourselves."""
    canary(now=now)


def review_round(now: datetime) -> None:
    """Remind of reviews and of the actions taken on in them."""
    reviews.remind(now=now)


def maintenance_round(now: datetime) -> None:
    """Write the windows of every series five weeks ahead."""
    maintenance.keep_ahead(now=now)


def overrun_round(now: datetime) -> None:
    """Tell of maintenance that goes on after its window."""
    maintenance.tell_overruns(now=now)


def month_round(now: datetime) -> None:
    """Certify the months that are over, propose their credits, and watch the windows to claim them."""
    certificates.month_round(now)
    credits.credit_round(now)


def housekeeping_round(now: datetime) -> None:
    """Close what was resolved and can no longer be reopened."""
    tickets.close_settled(now=now)


def budget_round(now: datetime) -> None:
    """Warn of error budgets that run out."""
    budgets.warn(now=now)


def silence_round(now: datetime) -> None:
    """Notice which monitors have fallen silent."""
    signals.watch(now=now)
