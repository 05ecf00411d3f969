"""Tickets and everything people did to them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a ticket stands (contracts.md, Ticket states)."""

    NEW = "new", _("new")
    OPEN = "open", _("open")
    WAITING = "waiting", _("waiting")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")
    REJECTED = "rejected", _("rejected")


class PauseReason(models.TextChoices):
    """Whom a waiting ticket waits for. `resolved` marks the time between a resolution and its reopening."""

    REPORTER = "reporter", _("the reporter")
    SUPPLIER = "supplier", _("a supplier")
    CHANGE = "change", _("a change")
    OTHER = "other", _("something else")
    RESOLVED = "resolved", _("was resolved")


class RejectReason(models.TextChoices):
    """Why a ticket is no work of this team."""

    NOT_COVERED = "not_covered", _("not covered by the agreement")
    DUPLICATE = "duplicate", _("duplicate")
    NO_FAULT = "no_fault_found", _("no fault found")
    WRONG_DESK = "wrong_desk", _("wrong desk")
    OTHER = "other", _("another reason")


# From a sequence: never reused, also when a transaction is rolled back.
_NEXT_NUMBER = Func(
    Value("T-"),
    Func(Value("incidents_ticket_number"), function="nextval", output_field=models.BigIntegerField()),
    function="concat",
    output_field=models.CharField(),
)

LIVE = (Status.NEW, Status.OPEN, Status.WAITING)


class Ticket(models.Model):
    """Something reported about a product, pinned to the revision in force when it was opened.

    `queue_*` repeat the earliest running timer, so that the queue is one index walk per calendar (delivery.md, Speed).
    """

    number = models.CharField(
        max_length=20,
        unique=True,
        editable=False,
        db_default=_NEXT_NUMBER,
    )
    # NULL where there is none: empty texts would not be unique.
    external_reference = models.CharField(_("external reference"), max_length=100, null=True, blank=True)
    # Other indexes begin with it.
    product = models.ForeignKey(
        "slas.Product", models.PROTECT, related_name="tickets", verbose_name=_("product"), db_index=False
    )
    revision = models.ForeignKey("slas.Revision", models.PROTECT, related_name="tickets", verbose_name=_("revision"))
    title = models.CharField(_("title"), max_length=300)
    description = models.TextField(_("description"), blank=True)
    priority = models.CharField(_("priority"), max_length=2)
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.NEW)
    # A ticket that waits goes back to where it was, answered or not (contracts.md, Ticket states).
    resumes_as = models.CharField(max_length=10, blank=True)  # while waiting: where it came from
    waiting_reason = models.CharField(max_length=10, choices=PauseReason, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="reported_tickets"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="assigned_tickets"
    )
    team = models.ForeignKey("slas.Team", models.PROTECT, related_name="tickets", verbose_name=_("team"))
    # Imports make no accounts, but the holder's name is part of the history.
    assignee_label = models.CharField(max_length=200, blank=True)  # holder of a history ticket, as its source wrote it
    team_label = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    updated_at = models.DateTimeField(_("last change"))
    is_history = models.BooleanField(_("history"), default=False)
    queue_calendar = models.ForeignKey(
        "slas.CalendarRevision", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    queue_position = models.BigIntegerField(null=True, blank=True)  # due position in seconds of that calendar
    queue_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-opened_at", "-pk")
        verbose_name, verbose_name_plural = _("ticket"), _("tickets")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "external_reference"],
                condition=Q(external_reference__isnull=False),
                name="ticket_reference_unique",
            ),
            models.CheckConstraint(
                condition=Q(waiting_since__isnull=True, waiting_reason="")
                | Q(waiting_since__isnull=False) & ~Q(waiting_reason=""),
                name="ticket_waiting_whole",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", waiting_since__isnull=False)
                | ~Q(status="waiting") & Q(waiting_since__isnull=True),
                name="ticket_waits_or_not",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue_calendar", "queue_position", "id"],
                condition=Q(status__in=["new", "open", "waiting"], queue_position__isnull=False, is_history=False),
                name="ticket_queue",
            ),
            # Who sees few products walks these instead, so that a narrow view costs no scan of the whole queue.
            models.Index(
                fields=["product", "queue_calendar", "queue_position", "id"],
                condition=Q(status__in=["new", "open", "waiting"], queue_position__isnull=False, is_history=False),
                name="ticket_queue_product",
            ),
            models.Index(
                fields=["team", "queue_calendar", "queue_position", "id"],
                condition=Q(status__in=["new", "open", "waiting"], queue_position__isnull=False, is_history=False),
                name="ticket_queue_team",
            ),
            models.Index(
                fields=["reporter", "queue_calendar", "queue_position", "id"],
                condition=Q(status__in=["new", "open", "waiting"], queue_position__isnull=False, is_history=False),
                name="ticket_queue_reporter",
            ),
            models.Index(
                fields=["opened_at", "id"],
                condition=Q(status__in=["new", "open", "waiting"], queue_position__isnull=True, is_history=False),
                name="ticket_queue_still",
            ),
            models.Index(fields=["product", "-opened_at"], name="ticket_product_opened"),
            models.Index(fields=["updated_at", "id"], name="ticket_updated"),
            models.Index(fields=["resolved_at"], condition=Q(status="resolved"), name="ticket_resolved"),
            models.Index(fields=["assignee"], condition=Q(status__in=["new", "open", "waiting"]), name="ticket_held"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_live(self) -> bool:
        """True while somebody still has to do something."""
        return self.status in LIVE


class Pause(models.Model):
    """A span in which the ticket waited, or was resolved before it was reopened."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=10, choices=PauseReason)
    text = models.CharField(max_length=1000, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("ticket", "started_at", "pk")
        constraints = [
            # Two people who press pause at once: the lock sorts it out, and this is what proves it.
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at__isnull=True), name="pause_one_open"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="pause_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.reason}"


class EventKind(models.TextChoices):
    """Every move of a ticket."""

    OPENED = "opened", _("opened")
    BEGUN = "begun", _("work begun")
    RESPONDED = "responded", _("answered")
    COMMENTED = "commented", _("commented")
    ASSIGNED = "assigned", _("assigned")
    PAUSED = "paused", _("paused")
    RESUMED = "resumed", _("resumed")
    REPRIORITISED = "reprioritised", _("priority changed")
    RESOLVED = "resolved", _("resolved")
    REOPENED = "reopened", _("reopened")
    CLOSED = "closed", _("closed")
    REJECTED = "rejected", _("rejected")
    TIME_LOGGED = "time_logged", _("time logged")
    MOVED = "moved", _("moved to another calendar revision")
    BREACH_FILLED = "breach_filled", _("breach explained")
    ACKNOWLEDGED = "acknowledged", _("escalation acknowledged")


class Event(models.Model):
    """One thing that happened to a ticket: who, when, and the facts; append-only (the database refuses)."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=EventKind)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    # Internal words stay with the provider's side; the flag is part of the evidence.
    is_public = models.BooleanField(default=True)
    text = models.TextField(blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("ticket", "at", "pk")
        # Read on every ticket page, and for the first answer when a priority changes.
        indexes = [models.Index(fields=["ticket", "at", "id"], name="event_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class TimeEntry(models.Model):
    """Minutes somebody worked on a ticket."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="time_entries")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField(_("minutes"))
    text = models.CharField(_("text"), max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("ticket", "at", "pk")
        constraints = [
            # A typing error of a week would turn every figure about time worked into nonsense.
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=1440), name="time_entry_within_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min"
