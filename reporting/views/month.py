"""The evidence behind one month of a product: every promise with its n, and every broken one."""

from datetime import date, datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from reporting.queries import months
from slas.models import User
from slas.queries import parties


@login_required
def month(request: HttpRequest, slug: str, year_month: str) -> HttpResponse:
    """One month of one product, by its address “2026-11”."""
    assert isinstance(request.user, User)
    found = get_object_or_404(parties.visible_to(request.user), slug=slug)
    evidence = months.evidence(found, _first_day(year_month), reader=request.user, now=timezone.now())
    if evidence is None:
        raise Http404
    return render(request, "reporting/month.html", {"product": found, "evidence": evidence})


def _first_day(year_month: str) -> date:
    # strptime also takes “2026-1”; one month has one address.
    if len(year_month) != len("2026-11"):
        raise Http404
    try:
        return datetime.strptime(year_month, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        raise Http404 from None
