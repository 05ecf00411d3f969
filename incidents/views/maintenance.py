"""Planned work: the list, one window, and what is written down about it, each with what it means beforehand."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incidents.actions import maintenance as actions
from incidents.exports import maintenance as feeds
from incidents.forms.maintenance import CHANGES, Change, MaintenanceFilter, MoveForm, WindowForm
from incidents.maintenance import State, is_noticed_anew
from incidents.models import Maintenance
from incidents.queries import maintenance as queries
from incidents.queries.outages import kept_by
from incidents.queries.overruns import Outlook, outlooks
from incidents.views.keeping import offered_to
from slas.availability import Maintenance as Work
from slas.queries import parties
from slas.views import lists
from slas.views.access import entered, person_of
from slas.views.lists import Column
from slas.views.refusals import refusals, status_of

DEEDS: Mapping[str, Callable[..., Maintenance]] = {
    "announce": actions.announce,
    "begin": actions.begin,
    "end": actions.end,
    "move": actions.move,
    "cancel": actions.cancel,
    "correct": actions.correct,
}
DONE: Mapping[str, str | Promise] = {
    "announce": gettext_lazy("Announced. The people of the products are told."),
    "begin": gettext_lazy("The work has begun."),
    "end": gettext_lazy("The work has ended."),
    "move": gettext_lazy("The maintenance is moved."),
    "cancel": gettext_lazy("The maintenance is cancelled."),
    "correct": gettext_lazy("The times are corrected."),
}


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Every window this person sees, those to come first."""
    person, now = person_of(request), timezone.now()
    listing = lists.make(
        request,
        queries.visible_to(person),
        columns=_columns(now),
        search=("title", "reason"),
        filters=MaintenanceFilter(request.GET, products=parties.visible_to(person), now=now),
    )
    if listing.wants_csv:
        return listing.csv("maintenance")
    context = {
        "listing": listing,
        "windows": [(row, row.state_at(now)) for row in listing.rows],
        "series": queries.series_visible_to(person).filter(ended_at__isnull=True),
        "may_plan": kept_by(person).exists(),
        "feed": request.build_absolute_uri(feeds.address_of(person)),
    }
    return render(request, "incidents/maintenance/list.html", context)


@login_required
@require_safe
def window(request: HttpRequest, pk: int) -> HttpResponse:
    """One window: what it means for each product, what can be done now, and what has happened."""
    return _page(request, _found(request, pk))


