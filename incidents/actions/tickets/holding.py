"""Who works on a ticket, and for how long."""

from datetime import datetime

from django.utils.translation import gettext as _

from incidents.actions import letters
from incidents.actions.tickets.moving import moving
from incidents.models import Ticket, TimeEntry
from incidents.models.tickets import EventKind
from slas import rules
from slas.actions import notices
from slas.errors import Refused
from slas.models import Team, User

LONGEST_ENTRY = 1440  # minutes: a day


def assign(
    ticket: Ticket,
    *,
    by: User,
    now: datetime,
    assignee: User | None = None,
    team: Team | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Ticket:
    """Hand it to a person of its team, to another team, or to both; naming nobody gives it back to the whole team."""
    with moving("assign", ticket, by=by, now=now, at=at) as case:
        row = case.ticket
        # Naming a team alone hands it to all of them: the old assignee is not one of them.
        new_team = team or row.team
        if (assignee.pk if assignee else None, new_team.pk) == (row.assignee_id, row.team_id):
            raise Refused(_("%(number)s is in these hands already.") % {"number": row.number})
        if assignee is not None and not (assignee.is_active and rules.is_in_team(assignee, new_team)):
            raise Refused(_("%(person)s is not in %(team)s.") % {"person": assignee.name, "team": new_team.name})
        before = _holder(row)
        row.assignee, row.team = assignee, new_team
        # Names of a source system give way to people of our own.
        row.assignee_label = row.team_label = ""
        event = case.note(EventKind.ASSIGNED, text=reason, held_before=before, held_by=_holder(row))
        # Who takes a ticket knows that they have it.
        if assignee is not None and assignee != by:
            notices.put(letters.assigned(row, event=event, timers=list(case.timers.values()), now=now), now=now)
    return case.ticket


def log_time(
    ticket: Ticket, *, by: User, now: datetime, minutes: int, text: str = "", at: datetime | None = None
) -> Ticket:
    """Minutes worked, at most a day in one entry, else ValueError."""
    if not 1 <= minutes <= LONGEST_ENTRY:
        raise ValueError(_("Log between 1 minute and 24 hours at a time."))
    with moving("log-time", ticket, by=by, now=now, at=at) as case:
        TimeEntry.objects.create(ticket=case.ticket, person=by, minutes=minutes, text=text, at=case.at)
        case.note(EventKind.TIME_LOGGED, text=text, is_public=False, minutes=minutes)
    return case.ticket


def _holder(ticket: Ticket) -> dict[str, str]:
    return {
        "assignee": ticket.assignee.username if ticket.assignee else "",
        "assignee_name": ticket.assignee.name if ticket.assignee else ticket.assignee_label,
        "team": ticket.team.slug,
        "team_name": ticket.team_label or ticket.team.name,
    }
