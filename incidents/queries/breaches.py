"""Promises that broke, as people may see them."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from incidents import rules
from incidents.models import Breach
from slas.models import User


def visible_to(user: User | AnonymousUser | rules.Desk) -> QuerySet[Breach]:
    """The breaches of the tickets this person may see, latest deadline first."""
    # Through the ticket: there is one rule of visibility, and pages, counts and the API all ask it.
    found = Breach.objects.filter(rules.visible(user, "ticket__"))
    return found.select_related("ticket__product", "responsible_team", "timer").order_by("-due_at", "-pk")


def unexplained(user: User | rules.Desk) -> QuerySet[Breach]:
    """Those among them for which nobody has said why."""
    return visible_to(user).filter(explained_at__isnull=True)
