"""Addresses of the whole portal."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

# One way to sign in, with one rate limit, also for the administration site.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth documents it

urlpatterns = [
    path("api/v1/", include("config.api_urls")),  # first, because programs ask most and the others are many
    path("", include("slas.urls")),  # before reporting: /products/new/ is no product
    path("", include("incidents.urls")),
    path("", include("reporting.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]
