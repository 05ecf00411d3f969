"""The parts of a revision's wording: what a priority means, its targets, its ladder, who reviews it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from slas.models.agreements import Revision
from slas.models.calendars import Calendar
from slas.models.parties import Priority
from slas.validators import validate_positive


class Kind(models.TextChoices):
    """The three clocks of a ticket."""

    RESPONSE = "response", _("response")
    UPDATE = "update", _("update")
    RESOLUTION = "resolution", _("resolution")


class Binding(models.TextChoices):
    """How firm a target is."""

    COMMITMENT = "commitment", _("commitment")
    OBJECTIVE = "objective", _("objective")


class PriorityDefinition(models.Model):
    """What a priority means in this revision, in words the reporter can decide by."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="definitions", verbose_name=_("revision"))
    priority = models.CharField(_("priority"), max_length=2, choices=Priority)
    means = models.CharField(_("means"), max_length=500)
    examples = ArrayField(models.CharField(max_length=500), default=list, blank=True, verbose_name=_("examples"))
    # Words, not a rule: whoever sees a product may report, and the team corrects the priority.
    set_by = models.CharField(_("may be set by"), max_length=200, blank=True)

    class Meta:
        ordering = ("revision", "priority")
        verbose_name, verbose_name_plural = _("definition"), _("definitions")
        constraints = [
            models.UniqueConstraint(fields=["revision", "priority"], name="definition_once_per_priority"),
        ]

    def __str__(self) -> str:
        return f"{self.priority}: {self.means}"


class Target(models.Model):
    """One promise of time: this clock, for this priority, on this calendar."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="targets", verbose_name=_("revision"))
    priority = models.CharField(_("priority"), max_length=2, choices=Priority)
    kind = models.CharField(_("timer"), max_length=10, choices=Kind)
    allowance = models.DurationField(_("allowance"), validators=[validate_positive])  # support time
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="targets", verbose_name=_("calendar"))
    binding = models.CharField(_("kind"), max_length=10, choices=Binding, default=Binding.OBJECTIVE)
    attainment = models.DecimalField(  # percent of timers that must be met
        _("attainment"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )

    class Meta:
        ordering = ("revision", "priority", "kind")
        verbose_name, verbose_name_plural = _("target"), _("targets")
        constraints = [
            models.UniqueConstraint(fields=["revision", "priority", "kind"], name="target_once_per_priority_and_timer"),
            models.CheckConstraint(
                condition=Q(attainment__isnull=True) | Q(attainment__gt=0, attainment__lte=100),
                name="target_attainment_is_percent",
            ),
            models.CheckConstraint(
                condition=Q(allowance__gt=models.Value("0 seconds", output_field=models.DurationField())),
                name="target_allowance_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.priority} {self.kind}: {self.allowance}"


class Step(models.Model):
    """One rung of the escalation ladder: when, to whom, how often again."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="steps", verbose_name=_("revision"))
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("timer"), max_length=10, choices=Kind)
    at_percent = models.PositiveSmallIntegerField(_("at percent of the allowance"), null=True, blank=True)
    at_offset = models.DurationField(_("before or after the deadline"), null=True, blank=True)  # signed support time
    audience = ArrayField(models.CharField(max_length=160), verbose_name=_("to"))  # roles, or "person:<username>"
    repeat = models.DurationField(_("repeat every"), null=True, blank=True)  # support time
    max_repeats = models.PositiveSmallIntegerField(_("at most"), default=0)

    class Meta:
        ordering = ("revision", "position")
        verbose_name, verbose_name_plural = _("step"), _("steps")
        constraints = [
            models.UniqueConstraint(fields=["revision", "position"], name="step_position_unique"),
            models.CheckConstraint(
                condition=Q(at_percent__isnull=False, at_offset__isnull=True)
                | Q(at_percent__isnull=True, at_offset__isnull=False),
                name="step_at_percent_or_offset",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at_percent}%" if self.at_percent is not None else f"{self.kind} {self.at_offset}"


class ReviewParticipant(models.Model):
    """Who takes part in the reviews of a revision."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="participants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("revision", "person")
        constraints = [
            models.UniqueConstraint(fields=["revision", "person"], name="participant_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)
