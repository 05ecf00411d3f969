"""Writing an agreement: a new one, or the draft of its next revision."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from slas.actions import agreements as actions
from slas.forms.agreements import WordingForm
from slas.forms.profile import zones
from slas.models import Agreement, Product, Revision
from slas.queries import agreements, availability, credits
from slas.queries.schedules import holiday_places
from slas.queries.wordings import wording_of
from slas.views.access import entered, for_editors, person_of
from slas.views.refusals import refusals, status_of

CURRENCIES = ("EUR", "CHF", "GBP", "USD")  # to choose from without typing; any other code can be written


@for_editors
def new(request: HttpRequest) -> HttpResponse:
    """A new agreement, as a draft; `?product=` names the product it is for."""
    # PostgreSQL refuses a NUL even in a question.
    product = Product.objects.filter(slug=request.GET.get("product", "").replace("\x00", "")).first()
    form = WordingForm(entered(request), in_force_from=_next_midnight(timezone.now()), product=product)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            said = form.cleaned_data
            draft = actions.create(
                said["product"],
                slug=said["slug"],
                wording=form.wording(),
                in_force_from=said["in_force_from"],
                by=person_of(request),
                now=timezone.now(),
            )
            return _saved(request, draft)
    return _page(request, form, title=_("New agreement"))


@for_editors
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft of an agreement; begins one from the newest wording where there is none."""
    agreement = get_object_or_404(agreements.visible_to(person_of(request)), slug=slug)
    draft = agreement.revisions.filter(published_at__isnull=True).first()
    form = _form_of(request, agreement, draft)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            return _saved(request, _kept(request, agreement, draft, form))
    return _page(request, form, title=agreement.product.name, agreement=agreement)


def _form_of(request: HttpRequest, agreement: Agreement, draft: Revision | None) -> WordingForm:
    # A published revision is never edited: its words are only where the next draft begins.
    shown = draft or agreement.revisions.order_by("-number")[0]
    start = draft.in_force_from if draft else _next_midnight(timezone.now())
    return WordingForm(entered(request), wording=wording_of(shown), in_force_from=start)


def _kept(request: HttpRequest, agreement: Agreement, draft: Revision | None, form: WordingForm) -> Revision:
    said, now, by = form.cleaned_data, timezone.now(), person_of(request)
    start, reason = said["in_force_from"], said["change_reason"]
    if draft is None:
        return actions.draft(
            agreement, wording=form.wording(), in_force_from=start, change_reason=reason, by=by, now=now
        )
    return actions.change(draft, wording=form.wording(), in_force_from=start, change_reason=reason, by=by, now=now)


def _saved(request: HttpRequest, draft: Revision) -> HttpResponse:
    messages.success(request, _("The draft is saved. It is in force once both sides have signed."))
    if credits.warnings(draft):
        messages.warning(request, _("Its table of credits leaves something open; see “Credits” below."))
    answer = redirect("slas:agreement", draft.agreement.slug)
    answer["Location"] += f"?revision={draft.number}"
    return answer


def _page(request: HttpRequest, form: WordingForm, *, title: str, agreement: Agreement | None = None) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "agreement": agreement,
        "zones": zones(),
        "regions": holiday_places(),
        "currencies": CURRENCIES,
        "yardstick": availability.yardstick(),
    }
    # The ladder is a form of its own; its errors count like those of the rest.
    status = status_of(form)
    # The rows of the ladder are a form of their own and know nothing of this one's status.
    if request.method == "POST" and not form.ladder.is_valid():
        status = max(status, 400)
    return render(request, "slas/agreement_form.html", context, status=status)


def _next_midnight(now: datetime) -> datetime:
    # Midnight on the editor's own wall, which is what the field shows.
    local = timezone.localtime(now) + timedelta(days=1)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
