"""Addresses of what happened."""

from django.urls import URLPattern, URLResolver, path

import slas.views.addresses  # noqa: F401  # makes `<name:…>` known
from incidents.views import (
    breaches,
    engine,
    escalations,
    feeds,
    gaps,
    health,
    mails,
    maintenance,
    notices,
    opening,
    outages,
    queue,
    reviews,
    series,
    signals,
    sources,
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
    path("reviews.ics", feeds.reviews_ics, name="reviews_ics"),
    path("maintenance/", maintenance.index, name="maintenance_list"),
    path("maintenance/new/", maintenance.plan, name="maintenance_new"),
    path("maintenance/emergency/", maintenance.emergency, name="maintenance_emergency"),
    path("maintenance/series/new/", series.new, name="maintenance_series_new"),
    path("maintenance/series/<int:pk>/", series.series, name="maintenance_series"),
    path("maintenance/<int:pk>/", maintenance.window, name="maintenance"),
    *(
        path(f"maintenance/<int:pk>/{action}/", maintenance.act, {"action": action}, name=f"maintenance_{action}")
        for action in ("announce", "begin", "end")
    ),
    *(
        path(f"maintenance/<int:pk>/{action}/", maintenance.change, {"action": action}, name=f"maintenance_{action}")
        for action in ("move", "cancel", "correct")
    ),
    path("maintenance.ics", feeds.maintenance_ics, name="maintenance_ics"),
    path("products/<slug:slug>/maintenance.ics", feeds.product_ics, name="product_maintenance_ics"),
    path("products/<slug:slug>/maintenance.atom", feeds.product_atom, name="product_maintenance_atom"),
    path("signals/", signals.index, name="signals"),
    path("signals/<int:pk>/", signals.signal, name="signal"),
    path("signals/sources/", sources.index, name="sources"),
    path("signals/sources/new/", sources.new, name="source_new"),
    path("signals/sources/<slug:slug>/", sources.source, name="source"),
    path("signals/sources/<slug:slug>/edit/", sources.edit, name="source_edit"),
    path("signals/sources/<slug:slug>/secret/", sources.renew, name="source_secret"),
]
