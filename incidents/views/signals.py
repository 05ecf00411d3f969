"""The inbox of signals: what monitors told, and what became of it."""

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
from incidents.actions import signals as actions
from incidents.forms.signals import AssignForm, SignalFilter
from incidents.models import Signal
from incidents.queries import signals as queries
from incidents.queries import sources
from slas.rules import may_edit, may_read_everything
from slas.views import lists
from slas.views.access import entered, only, person_of
from slas.views.lists import Column
from slas.views.refusals import refusals, status_of

for_inbox = only(rules.may_read_signals)
COLUMNS: list[Column[Signal]] = [
    Column("received", gettext_lazy("Received"), order="received_at", value=lambda row: lists.local(row.received_at)),
    Column("source", gettext_lazy("Source"), order="source__name"),
    Column("outcome", gettext_lazy("Outcome"), order="outcome", value=lambda row: row.get_outcome_display()),
    Column("alerts", gettext_lazy("Alerts"), value=lambda row: ", ".join(one.title for one in row.readings.all())),
    Column("products", gettext_lazy("Products"), value=lambda row: ", ".join(_products(row))),
    Column("sha256", gettext_lazy("SHA-256"), is_on_page=False),
]


@for_inbox
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Every signal this person sees, the newest first."""
    person = person_of(request)
    found = queries.visible_to(person)
    listing = lists.make(
        request,
        found,
        columns=COLUMNS,
        search=("source__name", "titles"),
        filters=SignalFilter(request.GET, sources=sources.heard_of(found)),
    )
    if listing.wants_csv:
        return listing.csv("signals")
    reads_all = may_read_everything(person)
    # A remark may be about a product of others.
    remarks = [queries.sentence(row.remarks[0]) if reads_all and row.remarks else "" for row in listing.rows]
    context = {
        "listing": listing,
        "entries": list(zip(listing.rows, remarks, strict=True)),
        "may_see_sources": reads_all,
    }
    return render(request, "incidents/signals/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def signal(request: HttpRequest, pk: int) -> HttpResponse:
    """One signal as it came in, what was made of it, and the form that says which product was meant."""
    person = person_of(request)
    # The list leaves the body out; this page shows it.
    row = get_object_or_404(queries.visible_to(person).defer(None), pk=pk)
    found = queries.readings_of(row, person)
    form = AssignForm(entered(request), readings=found)
    if form.is_bound and form.is_valid():
        with refusals(form):
            actions.assign(form.cleaned_data["reading"], form.cleaned_data["product"], by=person, now=timezone.now())
            messages.success(request, _("An outage of %(product)s is proposed.") % form.cleaned_data)
            return redirect("incidents:signal", row.pk)
    readings = list(found)
    overlaps = queries.overlaps(readings)
    may_read_body = queries.may_read_body(row, person)
    context = {
        "signal": row,
        "body": _text(row) if may_read_body else None,
        "remarks": [queries.sentence(remark) for remark in row.remarks] if may_read_body else [],
        "readings": [(one, overlaps.get(one.pk)) for one in readings],
        "form": form if may_edit(person) and (form.is_bound or any(one.product is None for one in readings)) else None,
    }
    return render(request, "incidents/signals/page.html", context, status=status_of(form))


def _products(row: Signal) -> list[str]:
    """The products that its readings mean; “no product” stands for those that nobody has placed."""
    return list(dict.fromkeys(one.product.name if one.product else _("no product") for one in row.readings.all()))


def _text(row: Signal) -> str:
    """The body as text: what is no UTF-8 and no letter is written out, so that nothing in it can hide."""
    text = bytes(row.body).decode("utf-8", "backslashreplace")
    return "".join(one if one.isprintable() or one in "\n\t " else f"\\x{ord(one):02x}" for one in text)
