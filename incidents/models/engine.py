"""What the auditor found when it last looked."""

from django.db import models


class Audit(models.Model):
    """One round of the auditor: every invariant with its count of violations."""

    at = models.DateTimeField()
    is_green = models.BooleanField()
    findings = models.JSONField(default=dict)  # {"I1": {"count": 0, "examples": []}, …}

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["-at"], name="audit_newest")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {'green' if self.is_green else 'red'}"
