"""The app itself: what happened."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """What happened."""

    name = "incidents"
    default_auto_field = "django.db.models.BigAutoField"
