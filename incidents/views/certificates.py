"""Certificates of months: the list, one of them, drawn up, signed and corrected."""

from datetime import date

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents import rules
from incidents.actions import certificates as actions
from incidents.forms.certificates import CertificateFilter, CorrectionForm, NewCertificateForm
from incidents.models import Certificate, Credit
from incidents.queries import accounts, exits
from incidents.queries import certificates as queries
from incidents.queries import credits as worth
from slas.models import Agreement
from slas.queries import agreements, parties
from slas.views import lists
from slas.views.access import entered, person_of
from slas.views.lists import Column
from slas.views.refusals import refusals, status_of

VERDICTS = {True: gettext_lazy("kept"), False: gettext_lazy("broken"), None: gettext_lazy("too little data")}
SIDES = {"provider", "customer"}


def _signed(row: Certificate) -> str:
    return _("signed by both sides") if row.is_signed else _("not signed by both sides yet")


COLUMNS: list[Column[Certificate]] = [
    Column("month", gettext_lazy("Month"), order="month", value=lambda row: f"{row.month:%Y-%m}"),
    Column(
        "product", gettext_lazy("Product"), order="agreement__product__name", value=lambda row: row.agreement.product
    ),
    Column("agreement", gettext_lazy("Agreement"), value=lambda row: row.agreement.slug, is_on_page=False),
    Column("number", gettext_lazy("Number"), value=lambda row: row.number, is_on_page=False),
    Column("verdict", gettext_lazy("Verdict"), value=lambda row: VERDICTS[row.figures["kept"]]),
    Column(
        "availability",
        gettext_lazy("Availability"),
        value=lambda row: row.figures["availability_shown"] or "",
        is_number=True,
    ),
    Column("signed", gettext_lazy("Signatures"), value=_signed),
    Column("drawn_up", gettext_lazy("Drawn up"), order="drawn_up_at", value=lambda row: lists.local(row.drawn_up_at)),
    Column("hash", gettext_lazy("Hash of the evidence"), value=lambda row: row.evidence_hash, is_on_page=False),
]


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Every certificate this person sees, the newest month first."""
    person = person_of(request)
    listing = lists.make(
        request,
        # A list shows figures; evidence is long.
        queries.visible_to(person).defer("evidence"),
        columns=COLUMNS,
        search=("agreement__product__name", "agreement__slug", "evidence_hash"),
        filters=CertificateFilter(request.GET, products=parties.visible_to(person)),
    )
    if listing.wants_csv:
        return listing.csv("certificates")
    sheets = [(row, accounts.sheet(row.figures)) for row in listing.rows]
    return render(request, "incidents/certificates/list.html", {"listing": listing, "sheets": sheets})


@login_required
@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate: the figures, what they were measured on, and who signed."""
    return _page(request, _seen(request, pk))


@login_required
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """One button: this person signs for one side."""
    row, form = _seen(request, pk), forms.Form(request.POST)
    asked = request.POST.get("side", "")
    if asked not in SIDES:
        form.add_error(None, _("Say for which side you sign."))
        return _page(request, row, signing=form)
    with refusals(form):
        actions.sign(
            row, by=person_of(request), now=timezone.now(), side="provider" if asked == "provider" else "customer"
        )
        messages.success(request, _("Your signature stands under this month."))
        return redirect("incidents:certificate", row.pk)
    return _page(request, row, signing=form)


@login_required
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Certify the same month once more, because more is known now."""
    row, form = _seen(request, pk), CorrectionForm(request.POST)
    if form.is_valid():
        with refusals(form):
            return _drawn_up(request, row.agreement, row.month, form.cleaned_data["reason"])
    return _page(request, row, correction=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draw up a month by hand."""
    seen = agreements.visible_to(person_of(request))
    asked = {name: request.GET.get(name, "") for name in ("agreement", "month")}
    form = NewCertificateForm(entered(request), agreements=seen, **asked)
    if form.is_bound and form.is_valid():
        with refusals(form):
            return _drawn_up(request, **form.cleaned_data)
    return render(request, "incidents/certificates/new.html", {"form": form}, status=status_of(form))


def _seen(request: HttpRequest, pk: int) -> Certificate:
    return get_object_or_404(queries.visible_to(person_of(request)), pk=pk)


def _drawn_up(request: HttpRequest, agreement: Agreement, month: date, reason: str) -> HttpResponse:
    now = timezone.now()
    row = actions.draw_up(agreement, month, by=person_of(request), now=now, reason=reason)
    # An older moment: the evidence was the same, and the newest certificate is the answer.
    if row.drawn_up_at == now:
        messages.success(request, _("The month is certified. Both sides can sign it now."))
    else:
        messages.info(request, _("This month is certified already, on the same evidence."))
    return redirect("incidents:certificate", row.pk)


def _page(
    request: HttpRequest,
    row: Certificate,
    *,
    signing: forms.Form | None = None,
    correction: CorrectionForm | None = None,
) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    chain = list(queries.visible_to(person).filter(agreement=row.agreement, month=row.month).defer("evidence"))
    is_newest = chain[0] == row
    # Measuring a month costs; of an older number everybody knows that more is known.
    is_stale = is_newest and queries.is_stale(row)
    credit = Credit.objects.filter(agreement=row.agreement, month=row.month).select_related("certificate").first()
    context = {
        "certificate": row,
        "whole": accounts.sheet(row.figures),
        "parts": [accounts.sheet(part) for part in row.figures["parts"]],
        "outages": accounts.outages(row.figures, row.evidence),
        "maintenance": accounts.maintenance(row.figures, row.evidence),
        "gaps": accounts.gaps(row.figures, row.evidence),
        "chain": chain,
        "is_newest": is_newest,
        "is_stale": is_stale,
        "sides": queries.sides_open(person, row, is_newest=is_newest),
        "credit": credit,
        "certified": row.figures["credit"],
        "reading": worth.reading(row.figures["credit"]),
        "exit_reason": exits.exit_reason(row.agreement, row.month, now=now),
        "signing": signing,
        "correction": correction or CorrectionForm(),
        "may_correct": is_stale and rules.may_draw_up(person, row.agreement.product),
    }
    sent = signing or correction
    return render(request, "incidents/certificates/page.html", context, status=status_of(sent) if sent else 200)
