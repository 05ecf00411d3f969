"""Support calendars: a calendar keeps its name, its revisions keep the hours."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from slas.validators import validate_moment, validate_zone

NO_HOLIDAYS = "none"


class Opens(models.Func):
    """True for a week in which at least one day has an interval (clock rule 3: a calendar must open)."""

    # Strict, or a list would be unwrapped before it is measured; what is no object at all makes no row, hence COALESCE.
    template = "COALESCE(jsonb_path_exists(%(expressions)s, 'strict $.* ? (@.size() > 0)', '{}', true), false)"
    output_field = models.BooleanField()


class Calendar(models.Model):
    """Support hours under one name, such as “Office Hamburg”."""

    name = models.CharField(_("name"), max_length=120, unique=True)

    class Meta:
        ordering = ("name",)
        verbose_name, verbose_name_plural = _("calendar"), _("calendars")

    def __str__(self) -> str:
        return self.name


class CalendarRevision(models.Model):
    """The hours of a calendar from one moment on; written once, never edited (the database refuses)."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="revisions", verbose_name=_("calendar"))
    number = models.PositiveIntegerField(_("number"))
    in_force_from = models.DateTimeField(_("in force from"), validators=[validate_moment])
    zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    week = models.JSONField(_("week"), default=dict)  # {"mon": ["08:00-18:00"], …}
    holidays = models.CharField(_("public holidays"), max_length=20, default=NO_HOLIDAYS)  # "DE-HH", or "none"
    # Worked out once and kept: a newer holiday library must not move a deadline.
    holiday_dates = models.JSONField(_("holidays used"), default=dict, blank=True)  # {"2026-12-25": "Christmas Day"}
    closed = models.JSONField(_("closed dates"), default=list, blank=True)  # ["2026-12-24"]
    special = models.JSONField(_("special days"), default=dict, blank=True)  # {"2026-12-31": ["08:00-12:00"]}
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )

    class Meta:
        ordering = ("calendar", "number")
        verbose_name, verbose_name_plural = _("calendar revision"), _("calendar revisions")
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_revision_number_unique"),
            models.CheckConstraint(
                condition=Opens("week"),
                name="calendar_revision_opens",
                violation_error_message=_("This calendar never opens. Give at least one weekday its hours."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} ({self.number})"
