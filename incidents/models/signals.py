"""What monitors told us, kept as it came in, and what was made of it (product.md H7)."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.models.outages import Effect
from incidents.signals import EFFECTS, NO_EFFECT, Rule

LEAST_SILENCE, MOST_SILENCE = timedelta(minutes=1), timedelta(days=31)


class SourceKind(models.TextChoices):
    """Whose language a source speaks; the word in its address."""

    ALERTMANAGER = "alertmanager", "Alertmanager"
    GRAFANA = "grafana", "Grafana"
    UPTIME_KUMA = "uptime-kuma", "Uptime Kuma"
    GENERIC = "generic", _("another monitor")


def validate_rules(rules: object) -> None:
    """Refuse what is no list of `{label, value, product, effect}`."""
    names = set(Rule.__dataclass_fields__)
    for rule in rules if isinstance(rules, list) else [rules]:
        if not isinstance(rule, dict) or set(rule) != names or not all(isinstance(one, str) for one in rule.values()):
            raise ValidationError(_("A rule has a label, its value, a product and an effect."))
        if not rule["label"] or not rule["value"] or rule["effect"] not in ("", NO_EFFECT, *EFFECTS):
            raise ValidationError(_("A rule has a label, its value, a product and an effect."))
        if bool(rule["product"]) == (rule["effect"] == NO_EFFECT):
            raise ValidationError(_("A rule names a product, or says that the alert is no outage."))


class SignalSource(models.Model):
    """A monitor that may tell us something, and which products it speaks of.

    Its secret is worked out from `seed` and the portal's own secret key (incidents.queries.sources): a copy of the
    database lets nobody in.
    """

    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=SourceKind)
    seed = models.CharField(max_length=64)
    is_active = models.BooleanField(_("active"), default=True)
    default_product = models.ForeignKey(
        "slas.Product", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    rules = models.JSONField(_("rules"), default=list, blank=True, validators=[validate_rules])
    expects_every = models.DurationField(_("reports at least every"), null=True, blank=True)
    # From here on its silence counts: its last word, or when it was set up or set going again.
    quiet_since = models.DateTimeField()
    gaps = models.ManyToManyField("incidents.DataGap", related_name="sources", blank=True)  # that its silence opened
    created_at = models.DateTimeField(_("created"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("name", "pk")
        verbose_name, verbose_name_plural = _("source of signals"), _("sources of signals")
        constraints = [
            models.CheckConstraint(
                condition=Q(expects_every__isnull=True)
                | Q(expects_every__gte=LEAST_SILENCE, expects_every__lte=MOST_SILENCE),
                name="signal_source_expects_sensibly",
                violation_error_message=_("A source reports at least every 31 days, and at most every minute."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def placing_rules(self) -> Sequence[Rule]:
        """The rules as values."""
        return [Rule(**rule) for rule in self.rules]


class Outcome(models.TextChoices):
    """What became of a signal."""

    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    IGNORED = "ignored", _("nothing to do")
    DUPLICATE = "duplicate", _("known already")


class Signal(models.Model):
    """A message as it came in; append-only (the database refuses)."""

    source = models.ForeignKey(
        SignalSource, models.PROTECT, related_name="signals", verbose_name=_("source"), db_index=False
    )
    received_at = models.DateTimeField(_("received"))
    content_type = models.CharField(_("content type"), max_length=200, blank=True)
    body = models.BinaryField(_("body"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    remarks = models.JSONField(default=list)  # [{"sentence", "facts", "place"}], translated where they are shown
    alerts = models.PositiveIntegerField(_("alerts"))  # that could be read, known ones included

    class Meta:
        ordering = ("-received_at", "-pk")
        verbose_name, verbose_name_plural = _("signal"), _("signals")
        indexes = [
            models.Index(fields=["source", "-received_at"], name="signal_of_source"),
            models.Index(fields=["-received_at", "-id"], name="signal_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.outcome}"

    @property
    def is_verified(self) -> bool:
        """True while the body is what came in."""
        return hashlib.sha256(self.body).hexdigest() == self.sha256


class Observation(models.Model):
    """One thing said about one thing watched, once however often it was said; readings are worked out from these."""

    source = models.ForeignKey(SignalSource, models.PROTECT, related_name="+", db_index=False)
    signal = models.ForeignKey(Signal, models.PROTECT, related_name="observations")  # the first that said so
    fingerprint = models.CharField(max_length=200)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["source", "fingerprint", "starts_at", "ends_at"],
                nulls_distinct=False,
                name="observation_once",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=False) | Q(ends_at__isnull=False), name="observation_has_a_moment"
            ),
        ]
        indexes = [
            models.Index(
                fields=["source", "fingerprint", "ends_at"],
                condition=Q(starts_at__isnull=True),
                name="observation_of_up",
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint


class Reading(models.Model):
    """One stretch in which a monitor saw one thing down, worked out from every observation of it in any order."""

    source = models.ForeignKey(SignalSource, models.PROTECT, related_name="readings", db_index=False)
    signals = models.ManyToManyField(Signal, related_name="readings")  # all that told of it
    fingerprint = models.CharField(_("fingerprint"), max_length=200)
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"), null=True, blank=True)
    # These are as the first signal said them: nothing that a monitor says later renames what people look at.
    title = models.CharField(_("title"), max_length=300)
    labels = models.JSONField(_("labels"), default=dict, blank=True)
    effect = models.CharField(_("effect"), max_length=10, choices=Effect, default=Effect.FULL)
    product = models.ForeignKey(
        "slas.Product", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    assigned_at = models.DateTimeField(_("assigned"), null=True, blank=True)  # empty: a rule knew the product
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outage = models.OneToOneField(
        "incidents.Outage", models.PROTECT, null=True, blank=True, related_name="reading", verbose_name=_("outage")
    )

    class Meta:
        ordering = ("-starts_at", "-pk")
        verbose_name, verbose_name_plural = _("reading"), _("readings")
        constraints = [
            models.UniqueConstraint(fields=["source", "fingerprint", "starts_at"], name="reading_once"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="reading_in_order"
            ),
            models.CheckConstraint(
                condition=Q(product__isnull=True, outage__isnull=True) | Q(product__isnull=False, outage__isnull=False),
                name="reading_proposes_for_its_product",
            ),
            models.CheckConstraint(
                condition=Q(assigned_at__isnull=True, assigned_by__isnull=True)
                | Q(assigned_at__isnull=False, assigned_by__isnull=False),
                name="reading_assigned_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], condition=Q(product__isnull=True), name="reading_unplaced"),
        ]

    def __str__(self) -> str:
        return self.title
