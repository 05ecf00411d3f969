"""The credit promise of a revision: what a month is worth that breaks the availability promise (product.md P6)."""

from datetime import timedelta
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from slas.credits import terms_of
from slas.credits.chronic import YEAR
from slas.credits.claims import LONGEST
from slas.models.agreements import Revision
from slas.models.calendars import NO_HOLIDAYS
from slas.validators import CURRENCY, POINTS, validate_currency, validate_positive

LEAST, WHOLE, NOTHING = Decimal("0.0001"), Decimal(100), Decimal(0)
MOST_FACTOR, MOST_PARTS, MOST_FEE = Decimal(1000), 999_999, Decimal("9999999999.99")
_NO_TIME = models.Value(timedelta(0), output_field=models.DurationField())
_TO_WHOLE = MaxValueValidator(WHOLE)


class RuleKind(models.TextChoices):
    """The rules of `slas.credits`."""

    BANDS = "bands", _("by a table of availabilities")
    STEPS_BELOW = "steps_below", _("by steps below the target")
    PER_PERIOD_BEYOND = "per_period_beyond", _("by time down beyond what is allowed")
    STARTED_UNITS = "started_units", _("a part of the fee for each started unit of time down")
    LINEAR = "linear", _("the fee for the time down")
    MULTIPLE_OF_SHARE = "multiple_of_share", _("a multiple of the fee for the time down")


class Reading(models.TextChoices):
    """How a part of a step or period is read."""

    FULL = "full", _("only full ones count")
    PRO_RATA = "pro_rata", _("parts count in proportion")
    STARTED = "started", _("each one started counts")


class Counting(models.TextChoices):
    """Which time down counts once the promise is broken."""

    EXCESS = "excess", _("only what is beyond the allowed time")
    ALL = "all", _("all time down")


class Rounding(models.TextChoices):
    """What is rounded up to whole units."""

    MONTH = "month", _("the time of the month, once")
    INCIDENT = "incident", _("each incident")


class Days(models.TextChoices):
    """Which days count until a claim is late."""

    DAYS = "days", _("calendar days")
    WERKTAGE = "werktage", _("working days, Monday to Saturday")
    ARBEITSTAGE = "arbeitstage", _("working days, Monday to Friday")


# What each kind of rule is made of, in the columns named like the fields of the rule.
_TERMS: dict[str, Q] = {
    RuleKind.BANDS: Q(),
    RuleKind.STEPS_BELOW: Q(per__gt=0, per__lte=WHOLE, percent__gt=0, percent__lte=WHOLE)
    & Q(reading__in=[Reading.FULL, Reading.PRO_RATA]),
    RuleKind.PER_PERIOD_BEYOND: Q(period__gt=_NO_TIME, percent__gt=0, percent__lte=WHOLE)
    & Q(reading__in=[Reading.FULL, Reading.STARTED]),
    RuleKind.STARTED_UNITS: Q(unit__gt=_NO_TIME, denominator__range=(1, MOST_PARTS))
    & Q(counting__in=Counting.values, rounding__in=Rounding.values),
    RuleKind.LINEAR: Q(),
    RuleKind.MULTIPLE_OF_SHARE: Q(factor__gt=0, factor__lte=MOST_FACTOR),
}
_WORDS = ("reading", "counting", "rounding")
_NUMBERS = ("per", "percent", "period", "unit", "denominator", "factor")


def _whole_terms() -> Q:
    """The condition that a row has every term of its kind, and no term of another."""
    whole = Q()
    for kind, bounds in _TERMS.items():
        own = terms_of(kind)
        # What is unknown is no violation to a constraint, so it has to say that each term is there.
        numbers = {f"{name}__isnull": name not in own for name in _NUMBERS}
        whole |= Q(kind=kind, **numbers, **{name: "" for name in _WORDS if name not in own}) & bounds
    return whole


