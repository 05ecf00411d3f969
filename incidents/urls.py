"""Addresses of what happened."""

from django.urls import URLPattern, URLResolver, path

from incidents.views import health, reviews

app_name = "incidents"
urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("health/engine", health.engine, name="health_engine"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/actions/<int:pk>/done/", reviews.action_done, name="review_action_done"),
    path("reviews.ics", reviews.feed, name="reviews_ics"),
]
