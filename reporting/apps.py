"""The app itself: what we show."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """What we show."""

    name = "reporting"
    default_auto_field = "django.db.models.BigAutoField"
