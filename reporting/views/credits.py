"""A year of credits of one agreement."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from incidents.queries import credit_years
from slas.queries import agreements
from slas.validators import FIRST_MOMENT, LAST_MOMENT
from slas.views.access import person_of


@login_required
def year(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Every month with its credit, the sum, and the annual fee beside it."""
    agreement = get_object_or_404(agreements.visible_to(person_of(request)), slug=slug)
    # A year whose months no calendar reaches is no page.
    if not FIRST_MOMENT.year < number < LAST_MOMENT.year - 1:
        raise Http404
    now = timezone.now()
    found = credit_years.year(agreement, number, now=now)
    context = {
        "agreement": agreement,
        "year": found,
        "number": number,
        "before": number - 1,
        "after": number + 1 if number < timezone.localdate(now).year else None,
    }
    return render(request, "reporting/credits.html", context)
