"""The evidence behind one month of a product: every promise with its n, and every broken one."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from reporting.queries import certified, months
from slas.models import User
from slas.queries import parties


@login_required
def month(request: HttpRequest, slug: str, year_month: str) -> HttpResponse:
    """One month of one product, by its address “2026-11”."""
    assert isinstance(request.user, User)
    found = get_object_or_404(parties.visible_to(request.user), slug=slug)
    now = timezone.now()
    evidence = months.evidence(found, year_month, reader=request.user, now=now)
    if evidence is None:
        raise Http404
    context = {
        "product": found,
        "evidence": evidence,
        "certified": certified.of_month(found, evidence.result.period.from_on, now=now),
    }
    return render(request, "reporting/month.html", context)
