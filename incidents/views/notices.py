"""The outbox as people read it: every notice, what became of it, and the mail itself."""

from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from incidents.forms.notices import LETTERS, NoticeFilter
from incidents.views.sandbox import sandboxed
from slas import mail as letters
from slas.actions.delivery.compositions import composed
from slas.models import Notice
from slas.queries import notices as queries
from slas.views import lists
from slas.views.access import for_readers
from slas.views.lists import Column


def about(row: Notice) -> str:
    """What the notice is about, in the words of its facts."""
    return " ".join(str(row.context[name]) for name in ("number", "title") if row.context.get(name)) or row.subject


COLUMNS: list[Column[Notice]] = [
    Column("created", gettext_lazy("Created"), order="created_at", value=lambda row: lists.local(row.created_at)),
    Column("letter", gettext_lazy("Letter"), order="kind", value=lambda row: LETTERS.get(row.kind, row.kind)),
    Column("about", gettext_lazy("About"), value=about),
    Column("recipient", gettext_lazy("Recipient"), order="recipient__name"),
    Column("state", gettext_lazy("State"), order="state", value=lambda row: row.get_state_display()),
    Column("tries", gettext_lazy("Tries"), order="attempts", value=lambda row: row.attempts, is_number=True),
    Column("sent", gettext_lazy("Sent"), order="sent_at", value=lambda row: lists.local(row.sent_at)),
]


@for_readers
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Every notice, the newest first."""
    listing = lists.make(
        request,
        queries.newest(),
        columns=COLUMNS,
        search=("key", "recipient__name", "context__title"),
        filters=NoticeFilter(request.GET),
    )
    if listing.wants_csv:
        return listing.csv("notices")
    entries = [(row, LETTERS.get(row.kind, row.kind), about(row)) for row in listing.rows]
    return render(request, "incidents/engine/notices.html", {"listing": listing, "entries": entries})


@for_readers
@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice with every try to hand it over."""
    row = get_object_or_404(queries.newest().select_related("fallback_of__recipient", "digest__recipient"), pk=pk)
    context = {
        "notice": row,
        "letter": LETTERS.get(row.kind, row.kind),
        "about": about(row),
        "address": letters.address_of(row),
        "message": composed(row),
        "tries": row.tries.order_by("at", "pk"),
        "fallbacks": row.fallbacks.select_related("recipient").order_by("pk"),
        "bundled": [(entry, about(entry)) for entry in row.bundled.select_related("recipient").order_by("pk")],
    }
    return render(request, "incidents/engine/notice.html", context)


@for_readers
@require_safe
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail itself, rendered like the one that is sent, in its reader's language."""
    message = composed(get_object_or_404(queries.newest(), pk=pk))
    html = _html(message)
    return sandboxed(html, "text/html") if html else sandboxed(str(message.body), "text/plain")


def _html(message: EmailMultiAlternatives) -> str:
    return next((str(content) for content, kind in message.alternatives if kind == "text/html"), "")
