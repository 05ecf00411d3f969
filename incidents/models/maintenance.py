"""Planned work on products: its window, when that was announced, and when it was really used (product.md H7)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents import maintenance
from slas.clock import Span
from slas.models.calendars import Opens
from slas.validators import validate_moment, validate_zone


class MaintenanceSeries(models.Model):
    """Windows that come again every week, written on the wall clock of one zone."""

    products = models.ManyToManyField("slas.Product", related_name="maintenance_series", verbose_name=_("products"))
    title = models.CharField(_("title"), max_length=200)
    reason = models.CharField(_("reason"), max_length=1000)
    week = models.JSONField(_("week"))  # {"sun": ["01:00-05:00"]}, as in a calendar
    # The hours are read on its wall, so that both clock changes leave them where people expect them.
    zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("no longer from"), null=True, blank=True)  # exclusive
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name, verbose_name_plural = _("maintenance series"), _("maintenance series")
        constraints = [
            models.CheckConstraint(condition=Opens("week"), name="maintenance_series_opens"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")), name="maintenance_series_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="maintenance_series_ended_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Maintenance(models.Model):
    """One window of planned work; `announced_at` belongs to the window as it is now, so moving it starts anew."""

    products = models.ManyToManyField("slas.Product", related_name="maintenance", verbose_name=_("products"))
    title = models.CharField(_("title"), max_length=200)
    reason = models.CharField(_("reason"), max_length=1000)
    planned_from = models.DateTimeField(_("from"), validators=[validate_moment])
    planned_to = models.DateTimeField(_("until"), validators=[validate_moment])
    # The database keeps it as it was recorded: otherwise an emergency could become a shield afterwards.
    is_emergency = models.BooleanField(_("emergency"), default=False)
    # Never set back to an earlier moment, which the database sees to: the verdict on the notice rests on it.
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)
    used_from = models.DateTimeField(_("begun"), null=True, blank=True, validators=[validate_moment])
    used_to = models.DateTimeField(_("ended"), null=True, blank=True, validators=[validate_moment])
    # Set once: the round that looks for overruns comes by every minute.
    overrun_told_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=1000, blank=True)
    series = models.ForeignKey(
        MaintenanceSeries, models.PROTECT, null=True, blank=True, related_name="windows", db_index=False
    )
    occurs_at = models.DateTimeField(null=True, blank=True)  # the start its series gave it, also when it was moved
    sequence = models.PositiveIntegerField(default=0)  # of its entry in calendars (RFC 5545): grows with each change
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(_("last change"))

    class Meta:
        ordering = ("planned_from", "pk")
        verbose_name, verbose_name_plural = _("maintenance"), _("maintenance")
        constraints = [
            models.CheckConstraint(condition=Q(planned_from__lt=F("planned_to")), name="maintenance_in_order"),
            models.CheckConstraint(
                condition=Q(used_to__isnull=True) | Q(used_from__isnull=False, used_from__lte=F("used_to")),
                name="maintenance_use_in_order",
            ),
            # An emergency is announced by being recorded; nothing begins that nobody was told about.
            models.CheckConstraint(
                condition=Q(announced_at__isnull=False) | Q(is_emergency=False, used_from__isnull=True),
                name="maintenance_announced_before_use",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancel_reason="")
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False, used_from__isnull=True)
                & ~Q(cancel_reason=""),
                name="maintenance_cancelled_whole",
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=True, occurs_at__isnull=True)
                | Q(series__isnull=False, occurs_at__isnull=False),
                name="maintenance_of_series_whole",
            ),
            # The rounds that write ahead may run twice at once; the second one finds its row there.
            models.UniqueConstraint(fields=["series", "occurs_at"], name="maintenance_once_per_occurrence"),
        ]
        indexes = [
            models.Index(fields=["planned_from", "id"], name="maintenance_planned"),
            models.Index(
                fields=["planned_to"],
                condition=Q(used_from__isnull=False, used_to__isnull=True, overrun_told_at__isnull=True),
                name="maintenance_running",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def planned(self) -> Span:
        """The window as it is now."""
        return Span(self.planned_from, self.planned_to)

    @property
    def used(self) -> Span | None:
        """When the work was done; without an end while it runs, None while nobody began."""
        return None if self.used_from is None else Span(self.used_from, self.used_to)

    def state_at(self, now: datetime) -> maintenance.State:
        """Where it stands at this instant."""
        return maintenance.state_at(
            now,
            announced_at=self.announced_at,
            planned_to=self.planned_to,
            used_from=self.used_from,
            used_to=self.used_to,
            cancelled_at=self.cancelled_at,
        )


class MaintenanceDeed(models.TextChoices):
    """Everything that happens to a window."""

    PLANNED = "planned", _("planned")
    ANNOUNCED = "announced", _("announced")
    MOVED = "moved", _("moved")
    BEGUN = "begun", _("begun")
    ENDED = "ended", _("ended")
    CORRECTED = "corrected", _("times corrected")
    OVERRAN = "overran", _("longer than planned")
    CANCELLED = "cancelled", _("cancelled")


class MaintenanceEvent(models.Model):
    """One thing that happened to a window: who (nobody: the portal), when, and the facts; append-only."""

    maintenance = models.ForeignKey(Maintenance, models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, choices=MaintenanceDeed)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("maintenance", "at", "pk")
        indexes = [models.Index(fields=["maintenance", "at", "id"], name="maintenance_events")]

    def __str__(self) -> str:
        return f"{self.maintenance_id} {self.kind}"
