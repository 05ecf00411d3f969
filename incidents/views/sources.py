"""Sources of signals: the monitors that may tell us something, and how each is connected."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from incidents.actions import signals as actions
from incidents.forms.signals import SourceForm
from incidents.models import SignalSource
from incidents.queries import sources as queries
from slas import rules
from slas.views import lists
from slas.views.access import entered, for_editors, for_readers, person_of
from slas.views.lists import Column
from slas.views.refusals import refusals, status_of

FRESH = "fresh_source"  # in the session: whose secret the next page shows, once
COLUMNS: list[Column[SignalSource]] = [
    Column("name", gettext_lazy("Name"), order="name"),
    Column("kind", gettext_lazy("Kind"), order="kind", value=lambda row: row.get_kind_display()),
    Column("product", gettext_lazy("Product"), order="default_product__name", value=lambda row: row.default_product),
    Column(
        "last",
        gettext_lazy("Last signal"),
        order="last_at",
        value=lambda row: lists.local(getattr(row, "last_at", None)),
    ),
    Column("state", gettext_lazy("State"), is_in_file=False),
]


@for_readers
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Every source, with its last signal."""
    listing = lists.make(request, queries.overview(), columns=COLUMNS, search=("name", "slug"))
    if listing.wants_csv:
        return listing.csv("sources")
    now = timezone.now()
    context = {
        "listing": listing,
        "entries": [(row, queries.silent_since(row, now)) for row in listing.rows],
        "may_edit": rules.may_edit(person_of(request)),
    }
    return render(request, "incidents/signals/sources.html", context)


@for_readers
@require_safe
@never_cache
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One source: how to connect the monitor, and its secret once after it was made."""
    row = get_object_or_404(queries.overview(), slug=slug)
    # Worked out anew from the row: the session holds no secret, only the word that it may be shown.
    is_fresh = request.session.get(FRESH) == row.pk
    if is_fresh:
        del request.session[FRESH]
    context = {
        "source": row,
        "secret": queries.secret_of(row) if is_fresh else "",
        "address": request.build_absolute_uri(reverse("api:signals", args=[row.kind])),
        "products": queries.products_of(row),
        "silent_since": queries.silent_since(row, timezone.now()),
        "may_edit": rules.may_edit(person_of(request)),
    }
    return render(request, "incidents/signals/source.html", context)


@for_editors
def new(request: HttpRequest) -> HttpResponse:
    """A new source; its secret is shown on the next page."""
    form = SourceForm(entered(request))
    if form.is_bound and form.is_valid():
        with refusals(form):
            row = actions.create_source(by=person_of(request), now=timezone.now(), **form.cleaned_data)
            return _with_secret(request, row)
    return _form_page(request, form, title=_("New source"), back=reverse("incidents:sources"))


@for_editors
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What a source speaks of, and whether it is listened to."""
    row = get_object_or_404(SignalSource, slug=slug)
    form = SourceForm(entered(request), row=row)
    if form.is_bound and form.is_valid():
        with refusals(form):
            actions.change_source(row, by=person_of(request), now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("incidents:source", row.slug)
    return _form_page(request, form, title=row.name, back=reverse("incidents:source", args=[row.slug]))


@for_editors
@require_POST
def renew(request: HttpRequest, slug: str) -> HttpResponse:
    """Another secret; the old one opens nothing any more."""
    row = actions.renew_secret(get_object_or_404(SignalSource, slug=slug), by=person_of(request))
    return _with_secret(request, row)


def _with_secret(request: HttpRequest, row: SignalSource) -> HttpResponse:
    request.session[FRESH] = row.pk
    return redirect("incidents:source", row.slug)


def _form_page(request: HttpRequest, form: SourceForm, *, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back}
    return render(request, "incidents/signals/source_form.html", context, status=status_of(form))