@login_required
@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """One button: announce, begin or end."""
    row, form = _found(request, pk), forms.Form(request.POST)
    with refusals(form):
        DEEDS[action](row, by=person_of(request), now=timezone.now())
        messages.success(request, str(DONE[action]))
        return redirect("incidents:maintenance", row.pk)
    return _page(request, row, refused=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """A change that needs a reason: move, cancel or correct; a move shows beforehand what it means."""
    row, now = _found(request, pk), timezone.now()
    actions.demand(queries.products_of(row), by=person_of(request))
    # An old tab or link: the window shows what is possible now. What was sent is refused with its words kept.
    if request.method != "POST" and action not in queries.deeds_for(person_of(request), row, now):
        return redirect("incidents:maintenance", row.pk)
    form, preview = CHANGES[action](entered(request), row=row), {}
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            if "preview" not in request.POST:
                DEEDS[action](row, by=person_of(request), now=now, **form.said())
                messages.success(request, str(DONE[action]))
                return redirect("incidents:maintenance", row.pk)
            preview = _moved(form, now)
    context = {"form": form, "row": row, "action": action, **preview}
    return render(request, "incidents/maintenance/change.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """A window ahead: planned in silence, or announced at once."""
    # The deed is the button's name; without one of them the form is only looked at.
    deeds = {"announce": actions.plan_and_announce, "plan": actions.plan}
    return _new(request, deeds, is_emergency=False)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Work that could not wait."""
    return _new(request, {"emergency": actions.emergency}, is_emergency=True)


def _new(request: HttpRequest, deeds: Mapping[str, Callable[..., Maintenance]], *, is_emergency: bool) -> HttpResponse:
    """One form: show, preview, or do the deed that was pressed."""
    now = timezone.now()
    # What PostgreSQL cannot be asked for is no product.
    asked = {"products": [request.GET.get("product", "").replace("\x00", "")]}
    form, effects = WindowForm(entered(request), products=offered_to(request), initial=asked), None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with refusals(form):
            pressed = next((name for name in deeds if name in request.POST), None)
            if pressed is not None:
                row = deeds[pressed](
                    list(said["products"]), by=person_of(request), now=now, title=said["title"],
                    reason=said["reason"], window=form.window(),
                )  # fmt: skip
                messages.success(request, str(DONE["announce"]) if row.announced_at else _("The window is planned."))
                return redirect("incidents:maintenance", row.pk)
            actions.check_window(form.window())
            works = [Work(form.window(), now, None, is_emergency)]
            effects = queries.of_works(works, said["products"], now=now, is_announced=False)
    context = {"form": form, "effects": effects, "is_emergency": is_emergency}
    return render(request, "incidents/maintenance/new.html", context, status=status_of(form))


def _moved(form: Change, now: datetime) -> dict[str, object]:
    """What the window would mean where it is to lie."""
    assert isinstance(form, MoveForm)
    row, moved = form.row, form.window()
    actions.check_window(moved)
    # The same question as the action's, so that the preview never promises a notice that the move would end.
    is_anew = row.announced_at is None or is_noticed_anew(row.planned, moved)
    works = [Work(moved, now if is_anew or row.announced_at is None else row.announced_at, None, row.is_emergency)]
    effects = queries.of_works(works, row.products.all(), now=now, is_announced=not is_anew, without={row.pk})
    return {"effects": effects, "is_anew": is_anew and row.announced_at is not None}


def _found(request: HttpRequest, pk: int) -> Maintenance:
    return get_object_or_404(queries.visible_to(person_of(request)), pk=pk)


def _page(request: HttpRequest, row: Maintenance, *, refused: forms.Form | None = None) -> HttpResponse:
    now = timezone.now()
    # Somebody else may have been quicker: the page shows the window as it now stands.
    row = _found(request, row.pk) if refused else row
    context = {
        "row": row,
        "state": row.state_at(now),
        "now": now,
        "effects": queries.of_window(row, row.products.all(), now=now) if row.cancelled_at is None else [],
        "outlooks": _outlooks(row, now),
        "deeds": queries.deeds_for(person_of(request), row, now),
        "history": queries.history(row),
        "refused": refused,
    }
    status = status_of(refused) if refused else 200
    return render(request, "incidents/maintenance/page.html", context, status=status)


def _outlooks(row: Maintenance, now: datetime) -> list[Outlook]:
    """What longer work would cost, while it can still take longer; an emergency counts as a whole anyway."""
    is_open = row.cancelled_at is None and row.state_at(now) != State.ENDED
    return outlooks(row, list(row.products.all()), now=now) if is_open and not row.is_emergency else []


def _columns(now: datetime) -> list[Column[Maintenance]]:
    return [
        Column("from", gettext_lazy("From"), order="planned_from", value=lambda row: lists.local(row.planned_from)),
        Column("to", gettext_lazy("Until"), order="planned_to", value=lambda row: lists.local(row.planned_to)),
        Column("title", gettext_lazy("What"), order="title"),
        Column("products", gettext_lazy("Products"), value=lambda row: ", ".join(map(str, row.products.all()))),
        Column("state", gettext_lazy("State"), value=lambda row: row.state_at(now)),
        Column("emergency", gettext_lazy("Emergency"), value=_emergency, is_on_page=False),
        Column(
            "announced", gettext_lazy("Announced"), order="announced_at",
            value=lambda row: lists.local(row.announced_at), is_on_page=False,
        ),
        Column("begun", gettext_lazy("Begun"), value=lambda row: lists.local(row.used_from), is_on_page=False),
        Column("ended", gettext_lazy("Ended"), value=lambda row: lists.local(row.used_to), is_on_page=False),
        Column("reason", gettext_lazy("Reason"), value=lambda row: row.reason, is_on_page=False),
    ]  # fmt: skip


def _emergency(row: Maintenance) -> str:
    return _("yes") if row.is_emergency else _("no")
