"""Addresses of what happened."""

from django.urls import URLPattern, URLResolver, path

import slas.views.addresses  # noqa: F401  # makes `<name:…>` known
from incidents.views import (
    breaches,
    engine,
    escalations,
    gaps,
    health,
    mails,
    notices,
    opening,
    outages,
    queue,
    reviews,
    tickets,
)

app_name = "incidents"
urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("health/engine", health.engine, name="health_engine"),
    path("tickets/", queue.index, name="queue"),
    path("tickets/new/", opening.new, name="ticket_new"),
    path("tickets/new/promise/", opening.promise, name="ticket_promise"),
    path("tickets/<name:number>/", tickets.ticket, name="ticket"),
    path("tickets/<name:number>/take/", tickets.take, name="ticket_take"),
    path("tickets/<name:number>/<name:action>/", tickets.act, name="ticket_action"),
    path("escalations/", escalations.index, name="escalations"),
    path("escalations/<int:pk>/", escalations.escalation, name="escalation"),
    path("escalations/acknowledge/<name:token>/", escalations.acknowledge, name="acknowledge"),
    path("breaches/", breaches.index, name="breaches"),
    path("breaches/<int:pk>/", breaches.breach, name="breach"),
    path("outages/", outages.index, name="outages"),
    path("outages/new/", outages.new, name="outage_new"),
    path("outages/<int:pk>/", outages.outage, name="outage"),
    path("outages/<int:pk>/change/", outages.change, name="outage_change"),
    path("outages/<int:pk>/<name:step>/", outages.act, name="outage_step"),
    path("no-data/", gaps.index, name="gaps"),
    path("no-data/new/", gaps.new, name="gap_new"),
    path("no-data/<int:pk>/end/", gaps.act, {"step": "end"}, name="gap_end"),
    path("no-data/<int:pk>/withdraw/", gaps.act, {"step": "withdraw"}, name="gap_withdraw"),
    path("engine/", engine.engine, name="engine"),
    path("engine/timers/<int:pk>/again/", engine.again, name="timer_again"),
    path("engine/notices/", notices.index, name="notices"),
    path("engine/notices/<int:pk>/", notices.notice, name="notice"),
    path("engine/notices/<int:pk>/mail/", notices.mail, name="notice_mail"),
    path("engine/mails/", mails.index, name="mails"),
    path("engine/mails/<name:name>/", mails.mail, name="mail"),
    path("engine/mails/<name:name>/<int:number>/", mails.part, name="mail_part"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/actions/<int:pk>/done/", reviews.action_done, name="review_action_done"),
    path("reviews.ics", reviews.feed, name="reviews_ics"),
]
