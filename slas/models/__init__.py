"""What was promised, by whom, to whom, on which clock, and the letters that leave the house."""

from slas.models.agreements import Agreement, Relation, Revision
from slas.models.availability import AvailabilityPromise
from slas.models.calendars import Calendar, CalendarRevision
from slas.models.credits import CreditBand, CreditPromise
from slas.models.notices import Attempt, Heartbeat, Notice
from slas.models.parties import FallbackPerson, Priority, Product, Role, Team, User
from slas.models.wordings import Kind, PriorityDefinition, ReviewParticipant, Step, Target

__all__ = [
    "Agreement",
    "Attempt",
    "AvailabilityPromise",
    "Calendar",
    "CalendarRevision",
    "CreditBand",
    "CreditPromise",
    "FallbackPerson",
    "Heartbeat",
    "Kind",
    "Notice",
    "Priority",
    "PriorityDefinition",
    "Product",
    "Relation",
    "ReviewParticipant",
    "Revision",
    "Role",
    "Step",
    "Target",
    "Team",
    "User",
]
