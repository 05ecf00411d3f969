"""What the API was already asked to create, so that a repeated request creates nothing twice."""

from django.conf import settings
from django.db import models


class CreationKey(models.Model):
    """An `Idempotency-Key` of one person, what it asked for, and the ticket it made."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    # A reused key with another body is a mistake of the caller, and must not look like success.
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the request's body
    ticket = models.ForeignKey("incidents.Ticket", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("person", "key")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="creation_key_once")]

    def __str__(self) -> str:
        return self.key
