"""Addresses of what happened."""

from django.urls import URLPattern, URLResolver, path

from incidents.views import health, opening, queue, reviews, tickets

app_name = "incidents"
urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("health/engine", health.engine, name="health_engine"),
    path("tickets/", queue.index, name="queue"),
    path("tickets/new/", opening.new, name="ticket_new"),
    path("tickets/new/promise/", opening.promise, name="ticket_promise"),
    path("tickets/<str:number>/", tickets.ticket, name="ticket"),
    path("tickets/<str:number>/take/", tickets.take, name="ticket_take"),
    path("tickets/<str:number>/<str:action>/", tickets.act, name="ticket_action"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/actions/<int:pk>/done/", reviews.action_done, name="review_action_done"),
    path("reviews.ics", reviews.feed, name="reviews_ics"),
]
