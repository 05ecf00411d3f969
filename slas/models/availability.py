"""The availability promise of a revision: how much of each month, counted how (product.md P5)."""

from datetime import timedelta
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from slas.models.agreements import Revision
from slas.models.calendars import Calendar
from slas.validators import validate_not_negative

LEAST, WHOLE, HALF = Decimal("0.0001"), Decimal(100), Decimal("0.5")
NOTHING = timedelta(0)
_NO_TIME = models.Value("0 seconds", output_field=models.DurationField())


class Treatment(models.TextChoices):
    """What announced maintenance does to the month."""

    EXCLUDE = "exclude", _("does not count at all")
    COUNT_AS_UP = "count_as_up", _("counts as available")
    COUNT_AS_DOWN = "count_as_down", _("shields from nothing")


class Boundary(models.TextChoices):
    """What being exactly at the target means."""

    KEPT = "kept", _("keeps the promise")
    BROKEN = "broken", _("breaks the promise")


class AvailabilityPromise(models.Model):
    """So much of the agreed time of each calendar month; without a calendar all of it is agreed time.

    Months are those of the revision's zone. `slas.availability` says how each field is read.
    """

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="availability", verbose_name=_("revision"))
    target = models.DecimalField(  # percent of the agreed time
        _("target"), max_digits=7, decimal_places=4, validators=[MinValueValidator(LEAST), MaxValueValidator(WHOLE)]
    )
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, null=True, blank=True, related_name="availability", verbose_name=_("agreed time")
    )
    maintenance = models.CharField(_("maintenance"), max_length=20, choices=Treatment, default=Treatment.EXCLUDE)
    notice = models.DurationField(
        _("time of notice"), default=NOTHING, validators=[validate_not_negative]
    )  # calendar time
    monthly_cap = models.DurationField(
        _("at most in a month"), null=True, blank=True, validators=[validate_not_negative]
    )
    ignore_up_to = models.DurationField(_("too short to count"), default=NOTHING, validators=[validate_not_negative])
    is_in_whole_minutes = models.BooleanField(_("only whole minutes count"), default=False)
    boundary = models.CharField(_("exactly at the target"), max_length=10, choices=Boundary, default=Boundary.KEPT)
    degraded_weight = models.DecimalField(  # share of a full outage, from 0 to 1
        _("weight when degraded"),
        max_digits=4,
        decimal_places=3,
        default=HALF,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )

    class Meta:
        ordering = ("revision",)
        verbose_name, verbose_name_plural = _("availability promise"), _("availability promises")
        constraints = [
            models.CheckConstraint(condition=Q(target__gt=0, target__lte=100), name="availability_target_is_percent"),
            models.CheckConstraint(
                condition=Q(degraded_weight__gte=0, degraded_weight__lte=1), name="availability_weight_is_share"
            ),
            models.CheckConstraint(
                condition=Q(notice__gte=_NO_TIME, ignore_up_to__gte=_NO_TIME)
                & (Q(monthly_cap__isnull=True) | Q(monthly_cap__gte=_NO_TIME)),
                name="availability_times_not_negative",
            ),
            models.CheckConstraint(
                condition=~Q(target=WHOLE, boundary=Boundary.BROKEN),
                name="availability_can_be_kept",
                violation_error_message=_(
                    "Nothing is more than 100 percent: exactly that much has to keep the promise."
                ),
            ),
            models.CheckConstraint(
                condition=Q(maintenance__in=Treatment.values, boundary__in=Boundary.values),
                name="availability_words_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision}: {self.target.normalize():f} %"
