"""A new ticket: what will happen is said before it is sent."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from incidents.actions import tickets as actions
from incidents.forms.opening import PromiseForm, TicketForm, offered
from slas.queries import agreements, parties, sentences
from slas.queries.agreements import Terms
from slas.views.access import entered, person_of
from slas.views.refusals import refusals, status_of


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """The form; `preview` shows the promise, `send` opens the ticket."""
    products = parties.visible_to(person_of(request))
    initial = {"product": request.GET.get("product", "").replace("\x00", "")}
    form = TicketForm(entered(request), products=products, initial=initial)
    promise: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        # Without script the promise is one press away; with it, it is already on the page.
        if "preview" not in request.POST:
            with refusals(form):
                return _opened(request, form)
        promise = _promise(form, timezone.now())
    context = {"form": form, **promise}
    return render(request, "incidents/tickets/new.html", context, status=status_of(form))


@login_required
@require_safe
def promise(request: HttpRequest) -> HttpResponse:
    """What would happen if it were sent now; htmx asks while somebody is writing."""
    form = PromiseForm(request.GET, products=parties.visible_to(person_of(request)))
    context = _promise(form, timezone.now()) if form.is_valid() else {}
    return render(request, "incidents/tickets/_promise.html", context)


def _opened(request: HttpRequest, form: TicketForm) -> HttpResponse:
    said, now = form.cleaned_data, timezone.now()
    terms = agreements.terms_for(said["product"], now)
    ticket = actions.open_ticket(
        said["product"],
        by=person_of(request),
        now=now,
        priority=offered(form.priority, _known(terms)) if terms else form.priority,
        title=said["title"],
        description=said["description"],
    )
    messages.success(request, _("%(number)s is open. The team knows.") % {"number": ticket.number})
    return redirect("incidents:ticket", ticket.number)


def _promise(form: TicketForm, now: datetime) -> dict[str, object]:
    product = form.cleaned_data["product"]
    terms = agreements.terms_for(product, now)
    # Said before sending, because opening would be refused.
    if terms is None:
        return {"product": product, "is_promised": False}
    priority = offered(form.priority, _known(terms))
    return {
        "product": product,
        "is_promised": True,
        "priority": priority,
        "definition": terms.definition(priority),
        "answers": sentences.what_if(terms, priority, now),
    }


def _known(terms: Terms) -> list[str]:
    return sorted({priority for priority, _kind in terms.targets})
