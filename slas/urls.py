"""Addresses of what was promised."""

from django.urls import path

from slas.views import profile

app_name = "slas"
urlpatterns = [
    path("profile/", profile.own_profile, name="profile"),
]
