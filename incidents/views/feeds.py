"""Calendars and news that other programs subscribe to: who asks is told by a signed address, or is signed in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from incidents.exports import feeds, maintenance, reviews
from slas.models import User
from slas.queries import parties

CALENDAR, NEWS = "text/calendar", "application/atom+xml"


@require_safe
def reviews_ics(request: HttpRequest) -> HttpResponse:
    """The reviews somebody sees."""
    return _answer(reviews.calendar(_reader(request), now=timezone.now()), CALENDAR, "reviews.ics")


@require_safe
def maintenance_ics(request: HttpRequest) -> HttpResponse:
    """The maintenance somebody sees."""
    return _answer(maintenance.calendar(_reader(request), now=timezone.now()), CALENDAR, "maintenance.ics")


@require_safe
def product_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """The maintenance of one product."""
    reader = _reader(request)
    product = get_object_or_404(parties.visible_to(reader), slug=slug)
    file = maintenance.calendar(reader, now=timezone.now(), product=product)
    return _answer(file, CALENDAR, f"maintenance-{product.slug}.ics")


@require_safe
def product_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as news."""
    reader = _reader(request)
    product = get_object_or_404(parties.visible_to(reader), slug=slug)
    return _answer(maintenance.news(reader, product, path=request.path), NEWS, f"maintenance-{product.slug}.atom")


def _reader(request: HttpRequest) -> User:
    """Whoever is signed in, or whom the signed address names."""
    if isinstance(request.user, User):
        return request.user
    # 404 for every bad address: it must not tell whose feeds there are.
    reader = feeds.reader_of(request.path, request.GET.get("token", ""))
    if reader is None:
        raise Http404
    return reader


def _answer(file: bytes | str, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(file, content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    # Programs ask every few minutes; the address is personal, so no shared cache may keep it.
    answer["Cache-Control"] = "private, max-age=300"
    return answer
