"""The alarm clock: the Celery app and the whole beat table. Tasks only call actions; the database is the queue."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("zusage")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Only these two apps have something to do on a tick.
app.autodiscover_tasks(["slas", "incidents"])

# Seconds between ticks; plain intervals in UTC, so no clock change ever skips or doubles one.
app.conf.beat_schedule = {
    "sweep": {"task": "incidents.tasks.sweep", "schedule": settings.TICK_SECONDS},
    "deliver": {"task": "incidents.tasks.deliver", "schedule": settings.TICK_SECONDS},
    "audit": {"task": "incidents.tasks.audit", "schedule": 3 * settings.TICK_SECONDS},
    "canary": {"task": "incidents.tasks.canary", "schedule": 900.0},
    "reviews": {"task": "incidents.tasks.remind_of_reviews", "schedule": 3600.0},
    "budgets": {"task": "incidents.tasks.warn_of_budgets", "schedule": 900.0},
    "maintenance": {"task": "incidents.tasks.keep_maintenance_ahead", "schedule": 3600.0},
    "overruns": {"task": "incidents.tasks.tell_overruns", "schedule": 3 * settings.TICK_SECONDS},
    "silence": {"task": "incidents.tasks.watch_sources", "schedule": 60.0},
    "months": {"task": "incidents.tasks.certify_months", "schedule": 3600.0},
    "housekeeping": {"task": "incidents.tasks.close_settled_tickets", "schedule": 600.0},
}
