"""Escalations that fired, and promises that broke."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.models.tickets import Ticket
from incidents.models.timers import Timer


class Escalation(models.Model):
    """A step of the ladder that fired; only its acknowledgement may be added later (the database refuses the rest)."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="escalations")
    # Its unique constraint begins with the timer; one more index would only make a storm slower.
    timer = models.ForeignKey(Timer, models.PROTECT, related_name="escalations", db_index=False)
    cycle = models.PositiveIntegerField()
    # The row itself, not its text: the wording that fired is part of a revision that never changes.
    step = models.ForeignKey("slas.Step", models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()  # of the step in its ladder
    repeat = models.PositiveSmallIntegerField(default=0)  # 0 is the first firing
    due_at = models.DateTimeField()  # when the step was due
    # Kept apart from the moment it was due: the difference is what the promise is measured by.
    fired_at = models.DateTimeField()
    told_with = models.ForeignKey(  # several steps overdue at once: one notice, of the highest, lists the others
        "self", models.PROTECT, null=True, blank=True, related_name="tells_also", db_index=False
    )
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ("-fired_at", "-pk")
        verbose_name, verbose_name_plural = _("escalation"), _("escalations")
        constraints = [
            models.UniqueConstraint(
                fields=["timer", "cycle", "step", "repeat"], name="escalation_once_per_step_and_repeat"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="escalation_acknowledgement_whole",
            ),
            # I8 in the table: even a wrong sweep cannot write an early escalation.
            models.CheckConstraint(condition=Q(fired_at__gte=models.F("due_at")), name="escalation_never_early"),
        ]
        indexes = [
            models.Index(fields=["fired_at"], condition=Q(acknowledged_at__isnull=True), name="escalation_open"),
            models.Index(fields=["told_with"], condition=Q(told_with__isnull=False), name="escalation_told_with"),
            models.Index(
                fields=["acknowledged_by"],
                condition=Q(acknowledged_by__isnull=False),
                name="escalation_acknowledged_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.position}/{self.repeat}"


class Breach(models.Model):
    """A promise that broke: when (the deadline, not the discovery), by how much, why, and what follows."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="breaches")
    timer = models.ForeignKey(Timer, models.PROTECT, related_name="breaches", db_index=False)  # as above
    kind = models.CharField(max_length=10)
    cycle = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)  # of the timer; empty while it runs over
    over_seconds = models.PositiveBigIntegerField(null=True, blank=True)  # support time over, once stopped
    cause = models.CharField(_("cause"), max_length=1000, blank=True)
    responsible_team = models.ForeignKey(
        "slas.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("responsible team")
    )
    corrective_action = models.CharField(_("corrective action"), max_length=1000, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    explained_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-due_at", "-pk")
        verbose_name, verbose_name_plural = _("breach"), _("breaches")
        constraints = [
            models.UniqueConstraint(fields=["timer", "cycle"], name="breach_once_per_cycle"),
            models.CheckConstraint(
                condition=Q(explained_at__isnull=True, explained_by__isnull=True)
                | Q(explained_at__isnull=False, explained_by__isnull=False),
                name="breach_explanation_whole",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="breach_due")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.due_at:%Y-%m-%d %H:%M}"
