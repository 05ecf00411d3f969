"""Time in which a product was down, and time about which nobody knows (product.md H7)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from slas.validators import validate_moment


class Effect(models.TextChoices):
    """How much of the product was gone."""

    FULL = "full", _("down")
    DEGRADED = "degraded", _("works only in part")


class Standing(models.TextChoices):
    """A monitor proposes, a person decides; only what is confirmed counts."""

    PROPOSED = "proposed", _("proposed")
    CONFIRMED = "confirmed", _("confirmed")
    DISMISSED = "dismissed", _("dismissed")


class Responsibility(models.TextChoices):
    """Whose doing it was; only what the provider answers for counts against the promise."""

    PROVIDER = "provider", _("the provider")
    CUSTOMER = "customer", _("the customer")
    OUTSIDE = "outside", _("nobody here (outside the promise)")


class Outage(models.Model):
    """A stretch in which products were down or worked only in part; without an end they still do."""

    title = models.CharField(_("what was down"), max_length=300)
    products = models.ManyToManyField("slas.Product", related_name="outages", verbose_name=_("products"))
    started_at = models.DateTimeField(_("start"), validators=[validate_moment])
    ended_at = models.DateTimeField(_("end"), null=True, blank=True, validators=[validate_moment])
    effect = models.CharField(_("effect"), max_length=10, choices=Effect, default=Effect.FULL)
    # A share of a full outage; empty where the agreement says how much a partial one counts.
    weight = models.DecimalField(
        _("weight"),
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    standing = models.CharField(_("state"), max_length=10, choices=Standing, default=Standing.CONFIRMED)
    responsibility = models.CharField(
        _("responsible"), max_length=10, choices=Responsibility, default=Responsibility.PROVIDER
    )
    cause = models.CharField(_("cause"), max_length=1000, blank=True)
    evidence = models.TextField(_("evidence"), max_length=20_000, blank=True)
    tickets = models.ManyToManyField("incidents.Ticket", related_name="outages", blank=True, verbose_name=_("tickets"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(  # nobody: a monitor proposed it
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    updated_at = models.DateTimeField(_("last change"))

    class Meta:
        ordering = ("-started_at", "-pk")
        verbose_name, verbose_name_plural = _("outage"), _("outages")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
                name="outage_in_order",
                violation_error_message=_("The end has to lie after the start."),
            ),
            models.CheckConstraint(
                condition=Q(weight__isnull=True) | Q(effect=Effect.DEGRADED, weight__gte=0, weight__lte=1),
                name="outage_weight_is_share",
                violation_error_message=_("Only what works in part has a weight, and it lies between 0 and 1."),
            ),
            models.CheckConstraint(
                condition=Q(standing=Standing.PROPOSED, decided_at__isnull=True, decided_by__isnull=True)
                | ~Q(standing=Standing.PROPOSED) & Q(decided_at__isnull=False),
                name="outage_decided_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["started_at", "id"], name="outage_started"),
            models.Index(fields=["started_at"], condition=Q(standing="proposed"), name="outage_proposed"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def counts(self) -> bool:
        """True when it counts against the promise."""
        return self.standing == Standing.CONFIRMED and self.responsibility == Responsibility.PROVIDER


class OutageEventKind(models.TextChoices):
    """Every move of an outage."""

    RECORDED = "recorded", _("recorded")
    PROPOSED = "proposed", _("proposed by a monitor")
    FOLLOWED = "followed", _("changed by a monitor")
    CHANGED = "changed", _("corrected")
    ENDED = "ended", _("over")
    CONFIRMED = "confirmed", _("confirmed")
    DISMISSED = "dismissed", _("dismissed")


class OutageEvent(models.Model):
    """One thing that happened to an outage: who, when, and its facts after it; append-only (the database refuses)."""

    outage = models.ForeignKey(Outage, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=OutageEventKind)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=1000, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ("outage", "at", "pk")

    def __str__(self) -> str:
        return f"{self.outage_id} {self.kind}"


class DataGap(models.Model):
    """A stretch without data about a product: it was neither up nor down, nobody knows."""

    product = models.ForeignKey("slas.Product", models.PROTECT, related_name="data_gaps", verbose_name=_("product"))
    started_at = models.DateTimeField(_("start"), validators=[validate_moment])
    ended_at = models.DateTimeField(_("end"), null=True, blank=True, validators=[validate_moment])
    reason = models.CharField(_("reason"), max_length=1000)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(  # nobody: a monitor fell silent
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-started_at", "-pk")
        verbose_name, verbose_name_plural = _("time without data"), _("times without data")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
                name="data_gap_in_order",
                violation_error_message=_("The end has to lie after the start."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="data_gap_withdrawn_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.reason}"
