"""Is the machine running? Pulses, letters, timers that stand still, and what the auditor found."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from incidents.actions import escalations
from incidents.models import Audit, Timer
from incidents.queries import engine as queries
from slas import rules
from slas.models.notices import NoticeState
from slas.views.access import for_readers, person_of

PARTS = {
    "sweep": gettext_lazy("Looks for steps that are due"),
    "deliver": gettext_lazy("Hands letters to the mail server"),
    "audit": gettext_lazy("Checks that nothing was missed"),
    "beat": gettext_lazy("Wakes the others up"),
    "ticker": gettext_lazy("Takes over when nobody wakes them"),
}
INVARIANTS = {
    "I1": gettext_lazy("No step is due for more than three minutes without having fired."),
    "I2": gettext_lazy("Every step that fired is recorded once, every missed deadline too."),
    "I3": gettext_lazy("Every escalation has told somebody."),
    "I4": gettext_lazy("No letter waits too long, or has failed, without the next person being told."),
    "I5": gettext_lazy("No letter is held by a worker that is gone."),
    "I6": gettext_lazy("What counts as sent was accepted by the mail server."),
    "I7": gettext_lazy("Nothing repeats after its acknowledgement, after the end, or during a pause."),
    "I8": gettext_lazy("No step fires early."),
    "I9": gettext_lazy("A letter that is sent again keeps its Message-ID."),
    "I10": gettext_lazy("Every open ticket has a clock for each promise."),
    "I11": gettext_lazy("Evidence is still what it was when it was kept."),
    "I12": gettext_lazy("Every deadline equals its recalculation."),
}


@dataclass(frozen=True)
class Verdict:
    """One invariant as the newest audit saw it; `count` is None when it was not looked at."""

    name: str
    sentence: str | Promise
    count: int | None
    examples: tuple[str, ...]


@for_readers
@require_safe
def engine(request: HttpRequest) -> HttpResponse:
    """Everything that says whether escalations reach people; asks again every 15 seconds."""
    state = queries.engine()
    context = {
        "engine": state,
        "parts": [(PARTS[pulse.name], pulse) for pulse in state.pulses],
        "letters": [(value, label, state.letters.get(value, 0)) for value, label in NoticeState.choices],
        "verdicts": _verdicts(state.audit),
        "may_try_again": rules.may_edit(person_of(request)),
        "has_mails": bool(settings.MAIL_DIR),
    }
    return render(request, "incidents/engine/page.html", context)


@for_readers
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a parked timer again."""
    timer = escalations.unpark(get_object_or_404(Timer, pk=pk), by=person_of(request), now=timezone.now())
    messages.success(request, _("The clock of %(number)s is looked at again now.") % {"number": timer.ticket.number})
    return redirect("incidents:engine")


def _verdicts(audit: Audit | None) -> list[Verdict]:
    found = audit.findings if audit else {}
    return [
        Verdict(
            name=name,
            sentence=sentence,
            count=found[name]["count"] if name in found else None,
            examples=tuple(found.get(name, {}).get("examples", ())),
        )
        for name, sentence in INVARIANTS.items()
    ]
