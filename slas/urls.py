"""Addresses of what was promised."""

from django.urls import path

import slas.views.addresses  # noqa: F401  # makes `<name:…>` known
from slas.views import agreements, calendars, parties, profile, wordings

app_name = "slas"
urlpatterns = [
    path("profile/", profile.own_profile, name="profile"),
    path("agreements/", agreements.index, name="agreements"),
    path("agreements/new/", wordings.new, name="agreement_new"),
    path("agreements/<slug:slug>/", agreements.detail, name="agreement"),
    path("agreements/<slug:slug>/edit/", wordings.edit, name="agreement_edit"),
    path("agreements/<slug:slug>/file/", agreements.as_file, name="agreement_file"),
    path("agreements/<slug:slug>/<int:number>/sign/provider/", agreements.sign_as_provider, name="sign_as_provider"),
    path("agreements/<slug:slug>/<int:number>/sign/customer/", agreements.sign_as_customer, name="sign_as_customer"),
    path("agreements/<slug:slug>/<int:number>/retire/", agreements.retire, name="agreement_retire"),
    path("agreements/<slug:slug>/<int:number>/discard/", agreements.discard, name="agreement_discard"),
    path("calendars/", calendars.index, name="calendars"),
    path("calendars/new/", calendars.new, name="calendar_new"),
    path("calendars/<int:pk>/", calendars.detail, name="calendar"),
    path("calendars/<int:pk>/edit/", calendars.edit, name="calendar_edit"),
    path("people/", parties.people, name="people"),
    path("people/new/", parties.person_new, name="person_new"),
    path("people/fallback/", parties.fallback, name="fallback"),
    path("people/<name:username>/", parties.person_edit, name="person"),
    path("teams/", parties.teams, name="teams"),
    path("teams/new/", parties.team_new, name="team_new"),
    path("teams/<slug:slug>/", parties.team_edit, name="team"),
    path("products/new/", parties.product_new, name="product_new"),
    path("products/<slug:slug>/edit/", parties.product_edit, name="product_edit"),
]
