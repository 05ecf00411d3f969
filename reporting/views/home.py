"""The first page after signing in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from reporting.queries.desk import desk
from slas.models import User


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What needs this person: by what they are asked, not by a role they picked."""
    assert isinstance(request.user, User)
    now = timezone.now()
    context = {"desk": desk(request.user, now), "now": now, "today": timezone.localdate(now)}
    return render(request, "reporting/home.html", context)
