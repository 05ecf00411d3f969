"""Agreements in numbered revisions: what is promised, to whom, and from when."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from slas.models.parties import LANGUAGES, Product
from slas.validators import validate_moment, validate_zone


class Relation(models.TextChoices):
    """How close both sides are; law and tone depend on it."""

    SAME_ENTITY = "same_entity", _("same legal entity")
    AFFILIATED = "affiliated", _("affiliated company")
    EXTERNAL = "external", _("external party")


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
    in_force_from = models.DateTimeField(_("in force from"), validators=[validate_moment])
    in_force_to = models.DateTimeField(_("in force to"), null=True, blank=True, validators=[validate_moment])
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
                    # Core PostgreSQL has no btree_gist: a range of one number stands for the agreement.
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
