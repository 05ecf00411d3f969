"""The outbox: every letter, every try to hand it over, and the pulse of the machine."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NoticeState(models.TextChoices):
    """What became of a notice."""

    PENDING = "pending", _("waiting")
    SENT = "sent", _("sent")
    WITHDRAWN = "withdrawn", _("withdrawn")
    BUNDLED = "bundled", _("in a digest")
    FAILED = "failed", _("not deliverable")


class Notice(models.Model):
    """One message to one recipient, kept as facts and written out when it is sent.

    It knows nothing of tickets: `subject` names what it is about, `topic` and `level` what may withdraw it.
    """

    # Unique by constraints of their own: `unique=True` would add an index for LIKE, which nobody asks for.
    key = models.CharField(max_length=300)  # ticket : timer : cycle : step : recipient : channel : repeat
    message_id = models.CharField(max_length=200)  # derived from the key, so a resend is recognisable
    kind = models.CharField(_("kind"), max_length=40)  # the letter: templates/emails/<kind>.*
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="notices",
        verbose_name=_("recipient"),
        db_index=False,  # notice_recipient begins with it
    )
    context = models.JSONField(_("facts"))
    subject = models.CharField(max_length=100, blank=True)  # "escalation:42"
    topic = models.CharField(max_length=100, blank=True)  # "T-1042:response:1"
    level = models.IntegerField(default=0)  # height of the rung within its topic
    priority = models.CharField(max_length=2, blank=True)
    is_urgent = models.BooleanField(default=False)  # never bundled into a digest
    state = models.CharField(_("state"), max_length=10, choices=NoticeState, default=NoticeState.PENDING)
    created_at = models.DateTimeField(_("created"))
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    fallback_at = models.DateTimeField(null=True, blank=True)  # not accepted by then: the next person is told as well
    fallback_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="fallbacks", db_index=False
    )
    digest = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="bundled", db_index=False)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.BigIntegerField(default=0)  # fencing: a late worker's result is not taken
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name, verbose_name_plural = _("notice"), _("notices")
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(state="pending"), name="notice_pending"),
            models.Index(fields=["fallback_at"], condition=Q(state="pending"), name="notice_fallback"),
            models.Index(fields=["topic", "level"], condition=Q(state="pending"), name="notice_topic"),
            models.Index(fields=["recipient", "-sent_at"], name="notice_recipient"),
            models.Index(fields=["subject"], name="notice_subject"),
            # Few letters are either; a fresh one, and a storm writes thousands at once, costs these nothing.
            models.Index(fields=["fallback_of"], condition=Q(fallback_of__isnull=False), name="notice_fallback_of"),
            models.Index(fields=["digest"], condition=Q(digest__isnull=False), name="notice_digest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="notice_key_unique"),
            models.UniqueConstraint(fields=["message_id"], name="notice_message_id_unique"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"), name="notice_sent_has_moment"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Attempt(models.Model):
    """One try to hand a notice to the mail server; append-only."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="tries")
    at = models.DateTimeField()
    address = models.CharField(max_length=320)
    code = models.PositiveSmallIntegerField(null=True, blank=True)  # SMTP reply, empty when there was none
    answer = models.CharField(max_length=500, blank=True)
    is_accepted = models.BooleanField()

    class Meta:
        ordering = ("notice", "at", "pk")

    def __str__(self) -> str:
        return f"{self.notice_id} {self.code}"


class Heartbeat(models.Model):
    """When a part of the machine last worked, by the database's clock."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"
