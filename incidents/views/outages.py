"""Outages: the list, one of them with what it costs, and everything people do with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import rules
from incidents.actions import outages as actions
from incidents.forms.outages import CorrectionForm, DismissForm, EndForm, OutageFilter, OutageForm
from incidents.models import Outage
from incidents.models.outages import Standing
from incidents.queries import availability, outages, tickets
from incidents.views.keeping import offered_to
from slas.queries import parties
from slas.views import lists
from slas.views.access import entered, person_of
from slas.views.lists import Column
from slas.views.refusals import refusals, status_of

COLUMNS: list[Column[Outage]] = [
    Column("title", gettext_lazy("What was down"), order="title"),
    Column(
        "products",
        gettext_lazy("Products"),
        value=lambda row: ", ".join(product.name for product in row.products.all()),
    ),
    Column("since", gettext_lazy("Since"), order="started_at", value=lambda row: lists.local(row.started_at)),
    Column("until", gettext_lazy("Until"), order="ended_at", value=lambda row: lists.local(row.ended_at)),
    Column("effect", gettext_lazy("Effect"), order="effect", value=lambda row: row.get_effect_display()),
    Column(
        "responsible",
        gettext_lazy("Whose doing"),
        value=lambda row: row.get_responsibility_display(),
        is_on_page=False,
    ),
    Column("cause", gettext_lazy("Cause"), is_on_page=False),
    Column("state", gettext_lazy("State"), order="standing", value=lambda row: row.get_standing_display()),
]
STEPS: dict[str, tuple[type[Form], Callable[..., Outage]]] = {
    "end": (EndForm, actions.end),
    "confirm": (Form, actions.confirm),
    "dismiss": (DismissForm, actions.dismiss),
}


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Every outage of which this person sees a product, the newest first."""
    person = person_of(request)
    listing = lists.make(
        request,
        outages.with_all_shown(outages.visible_to(person), person),
        columns=COLUMNS,
        search=("title", "cause"),
        filters=OutageFilter(request.GET, products=parties.visible_to(person)),
    )
    if listing.wants_csv:
        return listing.csv("outages")
    context = {
        "listing": listing,
        "may_record": outages.kept_by(person).exists(),
        "may_read_signals": rules.may_read_signals(person),
    }
    return render(request, "incidents/outages/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write down an outage."""
    person = person_of(request)
    form = OutageForm(
        entered(request),
        products=offered_to(request),
        tickets=tickets.visible_to(person),
        initial={"products": request.GET.getlist("product"), "started_at": timezone.now()},
    )
    if form.is_bound and form.is_valid():
        with refusals(form):
            row = actions.record(form.facts(), by=person, now=timezone.now())
            messages.success(request, _("The outage is recorded and counts from now on."))
            return redirect("incidents:outage", row.pk)
    return render(request, "incidents/outages/new.html", {"form": form}, status=status_of(form))


@login_required
@require_safe
def outage(request: HttpRequest, pk: int) -> HttpResponse:
    """One outage: what is known, what it costs, what was done with it."""
    return _page(request, _found(request, pk), {})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what stands about an outage, and say why."""
    person, row = person_of(request), _found(request, pk)
    actions.demand(person, outages.products_of(row))
    form = CorrectionForm(
        entered(request),
        products=outages.kept_by(person),
        # What is named already stays, also where this person does not see the ticket itself.
        tickets=tickets.visible_to(person) | row.tickets.all(),
        known=actions.facts_of(row),
    )
    if form.is_bound and form.is_valid():
        with refusals(form):
            reason = form.cleaned_data["reason"]
            actions.change(row, form.facts(), by=person, now=timezone.now(), reason=reason)
            messages.success(request, _("The correction is kept with its reason."))
            return redirect("incidents:outage", row.pk)
    return render(request, "incidents/outages/change.html", {"form": form, "outage": row}, status=status_of(form))


@login_required
@require_POST
def act(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """End, confirm or dismiss; when it is refused, the page comes back with what was written."""
    if step not in STEPS:
        raise Http404
    row, person = _found(request, pk), person_of(request)
    form_class, deed = STEPS[step]
    actions.demand(person, outages.products_of(row))
    form = form_class(request.POST)
    if form.is_valid():
        with refusals(form):
            deed(row, by=person, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Done."))
            return redirect("incidents:outage", pk)
    return _page(request, row, {step: form})


def _found(request: HttpRequest, pk: int) -> Outage:
    person = person_of(request)
    return get_object_or_404(outages.with_all_shown(outages.visible_to(person), person), pk=pk)


def _page(request: HttpRequest, row: Outage, bound: dict[str, Form]) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    shown = list(row.products.all())
    every = list(outages.products_of(row))
    desk = rules.desk_of(person)
    # Whoever keeps the record of a part of it cannot decide about the whole.
    may_keep = all(rules.may_keep_record(desk, product) for product in every)
    forms = {name: bound.get(name) or STEPS[name][0]() for name in _offered(row)} if may_keep else {}
    context: dict[str, Any] = {  # Any: a template's context
        "outage": row,
        "products": shown,
        "unseen": len(every) - len(shown),
        "length": (row.ended_at or now) - row.started_at,
        "costs": [] if row.standing == Standing.DISMISSED else availability.costs(row, shown, now=now),
        "counts": row.counts,
        "story": outages.story(row),
        "tickets": tickets.visible_to(person).filter(outages=row).order_by("pk"),
        "overlaps": outages.overlapping(shown, row.started_at, row.ended_at).exclude(pk=row.pk),
        "forms": forms,
        "refused": next((form for name, form in bound.items() if name not in forms), None),
        "may_change": may_keep and row.standing != Standing.DISMISSED,
        "open_form": next(iter(bound), ""),
    }
    status = max((status_of(form) for form in bound.values()), default=200)
    return render(request, "incidents/outages/page.html", context, status=status)


def _offered(row: Outage) -> list[str]:
    """The steps that this outage permits now."""
    offered = ["confirm"] if row.standing == Standing.PROPOSED else []
    if row.standing != Standing.DISMISSED:
        offered += ["end"] if row.ended_at is None else []
        offered += ["dismiss"]
    return offered
