"""Addresses of the JSON API, version 1."""

from django.contrib.auth.decorators import login_required
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import DefaultRouter

from config.api import Nowhere
from incidents.api.availability import Availability
from incidents.api.breaches import Breaches
from incidents.api.certificates import Certificates
from incidents.api.credits import Credits
from incidents.api.escalations import Escalations
from incidents.api.gaps import Gaps
from incidents.api.maintenance import Windows
from incidents.api.outages import Outages
from incidents.api.reviews import Reviews
from incidents.api.signals import Signals
from incidents.api.tickets import Tickets
from reporting.api.months import Month
from slas.api.agreements import Agreements
from slas.api.calendars import Calendars
from slas.api.products import Products

# One router for all apps: the API is one thing to those who use it.
router = DefaultRouter()
router.register("products", Products, basename="product")
router.register("calendars", Calendars, basename="calendar")
router.register("agreements", Agreements, basename="agreement")
router.register("tickets", Tickets, basename="ticket")
router.register("escalations", Escalations, basename="escalation")
router.register("breaches", Breaches, basename="breach")
router.register("outages", Outages, basename="outage")
router.register("no-data", Gaps, basename="gap")
router.register("maintenance", Windows, basename="maintenance")
router.register("certificates", Certificates, basename="certificate")
router.register("credits", Credits, basename="credit")
router.register("reviews", Reviews, basename="review")

# Its script is an answer of its own and its page has no inline style: the policy of the other pages holds here too.
docs = SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="api/docs.html", title="Zusage API")

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(permission_classes=[IsAuthenticated]), name="schema"),
    path("docs/", login_required(docs), name="docs"),
    path("signals/<str:kind>/", Signals.as_view(), name="signals"),
    path("products/<slug:slug>/availability/", Availability.as_view(), name="product-availability"),
    path("products/<slug:slug>/months/<str:year_month>/", Month.as_view(), name="product-month"),
    path("", include(router.urls)),
    # Only what ends in a slash: an address without one is first tried with it.
    re_path(r"^.*/$", Nowhere.as_view()),
]
