"""Words of the letters: {% load letters %}. Moments in plain text, why somebody is written to."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext

from slas.credits import Sentence
from slas.queries import credits

register = template.Library()

WHY = {
    "assignee": gettext_lazy("You get this letter because you hold this ticket."),
    "team": gettext_lazy("You get this letter because your team works on this ticket."),
    "team_lead": gettext_lazy("You get this letter because you lead the team of this ticket."),
    "manager": gettext_lazy("You get this letter because you are the manager of the one who holds this ticket."),
    "managers_manager": gettext_lazy("You get this letter because you stand two steps above the one who holds this."),
    "product_owner": gettext_lazy("You get this letter because you own this product."),
    "service_level_manager": gettext_lazy("You get this letter because you look after the agreements."),
    "fallback": gettext_lazy("You get this letter because nobody before you could be reached."),
}
# Somebody named in a step, “person:jana”, has no role to explain the letter with.
NAMED = gettext_lazy("You get this letter because the agreement names you.")
LEDGER = {
    "counted": gettext_lazy("counted"),
    "closed": gettext_lazy("closed"),
    "holiday": gettext_lazy("holiday"),
    "paused": gettext_lazy("paused"),
}
REASONS = {
    "not_covered": gettext_lazy("not covered by the agreement"),
    "duplicate": gettext_lazy("duplicate"),
    "no_fault_found": gettext_lazy("no fault found"),
    "wrong_desk": gettext_lazy("wrong desk"),
    "other": gettext_lazy("another reason"),
}


@register.filter
def written(at: datetime | None) -> str:
    """An instant in the reader's zone, whole, because a letter is read later: “Mon 23 Nov 2026, 09:00”."""
    return date_format(timezone.localtime(at), pgettext("moment in a letter", "D j M Y, H:i")) if at else "–"


@register.filter
def brief(at: datetime | None) -> str:
    """An instant for a subject: the time alone today, with the weekday this week, else with the day."""
    if at is None:
        return "–"
    # “Today” is the reader's today.
    local, now = timezone.localtime(at), timezone.localtime()
    if local.date() == now.date():
        return date_format(local, pgettext("time today in a subject", "H:i"))
    # On the seventh day a weekday alone would mean two days.
    if abs(local - now) < timedelta(days=6):
        return date_format(local, pgettext("time this week in a subject", "D H:i"))
    return date_format(local, pgettext("moment in a subject", "j M H:i"))


@register.filter
def zone_name(reader_zone: str) -> str:
    """The reader's zone as people know it: “Europe/Berlin (CET)”."""
    return f"{reader_zone} ({timezone.localtime().tzname()})"


@register.filter
def why(role: str) -> str | Promise:
    """Why somebody of this role is written to."""
    return WHY.get(role, NAMED)


@register.filter
def ledger_word(what: str) -> str | Promise:
    """What a line of a ledger says."""
    return LEDGER.get(what, what)


@register.filter
def names(things: Iterable[Mapping[str, object]]) -> str:
    """The names of what a letter is about, in one line."""
    return ", ".join(str(thing["name"]) for thing in things)


@register.filter
def reason_word(reason: str) -> str | Promise:
    """The reason of a rejection."""
    return REASONS.get(reason, reason)


@register.filter
def translated(sentence: Mapping[str, Any]) -> str:
    """A sentence about a credit that was kept with its numbers, in the reader's language."""
    return credits.translated(Sentence(**sentence))
