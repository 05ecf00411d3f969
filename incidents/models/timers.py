"""The narrow table that the sweep walks: one running target of one ticket per row."""

from django.db import models
from django.db.models import Q

from incidents.models.tickets import Ticket


class Timer(models.Model):
    """A clock of a ticket on the calendar revision pinned at opening.

    One row per ticket and kind, except `update`: each restart leaves the stopped row and adds a new current one.
    `due_at` is empty only while a pause is open and something is left. `next_fire_at` is what the sweep looks for.
    """

    # The unique constraints begin with the ticket.
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="timers", db_index=False)
    kind = models.CharField(max_length=10)
    cycle = models.PositiveIntegerField(default=1)
    # Pages and API show the current cycle; the others are evidence for the figures.
    is_current = models.BooleanField(default=True)
    # Every advance of a timer would have to keep one more index, which nobody reads.
    calendar = models.ForeignKey("slas.CalendarRevision", models.PROTECT, related_name="+", db_index=False)
    # Copied from the target: a timer must not need its revision to be judged.
    allowance = models.DurationField()  # support time
    started_at = models.DateTimeField()
    cycle_started_at = models.DateTimeField()  # rungs passed before it are left out (incidents.cycle)
    stopped_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    next_fire_at = models.DateTimeField(null=True, blank=True)
    is_withdrawn = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)  # of the sweep, since the last success
    parked_at = models.DateTimeField(null=True, blank=True)  # given up after five attempts; shown on /engine/
    reckoned_at = models.DateTimeField()  # when due_at and next_fire_at were last worked out

    class Meta:
        ordering = ("ticket", "kind", "cycle", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "kind"], condition=Q(is_current=True), name="timer_one_current_per_kind"
            ),
            models.UniqueConstraint(fields=["ticket", "kind", "cycle"], name="timer_cycle_unique"),
            models.CheckConstraint(
                condition=Q(next_fire_at__isnull=True) | Q(stopped_at__isnull=True, is_withdrawn=False),
                name="timer_fires_only_while_running",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_fire_at", "id"],
                condition=Q(next_fire_at__isnull=False, parked_at__isnull=True),
                name="timer_next_fire",
            ),
            models.Index(fields=["due_at"], name="timer_due"),
            models.Index(fields=["parked_at"], condition=Q(parked_at__isnull=False), name="timer_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.cycle}"
