"""Addresses of the JSON API, version 1."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import DefaultRouter

from incidents.api.lists import Breaches, Escalations, Reviews
from incidents.api.tickets import Tickets
from slas.api.agreements import Agreements
from slas.api.products import Products

router = DefaultRouter()
router.register("products", Products, basename="product")
router.register("agreements", Agreements, basename="agreement")
router.register("tickets", Tickets, basename="ticket")
router.register("escalations", Escalations, basename="escalation")
router.register("breaches", Breaches, basename="breach")
router.register("reviews", Reviews, basename="review")

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api:schema"), name="docs"),
    path("", include(router.urls)),
]