class CreditPromise(models.Model):
    """The rule with its terms, the fee it is a share of, until when to claim, and when the customer may leave.

    `slas.credits` says how each term is read; a rule of bands has them in `CreditBand`. Without `claim_within` a credit
    can be claimed without limit. The database holds it only beside an availability promise.
    """

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="credits", verbose_name=_("revision"))
    kind = models.CharField(_("credit"), max_length=20, choices=RuleKind)
    per = models.DecimalField(  # percentage points
        _("step"), max_digits=7, decimal_places=4, null=True, blank=True, validators=[_TO_WHOLE]
    )
    percent = models.DecimalField(  # of the monthly fee, as every share here
        _("percent"), max_digits=7, decimal_places=4, null=True, blank=True, validators=[_TO_WHOLE]
    )
    period = models.DurationField(_("period"), null=True, blank=True, validators=[validate_positive])
    unit = models.DurationField(_("unit"), null=True, blank=True, validators=[validate_positive])
    denominator = models.PositiveIntegerField(_("part of the fee"), null=True, blank=True)
    factor = models.DecimalField(
        _("factor"), max_digits=8, decimal_places=4, null=True, blank=True, validators=[MaxValueValidator(MOST_FACTOR)]
    )
    reading = models.CharField(_("parts"), max_length=10, choices=Reading, blank=True)
    counting = models.CharField(_("what counts"), max_length=10, choices=Counting, blank=True)
    rounding = models.CharField(_("rounded up"), max_length=10, choices=Rounding, blank=True)
    cap = models.DecimalField(_("at most in percent"), max_digits=7, decimal_places=4, default=WHOLE)
    monthly_fee = models.DecimalField(
        _("monthly fee"), max_digits=12, decimal_places=2, default=NOTHING, validators=[MinValueValidator(NOTHING)]
    )
    currency = models.CharField(_("currency"), max_length=6, default=POINTS, validators=[validate_currency])
    claim_within = models.PositiveSmallIntegerField(_("claim within"), null=True, blank=True)
    claim_days = models.CharField(_("days"), max_length=20, choices=Days, blank=True)
    holidays = models.CharField(_("public holidays"), max_length=20, default=NO_HOLIDAYS)  # as in a calendar: "DE-HH"
    in_a_row = models.PositiveSmallIntegerField(_("broken months in a row"), null=True, blank=True)
    of_twelve = models.PositiveSmallIntegerField(_("broken months within twelve"), null=True, blank=True)
    floor = models.DecimalField(  # percent of the agreed time of a month
        _("a month below"), max_digits=7, decimal_places=4, null=True, blank=True
    )

    class Meta:
        ordering = ("revision",)
        verbose_name, verbose_name_plural = _("credit promise"), _("credit promises")
        constraints = [
            models.CheckConstraint(condition=_whole_terms(), name="credit_terms_whole"),
            models.CheckConstraint(condition=Q(cap__gt=0, cap__lte=WHOLE), name="credit_cap_is_share"),
            models.CheckConstraint(condition=Q(monthly_fee__gte=0), name="credit_fee_not_negative"),
            models.CheckConstraint(condition=Q(currency__regex=CURRENCY), name="credit_currency_known"),
            models.CheckConstraint(
                condition=Q(claim_within__isnull=True, claim_days="", holidays=NO_HOLIDAYS)
                | Q(claim_within__isnull=False, claim_within__range=(1, LONGEST))
                & (Q(claim_days=Days.DAYS, holidays=NO_HOLIDAYS) | Q(claim_days__in=[Days.WERKTAGE, Days.ARBEITSTAGE])),
                name="credit_claim_whole",
            ),
            models.CheckConstraint(
                condition=(Q(in_a_row__isnull=True) | Q(in_a_row__range=(1, YEAR)))
                & (Q(of_twelve__isnull=True) | Q(of_twelve__range=(1, YEAR)))
                & (Q(floor__isnull=True) | Q(floor__gt=0, floor__lte=WHOLE)),
                name="credit_exit_makes_sense",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision}: {self.get_kind_display()}"


class CreditBand(models.Model):
    """A range of availability in percent, and the credit for it; without a bound it is open on that side."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="credit_bands", verbose_name=_("revision"))
    lower = models.DecimalField(_("from"), max_digits=7, decimal_places=4, null=True, blank=True)
    lower_inclusive = models.BooleanField(_("from exactly there"), default=False)
    upper = models.DecimalField(_("up to"), max_digits=7, decimal_places=4, null=True, blank=True)
    upper_inclusive = models.BooleanField(_("up to exactly there"), default=False)
    percent = models.DecimalField(_("percent"), max_digits=7, decimal_places=4)

    class Meta:
        ordering = ("revision", "pk")
        verbose_name, verbose_name_plural = _("band of credits"), _("bands of credits")
        constraints = [
            models.CheckConstraint(
                condition=(Q(lower__isnull=True, lower_inclusive=False) | Q(lower__range=(NOTHING, WHOLE)))
                & (Q(upper__isnull=True, upper_inclusive=False) | Q(upper__range=(NOTHING, WHOLE)))
                & (Q(lower__isnull=False) | Q(upper__isnull=False)),
                name="credit_band_bounds_are_percent",
            ),
            models.CheckConstraint(
                condition=Q(lower__isnull=True)
                | Q(upper__isnull=True)
                | Q(lower__lt=F("upper"))
                | Q(lower=F("upper"), lower_inclusive=True, upper_inclusive=True),
                name="credit_band_holds_something",
            ),
            models.CheckConstraint(condition=Q(percent__range=(NOTHING, WHOLE)), name="credit_band_is_share"),
        ]

    def __str__(self) -> str:
        return f"{self.revision}: {self.percent.normalize():f} %"
