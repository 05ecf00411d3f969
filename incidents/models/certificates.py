"""What both sides sign about a month, and the credit that follows from it (product.md S9, P6)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

FIRST_DAY = Q(month__day=1)


def _set_whole(name: str) -> Q:
    """The condition that a moment and a person are set together or not at all."""
    return Q(**{f"{name}_at__isnull": True, f"{name}_by__isnull": True}) | Q(
        **{f"{name}_at__isnull": False, f"{name}_by__isnull": False}
    )


class Certificate(models.Model):
    """A month of an agreement as it was measured; append-only, each side signs once (the database refuses the rest).

    Later evidence makes the next number, never another figure here. `figures` and `evidence` are those of
    `incidents.queries.evidence`; `figures` also says what credit followed.
    """

    agreement = models.ForeignKey(
        "slas.Agreement", models.PROTECT, related_name="certificates", verbose_name=_("agreement")
    )
    month = models.DateField(_("month"))  # its first day
    zone = models.CharField(_("time zone"), max_length=64)
    number = models.PositiveIntegerField(_("number"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)  # of a correction
    drawn_up_at = models.DateTimeField(_("drawn up"))
    drawn_up_by = models.ForeignKey(  # nobody: the portal
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("drawn up by")
    )
    figures = models.JSONField(_("figures"))
    evidence = models.JSONField(_("evidence"))
    evidence_hash = models.CharField(_("hash of the evidence"), max_length=64)  # SHA-256, hexadecimal
    engine_version = models.CharField(_("version of the arithmetic"), max_length=20)
    provider_signed_at = models.DateTimeField(null=True, blank=True)
    provider_signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    customer_signed_at = models.DateTimeField(null=True, blank=True)
    customer_signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-month", "agreement", "-number")
        verbose_name, verbose_name_plural = _("certificate"), _("certificates")
        constraints = [
            # Two machines draw up the same month: the second one finds its row there.
            models.UniqueConstraint(fields=["agreement", "month", "number"], name="certificate_once"),
            models.CheckConstraint(condition=FIRST_DAY, name="certificate_month_is_first_day"),
            models.CheckConstraint(
                condition=Q(number=1, reason="") | Q(number__gt=1) & ~Q(reason=""),
                name="certificate_correction_reasoned",
            ),
            models.CheckConstraint(condition=_set_whole("provider_signed"), name="certificate_provider_signed_whole"),
            models.CheckConstraint(condition=_set_whole("customer_signed"), name="certificate_customer_signed_whole"),
            models.CheckConstraint(
                condition=~Q(provider_signed_by=F("customer_signed_by")), name="certificate_signed_by_two"
            ),
        ]
        indexes = [models.Index(fields=["drawn_up_at"], name="certificate_drawn_up")]

    def __str__(self) -> str:
        return f"{self.agreement} {self.month:%Y-%m} ({self.number})"

    @property
    def is_correction(self) -> bool:
        """True for every certificate of a month but the first."""
        return self.number > 1

    @property
    def is_signed(self) -> bool:
        """True once both sides have signed."""
        return self.provider_signed_at is not None and self.customer_signed_at is not None


class CreditState(models.TextChoices):
    """How far a credit is; `incidents.lifecycle` says what leads where."""

    PROPOSED = "proposed", _("proposed")
    CLAIMED = "claimed", _("claimed")
    GRANTED = "granted", _("granted")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")
    SETTLED = "settled", _("settled")


_UNCLAIMED = Q(claimed_at__isnull=True)
_UNDECIDED = Q(decided_at__isnull=True, decision_reason="")
_UNSETTLED = Q(settled_at__isnull=True)
_OPEN_ENDED = Q(expired_at__isnull=True)


class Credit(models.Model):
    """What a broken month is worth: proposed by the portal, claimed by the customer, decided by the provider, settled.

    Who decides is not who claimed, and who settles is not who decided. Once decided it stays what it is.
    """

    agreement = models.ForeignKey("slas.Agreement", models.PROTECT, related_name="credits", verbose_name=_("agreement"))
    month = models.DateField(_("month"))  # its first day
    certificate = models.ForeignKey(
        Certificate, models.PROTECT, related_name="credits", verbose_name=_("certificate")
    )  # whose figures it is reckoned from
    percent = models.CharField(_("percent of the fee"), max_length=200)  # exact, as a fraction
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    fee = models.DecimalField(_("monthly fee"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=6)
    claim_by = models.DateField(_("claim by"), null=True, blank=True)  # local day, included; empty: no end
    state = models.CharField(_("state"), max_length=10, choices=CreditState, default=CreditState.PROPOSED)
    proposed_at = models.DateTimeField(_("proposed"))
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decision_reason = models.CharField(_("reason"), max_length=1000, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    expired_at = models.DateTimeField(_("expired"), null=True, blank=True)

    class Meta:
        ordering = ("-month", "agreement")
        verbose_name, verbose_name_plural = _("credit"), _("credits")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "month"], name="credit_once_a_month"),
            models.CheckConstraint(condition=FIRST_DAY, name="credit_month_is_first_day"),
            models.CheckConstraint(condition=Q(amount__gte=0, fee__gte=0), name="credit_not_negative"),
            models.CheckConstraint(
                condition=_set_whole("claimed") & _set_whole("decided") & _set_whole("settled"),
                name="credit_steps_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed") & _UNCLAIMED & _UNDECIDED & _UNSETTLED & _OPEN_ENDED
                | Q(state="expired", expired_at__isnull=False) & _UNCLAIMED & _UNDECIDED & _UNSETTLED
                | Q(state="claimed", claimed_at__isnull=False) & _UNDECIDED & _UNSETTLED & _OPEN_ENDED
                | Q(state="granted", claimed_at__isnull=False, decided_at__isnull=False) & _UNSETTLED & _OPEN_ENDED
                | Q(state="declined", claimed_at__isnull=False, decided_at__isnull=False)
                & ~Q(decision_reason="")
                & _UNSETTLED
                & _OPEN_ENDED
                | Q(state="settled", claimed_at__isnull=False, decided_at__isnull=False, settled_at__isnull=False)
                & _OPEN_ENDED,
                name="credit_state_has_its_steps",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("claimed_by")) & ~Q(settled_by=F("decided_by")), name="credit_four_eyes"
            ),
        ]
        indexes = [
            models.Index(fields=["claim_by"], condition=Q(state="proposed"), name="credit_proposed"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} {self.month:%Y-%m}"


class CreditEventKind(models.TextChoices):
    """Every move of a credit."""

    PROPOSED = "proposed", _("proposed by the portal")
    CORRECTED = "corrected", _("corrected with its certificate")
    CLAIMED = "claimed", _("claimed")
    GRANTED = "granted", _("granted")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("not claimed in time")
    SETTLED = "settled", _("settled")


class CreditEvent(models.Model):
    """One thing that happened to a credit, with its figures after it; append-only (the database refuses)."""

    credit = models.ForeignKey(Credit, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=CreditEventKind)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=1000, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ("credit", "at", "pk")

    def __str__(self) -> str:
        return f"{self.credit_id} {self.kind}"
