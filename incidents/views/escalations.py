"""Escalations: the list, one of them, and the page behind the button in the letter."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.signing import SignatureExpired
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from incidents import rules
from incidents.actions import escalations as actions
from incidents.forms.escalations import TABS, EscalationFilter
from incidents.models import Escalation
from incidents.queries import escalations as queries
from incidents.queries import steps
from incidents.queries.ledgers import ledger_of
from incidents.queries.tickets import standing_with
from slas.models import Kind
from slas.queries import calendars, parties
from slas.views import lists
from slas.views.access import person_of
from slas.views.lists import Column

FORBIDDEN, NOT_FOUND, GONE = 403, 404, 410

COLUMNS: list[Column[Escalation]] = [
    Column("ticket", gettext_lazy("Ticket"), order="ticket__number", value=lambda row: row.ticket.number),
    Column("title", gettext_lazy("Title"), value=lambda row: row.ticket.title, is_on_page=False),
    Column("priority", gettext_lazy("Priority"), value=lambda row: row.ticket.priority, is_on_page=False),
    Column("product", gettext_lazy("Product"), value=lambda row: row.ticket.product, is_on_page=False),
    Column("clock", gettext_lazy("Clock"), value=lambda row: Kind(row.timer.kind).label, is_on_page=False),
    Column("step", gettext_lazy("Step"), order="position", value=lambda row: row.position),
    Column("repeat", gettext_lazy("Repeat"), value=lambda row: row.repeat, is_on_page=False),
    Column("fired", gettext_lazy("Fired"), order="fired_at", value=lambda row: lists.local(row.fired_at)),
    Column(
        "acknowledged",
        gettext_lazy("Acknowledged"),
        order="acknowledged_at",
        value=lambda row: lists.local(row.acknowledged_at),
    ),
    Column("next", gettext_lazy("Next step"), is_in_file=False),
    Column("by", gettext_lazy("By"), value=lambda row: row.acknowledged_by, is_on_page=False),
]


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """What waits for somebody, what was acknowledged, and what this person took on."""
    person = person_of(request)
    listing = lists.make(
        request,
        queries.visible_to(person),
        columns=COLUMNS,
        search=("ticket__number", "ticket__title"),
        filters=EscalationFilter(request.GET, products=parties.visible_to(person), person=person),
    )
    if listing.wants_csv:
        return listing.csv("escalations")
    context = {
        "listing": listing,
        "entries": steps.listed(list(listing.rows)),
        "tabs": TABS,
        "tab": request.GET.get("show", ""),
    }
    return render(request, "incidents/escalations/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def escalation(request: HttpRequest, pk: int) -> HttpResponse:
    """One escalation: why it fired, who was told, and the button that ends the repeats."""
    row = get_object_or_404(queries.visible_to(person_of(request)), pk=pk)
    if request.method == "POST":
        return _acknowledged(request, row)
    return render(request, "incidents/escalations/page.html", _facts(request, row))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: HttpRequest, token: str) -> HttpResponse:
    """The address in a letter. Opening it changes nothing, because mail scanners open it too; its button does."""
    try:
        claim = queries.read_token(token)
    except SignatureExpired:
        return render(request, "incidents/escalations/acknowledge.html", {"trouble": "expired"}, status=GONE)
    row = Escalation.objects.filter(pk=claim.escalation_id, cycle=claim.cycle).first() if claim else None
    if claim is None or row is None:
        return render(request, "incidents/escalations/acknowledge.html", {"trouble": "unknown"}, status=NOT_FOUND)
    seen = queries.visible_to(person_of(request)).filter(pk=row.pk).first()
    if seen is None or claim.person_id != person_of(request).pk:
        # A forwarded letter: whoever may see the escalation is shown the way to it, in their own name.
        context = {"trouble": "person", "seen": seen}
        return render(request, "incidents/escalations/acknowledge.html", context, status=FORBIDDEN)
    if request.method == "POST":
        return _acknowledged(request, seen)
    return render(request, "incidents/escalations/acknowledge.html", _facts(request, seen))


def _acknowledged(request: HttpRequest, row: Escalation) -> HttpResponse:
    was_open = row.acknowledged_at is None
    taken = actions.acknowledge(row, by=person_of(request), now=timezone.now())
    if was_open or taken.acknowledged_by_id == request.user.pk:
        messages.success(
            request, _("You take care of it. This step and lower ones are quiet now; higher ones still come.")
        )
    else:
        messages.info(request, _("%(name)s was quicker and takes care of it.") % {"name": taken.acknowledged_by})
    return redirect("incidents:escalation", taken.pk)


def _facts(request: HttpRequest, row: Escalation) -> dict[str, object]:
    person, now = person_of(request), timezone.now()
    desk, pauses = rules.desk_of(person), list(row.ticket.pauses.order_by("started_at", "pk"))
    row.timer.ticket = row.ticket
    return {
        "escalation": row,
        "ticket": row.ticket,
        "now": now,
        "standing": standing_with(row.timer, pauses=pauses, now=now),
        "hours": calendars.hours_by_id(row.timer.calendar_id),
        "ledger": ledger_of(row.timer, pauses=pauses, now=now),
        "rungs": steps.ladder_of(row),
        "told": steps.told(row),
        "may_see_ticket": rules.may_see(desk, row.ticket),
        "may_acknowledge": row.acknowledged_at is None and queries.may_acknowledge(person, row),
    }
