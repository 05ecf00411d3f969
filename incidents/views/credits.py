"""Credits: the list, and one of them with its history and the step that is possible now."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from incidents.actions import credits as actions
from incidents.forms.certificates import CreditFilter, DecliningForm
from incidents.models import Credit
from incidents.queries import certificates
from incidents.queries import credits as queries
from slas.queries import parties
from slas.queries.numbers import money
from slas.views import lists
from slas.views.access import person_of
from slas.views.lists import Column
from slas.views.refusals import refusals, status_of

MOVES: dict[str, tuple[Callable[..., Credit], str | Promise]] = {
    "claim": (actions.claim, gettext_lazy("The credit is claimed. The team lead decides next.")),
    "grant": (actions.grant, gettext_lazy("The credit is granted. Somebody else settles it next.")),
    "decline": (actions.decline, gettext_lazy("The credit is declined; whoever claimed it is told why.")),
    "settle": (actions.settle, gettext_lazy("The credit is settled.")),
}
COLUMNS: list[Column[Credit]] = [
    Column("month", gettext_lazy("Month"), order="month", value=lambda row: f"{row.month:%Y-%m}"),
    Column(
        "product", gettext_lazy("Product"), order="agreement__product__name", value=lambda row: row.agreement.product
    ),
    Column("agreement", gettext_lazy("Agreement"), value=lambda row: row.agreement.slug, is_on_page=False),
    Column(
        "worth",
        gettext_lazy("Amount"),
        order="amount",
        value=lambda row: money(row.amount, row.currency),
        is_number=True,
        is_in_file=False,
    ),
    Column("amount", gettext_lazy("Amount"), value=lambda row: row.amount, is_on_page=False),
    Column("currency", gettext_lazy("Currency"), value=lambda row: row.currency, is_on_page=False),
    Column("percent", gettext_lazy("Percent of the fee"), value=lambda row: row.percent, is_on_page=False),
    Column("state", gettext_lazy("State"), order="state", value=lambda row: row.get_state_display()),
    Column("claim_by", gettext_lazy("Claim by"), order="claim_by", value=lambda row: row.claim_by or ""),
]


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Every credit this person sees, the newest month first."""
    person = person_of(request)
    listing = lists.make(
        request,
        queries.visible_to(person).defer("certificate__figures", "certificate__evidence"),
        columns=COLUMNS,
        search=("agreement__product__name", "agreement__slug"),
        filters=CreditFilter(request.GET, products=parties.visible_to(person)),
    )
    if listing.wants_csv:
        return listing.csv("credits")
    return render(request, "incidents/credits/list.html", {"listing": listing})


@login_required
@require_safe
def credit(request: HttpRequest, pk: int) -> HttpResponse:
    """One credit: what it is worth and why, what happened to it, and what can be done now."""
    return _page(request, _seen(request, pk))


@login_required
@require_POST
def move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step: claim, grant, decline or settle."""
    row = _seen(request, pk)
    if name not in MOVES:
        raise Http404
    # Before the form: who may not decide gets 403, whether or not a reason was written.
    actions.demand(person_of(request), name, row)
    deed, said = MOVES[name]
    form = DecliningForm(request.POST) if name == "decline" else forms.Form(request.POST)
    if form.is_valid():
        with refusals(form):
            deed(row, by=person_of(request), now=timezone.now(), **form.cleaned_data)
            messages.success(request, str(said))
            return redirect("incidents:credit", row.pk)
    return _page(request, row, form=form)


def _seen(request: HttpRequest, pk: int) -> Credit:
    return get_object_or_404(queries.visible_to(person_of(request)), pk=pk)


def _page(request: HttpRequest, row: Credit, *, form: forms.Form | None = None) -> HttpResponse:
    newest = certificates.of_month(row.agreement, row.month).defer("evidence")[0]
    context = {
        "credit": row,
        "moves": queries.moves_for(person_of(request), row, timezone.now()),
        "reading": queries.reading(row.certificate.figures["credit"]),
        "events": row.events.select_related("actor"),
        "newest": newest,
        # A correction that came after the decision changes nothing any more, but everybody can see it.
        "differs": newest.figures["credit"] if newest.pk != row.certificate_id else None,
        "form": form or DecliningForm(),
        "sent": form,
    }
    return render(request, "incidents/credits/page.html", context, status=status_of(form) if form else 200)
