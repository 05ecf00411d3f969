"""The queue: the next ticket to work on stands first."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from incidents import rules
from incidents.forms.queue import PRESETS, QueueForm
from incidents.queries import queue
from slas.views.access import person_of
from slas.views.lists import csv_answer

CSV_PAGE = 500


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """Live tickets by support time left; the page asks again every half minute."""
    person, now = person_of(request), timezone.now()
    desk = queue.desk_of(person)
    form = QueueForm(request.GET, offered=queue.choices(desk))
    filters = form.filters()
    if request.GET.get("format") == "csv":
        head = [_("Number"), _("Title"), _("Priority"), _("State"), _("Product"), _("Team"), _("Held by"), _("Due")]
        return csv_answer("queue", head, _rows(desk, filters, now))
    shown = queue.page(desk, now=now, filters=filters, cursor=request.GET.get("cursor", ""))
    context = {
        "queue": shown,
        "form": form,
        "presets": PRESETS,
        "query": request.GET.urlencode(),
        "is_narrowed": filters != queue.Filters(),
        "now": now,
    }
    return render(request, "incidents/queue/page.html", context)


def _rows(desk: rules.Desk, filters: queue.Filters, now: datetime) -> Iterator[list[object]]:
    """Page after page of the same walk, so that a long queue is never held in memory."""
    cursor = ""
    while True:
        # The same moment for every page, or tickets would change places between two of them.
        page = queue.page(desk, now=now, filters=filters, cursor=cursor, size=CSV_PAGE)
        for row in page.rows:
            due = row.next_clock.due_at if row.next_clock else None
            yield [
                row.number,
                row.title,
                row.priority,
                row.status,
                row.product,
                row.team,
                row.assignee,
                timezone.localtime(due).isoformat() if due else "",
            ]
        cursor = page.next_cursor
        if not cursor:
            return
