"""Agreements in numbered revisions: what is promised, to whom, and from when."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from slas.models.calendars import Calendar
from slas.models.parties import LANGUAGES, Priority, Product
from slas.validators import validate_positive, validate_zone

# Core PostgreSQL has no btree_gist: a range of one number stands for the agreement in the exclusion constraint.
_ONE_AGREEMENT = Func(F("agreement"), F("agreement"), models.Value("[]"), function="int8range")


class Relation(models.TextChoices):
    """How close both sides are; law and tone depend on it."""

    SAME_ENTITY = "same_entity", _("same legal entity")
    AFFILIATED = "affiliated", _("affiliated company")
    EXTERNAL = "external", _("external party")


class Kind(models.TextChoices):
    """The three clocks of a ticket."""

    RESPONSE = "response", _("response")
    UPDATE = "update", _("update")
    RESOLUTION = "resolution", _("resolution")


class Binding(models.TextChoices):
    """How firm a target is."""

    COMMITMENT = "commitment", _("commitment")
    OBJECTIVE = "objective", _("objective")


class Agreement(models.Model):
    """An agreement for one product; what it says stands in its revisions."""

    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="agreements", verbose_name=_("product"))

    class Meta:
        ordering = ("slug",)
        verbose_name, verbose_name_plural = _("agreement"), _("agreements")

    def __str__(self) -> str:
        return self.slug


class Revision(models.Model):
    """One numbered wording of an agreement: a draft until both sides signed, then in force and never edited.

    `in_force_to` is the one thing that may still be set, once: by the successor or by retiring.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="revisions", verbose_name=_("agreement"))
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    provider = models.CharField(_("provider"), max_length=200)
    customer = models.CharField(_("customer"), max_length=200)
    relation = models.CharField(_("relation"), max_length=20, choices=Relation, default=Relation.SAME_ENTITY)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="de")
    # Months and figures are cut in this zone; each target is counted in its calendar's own.
    zone = models.CharField(_("time zone"), max_length=64, default="Europe/Berlin", validators=[validate_zone])
    in_force_from = models.DateTimeField(_("in force from"))
    in_force_to = models.DateTimeField(_("in force to"), null=True, blank=True)
    inside = models.JSONField(_("inside the promise"), default=list, blank=True)
    outside = models.JSONField(_("outside the promise"), default=list, blank=True)
    channels = models.JSONField(_("channels"), default=list, blank=True)
    contacts = models.JSONField(_("contacts"), default=list, blank=True)
    customer_duties = models.JSONField(_("customer duties"), default=list, blank=True)
    glossary = models.JSONField(_("glossary"), default=dict, blank=True)
    # The reporter counts days on the wall, not support hours.
    reopen_within = models.DurationField(_("reopening possible for"))  # calendar time
    is_response_paused = models.BooleanField(_("a pause stops the response"), default=False)
    is_update_paused = models.BooleanField(_("a pause stops the update"), default=True)
    is_resolution_paused = models.BooleanField(_("a pause stops the resolution"), default=True)
    review_rhythms = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("reviews"))
    review_every_weeks = models.PositiveSmallIntegerField(_("review every … weeks"), null=True, blank=True)
    change_reason = models.CharField(_("reason of the change"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("created by")
    )
    provider_signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    provider_signed_at = models.DateTimeField(null=True, blank=True)
    customer_signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    customer_signed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        ordering = ("agreement", "number")
        verbose_name, verbose_name_plural = _("revision"), _("revisions")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="revision_number_unique"),
            # One draft at a time: two would be signed side by side, and nobody could say which comes first.
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(published_at__isnull=True), name="revision_one_draft"
            ),
            models.CheckConstraint(
                # Equal bounds are allowed: a revision agreed for later may be overtaken before it ever counts.
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
                name="revision_period_in_order",
            ),
            models.CheckConstraint(
                condition=Q(provider_signed_by__isnull=True, provider_signed_at__isnull=True)
                | Q(provider_signed_by__isnull=False, provider_signed_at__isnull=False),
                name="revision_provider_signature_whole",
            ),
            models.CheckConstraint(
                condition=Q(customer_signed_by__isnull=True, customer_signed_at__isnull=True)
                | Q(customer_signed_by__isnull=False, customer_signed_at__isnull=False),
                name="revision_customer_signature_whole",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | Q(provider_signed_by__isnull=False, customer_signed_by__isnull=False)
                & ~Q(provider_signed_by=F("customer_signed_by")),
                name="revision_published_by_two",
            ),
            ExclusionConstraint(
                name="revision_no_overlap",
                expressions=[
                    (
                        Func(F("agreement"), F("agreement"), models.Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func(F("in_force_from"), F("in_force_to"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(review_every_weeks__isnull=True) | Q(review_every_weeks__range=(1, 52)),
                name="revision_review_weeks_1_to_52",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} ({self.number})"

    def is_in_force_at(self, at: datetime) -> bool:
        """True from its start up to, but not including, its end."""
        if not self.is_published or at < self.in_force_from:
            return False
        return self.in_force_to is None or at < self.in_force_to

    @property
    def rhythms(self) -> list[str]:
        """All rhythms of its reviews, the one of its own weeks last."""
        return [*self.review_rhythms, *(["every_n_weeks"] if self.review_every_weeks else [])]

    @property
    def is_published(self) -> bool:
        """True once both sides signed."""
        return self.published_at is not None


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
