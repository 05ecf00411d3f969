"""Agreements: what stands in them, who signed, and what came before."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Case, OuterRef, Subquery, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from slas import rules
from slas.actions import agreements as actions
from slas.exports import agreement_file
from slas.forms.agreements import RetireForm
from slas.models import Agreement, Revision
from slas.queries import agreements, availability, credits, ladders, overviews, sentences
from slas.views import lists
from slas.views.access import for_readers, person_of
from slas.views.refusals import refusals, status_of

COLUMNS: list[lists.Column[Agreement]] = [
    lists.Column("title", gettext_lazy("Agreement"), order="title"),
    lists.Column("product", gettext_lazy("Product"), order="product__name"),
    lists.Column("provider", gettext_lazy("Provider"), order="provider"),
    lists.Column("customer", gettext_lazy("Customer"), order="customer"),
    lists.Column("since", gettext_lazy("In force from"), order="since"),
    lists.Column("state", gettext_lazy("State"), is_in_file=False),
]


@login_required
def index(request: HttpRequest) -> HttpResponseBase:
    """Every agreement this person may read, with what counts now, or else with what its newest revision says."""
    is_later = Case(When(agreements.in_force(timezone.now()), then=0), default=1)
    # The newest wording, draft or not: whoever looks after agreements looks for the draft.
    newest = Revision.objects.filter(agreement=OuterRef("pk")).order_by(is_later, "-number")
    found = agreements.visible_to(person_of(request)).annotate(
        title=Subquery(newest.values("title")[:1]),
        provider=Subquery(newest.values("provider")[:1]),
        customer=Subquery(newest.values("customer")[:1]),
        since=Subquery(newest.values("in_force_from")[:1]),
    )
    listing = lists.make(request, found, columns=COLUMNS, search=("title", "product__name", "provider", "customer"))
    if listing.wants_csv:
        return listing.csv("agreements")
    states = overviews.states_by_agreement([row.pk for row in listing.rows], timezone.now())
    rows = [(row, states.get(row.pk, "draft")) for row in listing.rows]
    context = {"listing": listing, "agreements": rows, "may_edit": rules.may_edit(person_of(request))}
    return render(request, "slas/agreements.html", context)


@login_required
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One revision in sentences; all of them beside it."""
    agreement = get_object_or_404(agreements.visible_to(person_of(request)), slug=slug)
    return _detail_page(request, agreement, RetireForm())


@for_readers
def as_file(request: HttpRequest, slug: str) -> HttpResponse:
    """The agreement as the file that `apply` reads."""
    agreement = get_object_or_404(agreements.visible_to(person_of(request)), slug=slug)
    # The file names people with addresses and roles, so it is for those who read everything.
    answer = HttpResponse(agreement_file.text(agreement), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{agreement.slug}.yaml"'
    return answer


@login_required
@require_POST
def sign_as_provider(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The provider's signature."""
    revision, form = _revision(request, slug, number), RetireForm({})
    # The same page answers, so that a refusal stands beside what it is about.
    with refusals(form):
        signed = actions.sign_as_provider(revision, by=person_of(request), now=timezone.now())
        return _signed(request, signed)
    return _detail_page(request, revision.agreement, form)


@login_required
@require_POST
def sign_as_customer(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The customer's signature."""
    revision, form = _revision(request, slug, number), RetireForm({})
    with refusals(form):
        signed = actions.sign_as_customer(revision, by=person_of(request), now=timezone.now())
        return _signed(request, signed)
    return _detail_page(request, revision.agreement, form)


@login_required
@require_POST
def retire(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """End a revision, now or later."""
    revision, form = _revision(request, slug, number), RetireForm(request.POST)
    if form.is_valid():
        with refusals(form):
            actions.retire(revision, by=person_of(request), now=timezone.now(), at=form.cleaned_data["at"])
            messages.success(request, _("The end of this revision is kept."))
            return redirect("slas:agreement", slug)
    return _detail_page(request, revision.agreement, form)


@login_required
@require_POST
def discard(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Throw a draft away."""
    revision, form = _revision(request, slug, number), RetireForm({})
    with refusals(form):
        actions.discard(revision, by=person_of(request), now=timezone.now())
        messages.success(request, _("The draft is gone."))
        return redirect("slas:agreements")
    return _detail_page(request, revision.agreement, form)


def _revision(request: HttpRequest, slug: str, number: int) -> Revision:
    agreement = get_object_or_404(agreements.visible_to(person_of(request)), slug=slug)
    return get_object_or_404(agreement.revisions.select_related("agreement__product__team__lead"), number=number)


def _signed(request: HttpRequest, revision: Revision) -> HttpResponse:
    published = _("Both sides have signed: the revision is published.")
    messages.success(request, published if revision.is_published else _("Your signature is kept."))
    return redirect("slas:agreement", revision.agreement.slug)


def _detail_page(request: HttpRequest, agreement: Agreement, form: RetireForm) -> HttpResponse:
    now, person = timezone.now(), person_of(request)
    revisions = list(agreements.revisions_of(agreement))
    shown = _shown(revisions, request.GET.get("revision", ""), now)
    # Hours as they will be when it starts: what is agreed for later is read before it counts.
    terms = agreements.terms_of(shown, max(now, shown.in_force_from))
    product = agreement.product
    context = {
        "agreement": agreement,
        "revision": shown,
        "state": agreements.state_of(shown, now),
        "revisions": [(one, agreements.state_of(one, now)) for one in revisions],
        "promises": sentences.promises(terms, timezone.get_current_timezone()),
        "availability": availability.told(shown, max(now, shown.in_force_from)),
        "credits": credits.told(shown),
        "credit_warnings": credits.warnings(shown),
        "steps": ladders.ladder(terms),
        "participants": [row.person for row in shown.participants.select_related("person")],
        "form": form,
        "may_edit": rules.may_edit(person),
        "may_export": rules.may_read_everything(person),
        "has_draft": any(not one.is_published for one in revisions),
        "may_sign_as_provider": rules.may_sign_as_provider(person, product),
        "may_sign_as_customer": rules.may_sign_as_customer(person, product),
    }
    return render(request, "slas/agreement.html", context, status=status_of(form))


def _shown(revisions: list[Revision], asked: str, now: datetime) -> Revision:
    """The revision asked for, else the one in force, else the newest."""
    # Looked up as text: whatever stands in the address bar is never an error.
    by_number = {str(one.number): one for one in revisions}
    if asked in by_number:
        return by_number[asked]
    return next((one for one in revisions if one.is_in_force_at(now)), revisions[0])
