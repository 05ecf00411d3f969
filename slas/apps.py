"""The app itself: what was promised."""

from django.apps import AppConfig


class SlasConfig(AppConfig):
    """What was promised."""

    name = "slas"
    default_auto_field = "django.db.models.BigAutoField"
