"""Whether the machine runs: pulses, what waits, what stands still, what the auditor found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max
from django.db.models.functions import Now

from incidents.models import Audit, Timer
from slas.models import Heartbeat, Notice
from slas.models.notices import NoticeState
from slas.queries import notices

LIMIT = timedelta(seconds=120)  # older than this, the engine counts as standing still
VITAL = ("sweep", "deliver", "audit")
PARTS = (*VITAL, "beat", "ticker")


@dataclass(frozen=True)
class Pulse:
    """When a part of the engine last worked; `age` is None when it never has."""

    name: str
    at: datetime | None
    age: timedelta | None

    @property
    def is_late(self) -> bool:
        """Whether nobody has heard of it for too long."""
        return self.age is None or self.age > LIMIT


@dataclass(frozen=True)
class Engine:
    """Everything the engine's page and its health address show."""

    pulses: tuple[Pulse, ...]
    letters: Mapping[str, int] = field(default_factory=dict)  # by state
    waiting_since: datetime | None = None  # of the oldest letter that should have left
    due_timers: int = 0
    parked: tuple[Timer, ...] = ()
    failed: tuple[Notice, ...] = ()
    audit: Audit | None = None
    canary_at: datetime | None = None

    @property
    def is_alive(self) -> bool:
        """Whether every vital part has a pulse."""
        return not any(pulse.is_late for pulse in self.pulses if pulse.name in VITAL)

    @property
    def age(self) -> timedelta | None:
        """The age of the weakest vital pulse; None when one has never beaten."""
        ages = [pulse.age for pulse in self.pulses if pulse.name in VITAL]
        known = [age for age in ages if age is not None]
        return max(known) if len(known) == len(ages) else None


def pulses() -> tuple[Pulse, ...]:
    """The pulse of every part, by the database's clock, in one query."""
    rows = {row.name: row for row in Heartbeat.objects.annotate(now=Now()).order_by("name")}
    return tuple(
        Pulse(name, rows[name].at, rows[name].now - rows[name].at) if name in rows else Pulse(name, None, None)
        for name in PARTS
    )


def is_alive() -> bool:
    """Whether the engine runs: the banner and the health address ask nothing more."""
    return Engine(pulses()).is_alive


def engine(*, most: int = 50) -> Engine:
    """The whole state, with at most so many parked timers and letters that could not be delivered."""
    failed = notices.newest().filter(state=NoticeState.FAILED)
    parked = Timer.objects.filter(parked_at__isnull=False).select_related("ticket").order_by("-parked_at", "pk")
    oldest = notices.overdue().first()
    return Engine(
        pulses=pulses(),
        letters=notices.counts(),
        waiting_since=oldest.next_attempt_at if oldest else None,
        due_timers=Timer.objects.filter(next_fire_at__lte=Now(), parked_at__isnull=True).count(),
        parked=tuple(parked[:most]),
        failed=tuple(failed[:most]),
        audit=Audit.objects.order_by("-at", "-pk").first(),
        canary_at=Notice.objects.filter(kind="canary").aggregate(last=Max("sent_at"))["last"],
    )
