"""Maintenance that comes again: starting a series with a preview, its page, and its end."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from incidents.actions import maintenance as actions
from incidents.forms.maintenance import Reasoned, SeriesForm
from incidents.models import MaintenanceSeries
from incidents.queries import maintenance as queries
from incidents.views.keeping import offered_to
from slas.forms.profile import zones
from slas.queries.schedules import Schedule
from slas.queries.weeks import week_elsewhere
from slas.views.access import entered, person_of
from slas.views.refusals import refusals, status_of

DAY = timedelta(days=1)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new series, with what its first windows mean before it starts."""
    person, now = person_of(request), timezone.now()
    initial = {"zone": person.zone, "starts_on": timezone.localdate(now) + DAY}
    form = SeriesForm(entered(request), products=offered_to(request), initial=initial)
    preview: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        products = list(form.cleaned_data["products"])
        with refusals(form):
            if "preview" not in request.POST:
                row = actions.start_series(products, by=person, now=now, **form.said())
                messages.success(request, _("The series has started. The people of the products are told."))
                return redirect("incidents:maintenance_series", row.pk)
            # Never saved: only the windows that such a series would have are asked for.
            works = actions.first_windows(MaintenanceSeries(**form.said()), now=now)
            effects = queries.of_works(works, products, now=now, is_announced=False)
            preview = {"effects": effects, "first": [work.planned for work in works]}
    context = {"form": form, "zones": zones(), **preview}
    return render(request, "incidents/maintenance/series_new.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """One series: its windows to come, what they mean, and its end."""
    row, now = get_object_or_404(queries.series_visible_to(person_of(request)), pk=pk), timezone.now()
    form = Reasoned(entered(request))
    # Asked before the words are judged: a stranger gets a 403, not a form to fill in.
    if request.method == "POST":
        actions.demand(queries.products_of(row), by=person_of(request))
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            actions.end_series(row, by=person_of(request), now=now, reason=form.cleaned_data["reason"])
            messages.success(request, _("The series has ended. Its windows to come are cancelled."))
            return redirect("incidents:maintenance_series", row.pk)
    schedule = Schedule(zone=row.zone, week={day: tuple(hours) for day, hours in row.week.items()})
    windows = queries.visible_to(person_of(request)).filter(series=row, planned_to__gt=now)
    context = {
        "series": row,
        "week": week_elsewhere(schedule, timezone.get_current_timezone()),
        "windows": [(window, window.state_at(now)) for window in windows],
        "effects": queries.of_series(row, row.products.all(), now=now),
        "form": form,
        "may_end": row.ended_at is None and queries.may_keep(person_of(request), row),
    }
    return render(request, "incidents/maintenance/series.html", context, status=status_of(form))
