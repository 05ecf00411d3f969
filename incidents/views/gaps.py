"""Times about which nobody knows: the list, a new one, its end, and taking it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.actions import outages as actions
from incidents.forms.outages import GapForm, ProductFilter
from incidents.models import DataGap
from incidents.queries import outages
from incidents.views.keeping import offered_to
from slas.queries import parties
from slas.views import lists
from slas.views.access import entered, person_of
from slas.views.lists import Column
from slas.views.refusals import refusals, status_of

COLUMNS: list[Column[DataGap]] = [
    Column("product", gettext_lazy("Product"), order="product__name"),
    Column("since", gettext_lazy("Since"), order="started_at", value=lambda row: lists.local(row.started_at)),
    Column("until", gettext_lazy("Until"), order="ended_at", value=lambda row: lists.local(row.ended_at)),
    Column("reason", gettext_lazy("Reason"), order="reason"),
    Column("withdrawn", gettext_lazy("Withdrawn"), value=lambda row: lists.local(row.withdrawn_at)),
]
DEEDS = {"end": actions.end_gap, "withdraw": actions.withdraw_gap}


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Every time without data of the products this person sees, the newest first."""
    return _list(request)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write down that nothing is known about a time."""
    person = person_of(request)
    form = GapForm(entered(request), products=offered_to(request), initial={"product": request.GET.get("product", "")})
    if form.is_bound and form.is_valid():
        with refusals(form):
            actions.record_gap(by=person, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Recorded: this time counts neither as up nor as down."))
            return redirect("incidents:gaps")
    return render(request, "incidents/outages/gap.html", {"form": form}, status=status_of(form))


@login_required
@require_POST
def act(request: HttpRequest, pk: int, step: str) -> HttpResponseBase:
    """There are data again, or it was written down by mistake."""
    gap = get_object_or_404(outages.gaps_visible_to(person_of(request)), pk=pk)
    form = Form(request.POST)
    with refusals(form):
        DEEDS[step](gap, by=person_of(request), now=timezone.now())
        messages.success(request, _("Done."))
        return redirect("incidents:gaps")
    return _list(request, form)


def _list(request: HttpRequest, form: Form | None = None) -> HttpResponseBase:
    person = person_of(request)
    listing = lists.make(
        request,
        outages.gaps_visible_to(person),
        columns=COLUMNS,
        search=("reason", "product__name"),
        filters=ProductFilter(request.GET, products=parties.visible_to(person)),
    )
    if listing.wants_csv:
        return listing.csv("no-data")
    # Asked once for the page, not once for each row.
    kept = set(outages.kept_by(person).values_list("pk", flat=True))
    context = {"listing": listing, "kept": kept, "form": form}
    return render(request, "incidents/outages/gaps.html", context, status=status_of(form) if form else 200)
