"""Escalations as people may see them, who may acknowledge them, and the address in the letter."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Cast, Substr

from incidents import rules
from incidents.models import Escalation
from slas import mail
from slas.models import Notice, User

SUBJECT = "escalation:"


@dataclass(frozen=True)
class Claim:
    """What the address in a letter stands for: this escalation of this cycle, acknowledged by this person."""

    escalation_id: int
    person_id: int
    cycle: int


def visible_to(reader: User | AnonymousUser | rules.Desk) -> QuerySet[Escalation]:
    """The escalations of tickets this person may see, and those they were told about, newest first."""
    if isinstance(reader, AnonymousUser):
        return Escalation.objects.none()
    desk = rules.desk_of(reader)
    seen = rules.visible(desk, "ticket__")
    # No condition means everything; joined with another one it would mean that one alone.
    found = Escalation.objects.filter(seen | Q(pk__in=told_to(desk.user)) if seen else seen)
    return found.select_related("ticket__product", "timer", "step", "acknowledged_by").order_by("-fired_at", "-pk")


def told_to(user: User) -> QuerySet[Notice, int]:
    """The keys of the escalations that this person got a letter about, for the database to join."""
    told = Notice.objects.filter(recipient=user, subject__startswith=SUBJECT).order_by()
    return told.values_list(Cast(Substr("subject", len(SUBJECT) + 1), BigIntegerField()), flat=True)


def open_for(reader: User | rules.Desk) -> QuerySet[Escalation]:
    """What waits for this person's word: the highest step of each timer that was told to them or is about tickets
    they hold or lead, and that nobody acknowledged.
    """
    desk = rules.desk_of(reader)
    concerned = (
        Q(pk__in=told_to(desk.user))
        | Q(ticket__assignee=desk.user)
        | Q(ticket__team__in=desk.led | desk.above)
        | Q(ticket__product__team__in=desk.led | desk.above)
    )
    # Nobody has to take on what is solved; it stays in the list of all escalations.
    live = Q(ticket__status__in=("new", "open", "waiting"))
    seen = visible_to(desk)
    waiting = seen.filter(concerned, live, acknowledged_at__isnull=True, told_with__isnull=True)
    # One word settles the lower steps too; asking for each of them would only be noise.
    highest = waiting.order_by("timer_id", "-cycle", "-position", "-repeat").distinct("timer_id").values("pk")
    return seen.filter(pk__in=highest)


def may_acknowledge(reader: User | rules.Desk, escalation: Escalation) -> bool:
    """Its recipients, the assignee, the team lead and the managers above; an auditor changes nothing."""
    desk = rules.desk_of(reader)
    user = desk.user
    if desk.changes_nothing:
        return False
    ticket = escalation.ticket
    teams = {ticket.team_id, ticket.product.team_id}
    if desk.is_administrator or ticket.assignee_id == user.pk or not (desk.led | desk.above).isdisjoint(teams):
        return True
    # Several steps overdue at once are told by one letter, that of the highest.
    subject = f"{SUBJECT}{escalation.told_with_id or escalation.pk}"
    return Notice.objects.filter(recipient=user, subject=subject).exists()


def make_token(escalation_id: int, person_id: int, cycle: int) -> str:
    """The signed part of the address in a letter, good for 24 hours."""
    return mail.make_token([escalation_id, cycle], reader_id=person_id)


def read_token(token: str) -> Claim | None:
    """What the address stands for; None when it is forged, `signing.SignatureExpired` when older than 24 hours."""
    try:
        person_id, (escalation_id, cycle) = mail.read_token(token)
    except signing.SignatureExpired:
        # The page says “too old” instead of “wrong”: this person was meant.
        raise
    except (signing.BadSignature, ValueError):
        return None
    return Claim(escalation_id, person_id, cycle)
