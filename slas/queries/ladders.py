"""The escalation ladder in sentences."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from slas.models import Kind, Step, User
from slas.queries.agreements import StepTerms, Terms
from slas.queries.weeks import span
from slas.queries.wordings import PERSON

AUDIENCE_WORDS = {
    "assignee": gettext_lazy("the assignee"),
    "team": gettext_lazy("the whole team"),
    "team_lead": gettext_lazy("the team lead"),
    "manager": gettext_lazy("the manager"),
    "managers_manager": gettext_lazy("the manager's manager"),
    "product_owner": gettext_lazy("the product owner"),
    "service_level_manager": gettext_lazy("the service level managers"),
}


def ladder(terms: Terms) -> list[str]:
    """Every rung as a sentence: “When 75 % of the time for the response are used: the assignee and the team lead.”"""
    return sentences(terms.rungs)


def sentences(rungs: Sequence[StepTerms | Step]) -> list[str]:
    """These rungs, of whatever revisions, as sentences; one query when people are named."""
    # One question for all names, not one for each rung.
    named = {role.removeprefix(PERSON) for rung in rungs for role in rung.audience if role.startswith(PERSON)}
    names = dict(User.objects.filter(username__in=named).values_list("username", "name"))
    return [_sentence(rung, names) for rung in rungs]


def _sentence(rung: StepTerms | Step, names: dict[str, str]) -> str:
    facts = {"when": _when(rung), "whom": _whom(rung, names)}
    if rung.repeat is None:
        return _("%(when)s: %(whom)s.") % facts
    facts |= {"every": span(rung.repeat)}
    again = ngettext(
        "%(when)s: %(whom)s; after %(every)s once more unless somebody acknowledges.",
        "%(when)s: %(whom)s; every %(every)s again, up to %(most)d times, until somebody acknowledges.",
        rung.max_repeats,
    )
    return again % {**facts, "most": rung.max_repeats}


def _when(rung: StepTerms | Step) -> str:
    kind = Kind(rung.kind).label
    # Percent and offset exclude each other (a constraint of the step).
    if rung.at_offset is None:
        return _("When %(percent)d %% of the time for the %(kind)s are used") % {
            "percent": rung.at_percent or 0,
            "kind": kind,
        }
    facts = {"length": span(abs(rung.at_offset)), "kind": kind}
    if rung.at_offset.total_seconds() < 0:
        return _("%(length)s of support time before the %(kind)s is due") % facts
    return _("%(length)s of support time after the %(kind)s was due") % facts


def _whom(rung: StepTerms | Step, names: dict[str, str]) -> str:
    words = [
        names.get(role.removeprefix(PERSON), role) if role.startswith(PERSON) else str(AUDIENCE_WORDS[role])
        for role in rung.audience
    ]
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
