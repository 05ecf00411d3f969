"""Reviews that come round, and what was decided in them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Rhythm(models.TextChoices):
    """How often both sides look at an agreement."""

    WEEKLY = "weekly", _("weekly, operative")
    MONTHLY = "monthly", _("monthly, tactical")
    QUARTERLY = "quarterly", _("quarterly, strategic")
    YEARLY = "yearly", _("yearly, redefinition")
    EVERY_N_WEEKS = "every_n_weeks", _("every few weeks")


class Decision(models.TextChoices):
    """What a review decided about the agreement."""

    KEEP = "keep", _("keep as it is")
    CHANGE = "change", _("change it")
    RETIRE = "retire", _("retire it")


class Review(models.Model):
    """One review of one agreement: due on a day, held or not."""

    agreement = models.ForeignKey("slas.Agreement", models.PROTECT, related_name="reviews", verbose_name=_("agreement"))
    rhythm = models.CharField(_("rhythm"), max_length=20, choices=Rhythm)
    due_on = models.DateField(_("due"))
    period_from_on = models.DateField(_("period from"))
    period_to_on = models.DateField(_("period to"))  # exclusive
    held_at = models.DateTimeField(_("held"), null=True, blank=True)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    notes = models.TextField(_("notes"), blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, blank=True)
    # Frozen: later imports and explanations must not rewrite what people decided on.
    pack = models.JSONField(_("figures"), null=True, blank=True)  # frozen when the review is held

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name, verbose_name_plural = _("review"), _("reviews")
        constraints = [
            # The daily planning runs on several machines; the second one finds its row there.
            models.UniqueConstraint(fields=["agreement", "rhythm", "due_on"], name="review_once_per_day_and_rhythm"),
            models.CheckConstraint(
                condition=Q(held_at__isnull=True, held_by__isnull=True, decision="")
                | Q(held_at__isnull=False, held_by__isnull=False) & ~Q(decision=""),
                name="review_held_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.due_on}"


class ReviewAction(models.Model):
    """A measure somebody took on in a review."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="actions", verbose_name=_("review"))
    title = models.CharField(_("action"), max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    due_on = models.DateField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name, verbose_name_plural = _("action"), _("actions")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="review_action_done_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title
