"""What the loopback mail server of a trial run received: nothing of it has left this machine."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from incidents.queries import mails as queries
from incidents.queries.mails import Mail
from incidents.views.sandbox import sandboxed
from slas.views.access import for_readers


@for_readers
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The newest mails."""
    return render(request, "incidents/engine/mails.html", {"mails": queries.received(_folder())})


@for_readers
@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its head, and its parts each in a frame of its own."""
    return render(request, "incidents/engine/mail.html", {"mail": _found(name)})


@for_readers
@require_safe
def part(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One part of a mail, counted from 1, at an address where it can do nothing."""
    parts = _found(name).parts
    if not 1 <= number <= len(parts):
        raise Http404
    return sandboxed(parts[number - 1].content, parts[number - 1].kind)


def _found(name: str) -> Mail:
    found = queries.mail(_folder(), name)
    if found is None:
        raise Http404
    return found


def _folder() -> Path:
    if not settings.MAIL_DIR:
        raise Http404
    return Path(settings.MAIL_DIR)
