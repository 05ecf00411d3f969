"""What happened: tickets with their clocks, escalations, breaches, reviews and the machine's own findings."""

from incidents.models.certificates import Certificate, Credit, CreditEvent
from incidents.models.engine import Audit
from incidents.models.escalations import Breach, Escalation
from incidents.models.maintenance import Maintenance, MaintenanceDeed, MaintenanceEvent, MaintenanceSeries
from incidents.models.outages import DataGap, Outage, OutageEvent
from incidents.models.requests import CreationKey
from incidents.models.reviews import Review, ReviewAction
from incidents.models.signals import Observation, Reading, Signal, SignalSource
from incidents.models.tickets import Event, Pause, PauseReason, RejectReason, Status, Ticket, TimeEntry
from incidents.models.timers import Timer

__all__ = [
    "Audit",
    "Breach",
    "Certificate",
    "CreationKey",
    "Credit",
    "CreditEvent",
    "DataGap",
    "Escalation",
    "Event",
    "Maintenance",
    "MaintenanceDeed",
    "MaintenanceEvent",
    "MaintenanceSeries",
    "Observation",
    "Outage",
    "OutageEvent",
    "Pause",
    "PauseReason",
    "Reading",
    "RejectReason",
    "Review",
    "ReviewAction",
    "Signal",
    "SignalSource",
    "Status",
    "Ticket",
    "TimeEntry",
    "Timer",
]
