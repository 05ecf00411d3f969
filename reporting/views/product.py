"""The SLA page of one product, also as a PDF, and the clock's answer to “what if I report it then?”."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from incidents.exports.maintenance import addresses_of
from incidents.rules import may_keep_record
from reporting.exports.sla import sla_pdf
from reporting.forms.what_if import WhatIfForm
from reporting.queries.sla import evening, friday_night, sla
from slas import rules
from slas.models import Product, User
from slas.queries import agreements, parties, sentences
from slas.queries.agreements import Terms


@login_required
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """The page; htmx asks for the answer of the clock alone."""
    assert isinstance(request.user, User)
    found = get_object_or_404(parties.visible_to(request.user), slug=slug)
    now = timezone.now()
    # Without script the same question reloads the whole page, and the answer stands in the same place.
    if request.headers.get("HX-Request") and "at" in request.GET:
        terms = agreements.terms_for(found, now)
        answer = what_if(request, found, terms=terms, now=now) if terms else {}
        return render(request, "reporting/product/_answer.html", answer)
    page = sla(found, reader=request.user, now=now)
    calendar, news = addresses_of(found, request.user)
    context: dict[str, object] = {
        "page": page,
        "product": found,
        "now": now,
        "may_edit": rules.may_edit(request.user),
        "may_record": may_keep_record(request.user, found),
        "windows": [(row, row.state_at(now)) for row in page.maintenance],
        "maintenance_calendar": request.build_absolute_uri(calendar),
        "maintenance_news": request.build_absolute_uri(news),
    }
    if page.terms is None:
        return render(request, "reporting/product/page.html", context)
    zone = timezone.get_current_timezone()
    context |= {
        "promises": sentences.promises(page.terms, zone),
        "evening": evening(page.terms, friday_night(now, zone)),
        **what_if(request, found, terms=page.terms, now=now),
    }
    return render(request, "reporting/product/page.html", context)


@login_required
def as_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """The page as a file to print, send and keep."""
    assert isinstance(request.user, User)
    found = get_object_or_404(parties.visible_to(request.user), slug=slug)
    now = timezone.now()
    file = sla_pdf(sla(found, reader=request.user, now=now), now=now)
    answer = HttpResponse(file, content_type="application/pdf")
    # The slug holds nothing but letters, digits, - and _: the address would not have led here otherwise.
    answer["Content-Disposition"] = f'attachment; filename="sla-{found.slug}-{timezone.localdate(now)}.pdf"'
    # What one person may see is kept by nobody on the way.
    answer["Cache-Control"] = "private, no-store"
    return answer


def what_if(request: HttpRequest, found: Product, *, terms: Terms, now: datetime) -> dict[str, object]:
    """The form, and what the clock answers by the terms that are in force at the moment asked for."""
    suggestion = friday_night(now, timezone.get_current_timezone())
    form = WhatIfForm(request.GET, priorities=terms.priorities, suggestion=suggestion)
    if not form.is_valid():
        return {"what_if_form": form}
    at, priority = form.cleaned_data["at"], form.cleaned_data["priority"]
    # The terms of that moment, which need not be those of today.
    then = agreements.terms_for(found, at)
    return {
        "what_if_form": form,
        "asked_at": at,
        "asked_priority": priority,
        "is_promised": then is not None,
        "answers": sentences.what_if(then, priority, at) if then else [],
    }
