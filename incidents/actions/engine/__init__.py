"""What keeps the machine honest: its pulse, its auditor, its canary, and the rounds that a ticker starts."""

from incidents.actions.engine.auditing import audit
from incidents.actions.engine.canaries import canary
from incidents.actions.engine.heartbeats import beat
from incidents.actions.engine.rounds import (
    audit_round,
    budget_round,
    canary_round,
    deliver_round,
    housekeeping_round,
    maintenance_round,
    month_round,
    overrun_round,
    review_round,
    silence_round,
    sweep_round,
)

__all__ = [
    "audit",
    "audit_round",
    "beat",
    "budget_round",
    "canary",
    "canary_round",
    "deliver_round",
    "housekeeping_round",
    "maintenance_round",
    "month_round",
    "overrun_round",
    "review_round",
    "silence_round",
    "sweep_round",
]
