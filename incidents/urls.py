"""Addresses of what happened."""

from django.urls import URLPattern, URLResolver, path

from incidents.views import reviews

app_name = "incidents"
urlpatterns: list[URLPattern | URLResolver] = [
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/actions/<int:pk>/done/", reviews.action_done, name="review_action_done"),
    path("reviews.ics", reviews.feed, name="reviews_ics"),
]
