"""One ticket: its clocks, its conversation, and what can be done with it now."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from incidents.actions import tickets as actions
from incidents.forms.tickets import FORMS, Plain
from incidents.models import Ticket
from incidents.queries import pages
from incidents.queries import tickets as queries
from slas.views.access import person_of
from slas.views.refusals import refusals, status_of

DEEDS: Mapping[str, Callable[..., Ticket]] = {
    "begin": actions.begin,
    "respond": actions.respond,
    "comment": actions.comment,
    "assign": actions.assign,
    "pause": actions.pause,
    "resume": actions.resume,
    "reprioritise": actions.reprioritise,
    "resolve": actions.resolve,
    "reopen": actions.reopen,
    "close": actions.close,
    "reject": actions.reject,
    "log-time": actions.log_time,
    "move": actions.move,
}


@login_required
@require_safe
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """The page of a ticket; htmx asks for the clocks alone."""
    found = _found(request, number)
    # Every half minute, from every open ticket page: only the clocks are worked out.
    if request.headers.get("HX-Target") == "clocks":
        now = timezone.now()
        context = {"timers": pages.shown_timers(found, now), "ticket": found, "now": now}
        return render(request, "incidents/tickets/_clocks.html", context)
    return _page(request, found, {})


@login_required
@require_POST
def act(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do one thing; when it is refused, the page comes back with what was written."""
    if action not in DEEDS:
        raise Http404
    found = _found(request, number)
    actions.demand(action, found, by=person_of(request))
    form = FORMS[action](request.POST, ticket=found, prefix=action)
    if form.is_valid():
        with refusals(form):
            DEEDS[action](found, by=person_of(request), now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Done."))
            return redirect("incidents:ticket", number)
    return _page(request, found, {action: form})


@login_required
@require_POST
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Take it oneself: the most frequent assignment is one press."""
    found = _found(request, number)
    form = Plain(request.POST, ticket=found, prefix="take")
    with refusals(form):
        actions.assign(found, by=person_of(request), now=timezone.now(), assignee=person_of(request))
        messages.success(request, _("It is yours now."))
        return redirect("incidents:ticket", number)
    return _page(request, found, {"assign": form})


def _found(request: HttpRequest, number: str) -> Ticket:
    try:
        return queries.by_number(person_of(request), number)
    except Ticket.DoesNotExist:
        # Invisible and not there are the same answer.
        raise Http404 from None


def _page(request: HttpRequest, found: Ticket, bound: Mapping[str, Plain]) -> HttpResponse:
    now = timezone.now()
    page = pages.page(found, reader=person_of(request), now=now)
    # Moving to other hours is offered only where it would change a deadline.
    offered = [*page.actions, *(["move"] if page.moves else [])]
    forms = {name: bound.get(name) or FORMS[name](ticket=found, prefix=name) for name in offered}
    # Somebody else was faster: the form is gone from the page, its refusal must not be.
    refused = next((form for name, form in bound.items() if name not in forms), None)
    status = max((status_of(form) for form in bound.values()), default=200)
    context = {
        "page": page,
        "ticket": found,
        "timers": page.timers,
        "now": now,
        "forms": {name.replace("-", "_"): form for name, form in forms.items()},
        "open_form": next(iter(bound), ""),
        "refused": refused,
        "is_mine": found.assignee_id == person_of(request).pk,
    }
    return render(request, "incidents/tickets/page.html", context, status=status)
