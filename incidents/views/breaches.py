"""Promises that broke: the list, and one of them with its explanation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from incidents import rules
from incidents.actions import breaches as actions
from incidents.forms.breaches import BreachFilter, ExplanationForm
from incidents.models import Breach
from incidents.queries import breaches as queries
from incidents.queries.ledgers import ledger_of
from slas.models import Kind
from slas.queries import parties
from slas.views import lists
from slas.views.access import person_of
from slas.views.lists import Column
from slas.views.refusals import refusals, status_of

COLUMNS: list[Column[Breach]] = [
    Column("ticket", gettext_lazy("Ticket"), order="ticket__number", value=lambda row: row.ticket.number),
    Column("title", gettext_lazy("Title"), value=lambda row: row.ticket.title, is_on_page=False),
    Column("product", gettext_lazy("Product"), order="ticket__product__name", value=lambda row: row.ticket.product),
    Column("clock", gettext_lazy("Clock"), order="kind", value=lambda row: Kind(row.kind).label),
    Column("due", gettext_lazy("Due"), order="due_at", value=lambda row: lists.local(row.due_at)),
    Column("over", gettext_lazy("Over by"), order="over_seconds", is_number=True, is_in_file=False),
    Column(
        "minutes",
        gettext_lazy("Minutes over"),
        value=lambda row: "" if row.over_seconds is None else row.over_seconds // 60,
        is_on_page=False,
    ),
    Column("cause", gettext_lazy("Cause"), order="cause"),
    Column("team", gettext_lazy("Responsible team"), value=lambda row: row.responsible_team, is_on_page=False),
    Column("action", gettext_lazy("Corrective action"), value=lambda row: row.corrective_action, is_on_page=False),
]


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Every broken promise this person sees, the latest first."""
    person = person_of(request)
    listing = lists.make(
        request,
        queries.visible_to(person),
        columns=COLUMNS,
        search=("ticket__number", "ticket__title", "cause"),
        filters=BreachFilter(request.GET, products=parties.visible_to(person)),
    )
    if listing.wants_csv:
        return listing.csv("breaches")
    return render(request, "incidents/breaches/list.html", {"listing": listing})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def breach(request: HttpRequest, pk: int) -> HttpResponse:
    """One broken promise: the facts, and the form that says why."""
    row = get_object_or_404(
        queries.visible_to(person_of(request)).select_related("explained_by", "ticket__team"), pk=pk
    )
    if request.method == "POST":
        actions.demand(row, by=person_of(request))
    form = ExplanationForm(request.POST if request.method == "POST" else None, breach=row)
    if form.is_bound and form.is_valid():
        with refusals(form):
            actions.explain(row, by=person_of(request), now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The explanation is kept with the breach."))
            return redirect("incidents:breach", row.pk)
    row.timer.ticket = row.ticket
    pauses = list(row.ticket.pauses.order_by("started_at", "pk"))
    context = {
        "breach": row,
        "ticket": row.ticket,
        "ledger": ledger_of(row.timer, pauses=pauses, now=timezone.now()),
        "form": form,
        "may_explain": rules.may_explain(person_of(request), row),
    }
    return render(request, "incidents/breaches/page.html", context, status=status_of(form))
