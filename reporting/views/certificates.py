"""The certificate of a month as a file to print, sign and keep."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from incidents.queries import certificates
from reporting.exports.certificates import certificate_pdf
from slas.views.access import person_of


@login_required
def as_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate, by the clock of its own zone."""
    row = get_object_or_404(certificates.visible_to(person_of(request)), pk=pk)
    # On paper nobody can hover over a moment: it stands there as the agreement counts it.
    with timezone.override(row.zone):
        file = certificate_pdf(row, now=timezone.now())
    answer = HttpResponse(file, content_type="application/pdf")
    # The slug holds nothing but letters, digits, - and _.
    name = f"certificate-{row.agreement.slug}-{row.month:%Y-%m}-{row.number}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    # What one person may see is kept by nobody on the way.
    answer["Cache-Control"] = "private, no-store"
    return answer
