"""Outages: recorded by people, proposed by monitors, decided by people; and times without data."""

from incidents.actions.outages.deciding import confirm, dismiss
from incidents.actions.outages.gaps import end_gap, record_gap, withdraw_gap
from incidents.actions.outages.proposing import follow, propose
from incidents.actions.outages.recording import change, end, record
from incidents.actions.outages.writing import Facts, demand, facts_of

__all__ = [
    "Facts", "change", "confirm", "demand", "dismiss", "end", "end_gap", "facts_of", "follow", "propose", "record",
    "record_gap", "withdraw_gap",
]  # fmt: skip
