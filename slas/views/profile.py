"""One's own profile."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from slas.actions import profile
from slas.forms.profile import ProfileForm, zones
from slas.models import User
from slas.views.access import entered
from slas.views.refusals import refusals, status_of


@login_required
def own_profile(request: HttpRequest) -> HttpResponse:
    """Show and change what a person says about themselves."""
    assert isinstance(request.user, User)
    person = request.user
    form = ProfileForm(entered(request), person=person)
    if request.method == "POST" and form.is_valid():
        with refusals(form):
            saved = profile.change(person, by=person, profile=form.profile())
            # The page that says so is already in the new language.
            with translation.override(saved.language):
                messages.success(request, _("Your profile is saved."))
            return redirect("slas:profile")
    context = {"form": form, "person": person, "zones": zones()}
    return render(request, "slas/profile.html", context, status=status_of(form))
