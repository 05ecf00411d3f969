"""What a revision promises about availability: as terms for the arithmetic, and in sentences of the active language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from slas.availability import AvailabilityTerms, measure, terms
from slas.models import AvailabilityPromise, CalendarRevision, Revision
from slas.models.availability import Boundary, Treatment
from slas.queries import calendars
from slas.queries.numbers import number
from slas.queries.schedules import schedule_of
from slas.queries.weeks import span, week_elsewhere
from slas.queries.wordings import NO_TIME, availability_of

PERCENT = 100
MONTH, YEAR = timedelta(days=30), timedelta(days=365)
USUAL = (Decimal(99), Decimal("99.5"), Decimal("99.9"), Decimal("99.95"), Decimal("99.99"), Decimal("99.999"))


@dataclass(frozen=True, slots=True)
class Promised:
    """An availability promise with the hours it is counted in at some instant; None is round the clock."""

    promise: AvailabilityPromise
    terms: AvailabilityTerms
    calendar: CalendarRevision | None

    @property
    def share(self) -> str:
        """The target as people write it: “99.5 %”."""
        return f"{number(self.promise.target)}\u00a0%"


@dataclass(frozen=True, slots=True)
class Mark:
    """How long a product may be down at some target, round the clock; in words of the active language."""

    target: str
    month: str
    year: str


def yardstick() -> list[Mark]:
    """What the usual targets mean, for people who think in hours."""
    return [Mark(number(target), _left(target, MONTH), _left(target, YEAR)) for target in USUAL]


def promised_by(revision: Revision, at: datetime) -> Promised | None:
    """What this revision promises about availability, in the calendar revision in force at this instant."""
    promise = availability_of(revision)
    if promise is None:
        return None
    hours = None if promise.calendar is None else calendars.revision_in_force(promise.calendar, at)
    return promised_in(promise, revision.zone, hours)


def promised_in(promise: AvailabilityPromise, zone: str, hours: CalendarRevision | None) -> Promised:
    """A promise with the hours it is counted in, its months those of the zone."""
    terms = AvailabilityTerms(
        target=promise.target,
        zone=zone,
        service_hours=None if hours is None else calendars.hours_of(hours),
        maintenance=_treatment(promise),
        notice=promise.notice,
        monthly_cap=promise.monthly_cap,
        ignore_up_to=promise.ignore_up_to,
        whole_minutes=promise.is_in_whole_minutes,
        boundary="kept" if promise.boundary == Boundary.KEPT else "broken",
    )
    return Promised(promise, terms, hours)


def told(revision: Revision, at: datetime) -> list[str]:
    """What this revision promises about availability at an instant, in sentences; nothing when it promises none."""
    promised = promised_by(revision, at)
    return sentences(promised, at.astimezone(ZoneInfo(revision.zone)).date()) if promised else []


def sentences(promised: Promised, month: date) -> list[str]:
    """The promise as people read it, with what it allows in this month."""
    return [_share(promised, month), *_maintenance(promised.promise), *_counting(promised.promise)]


def _left(target: Decimal, whole: timedelta) -> str:
    # Decimal all the way: as floats 99.9 % would lose a second here and there.
    seconds = int(whole.total_seconds()) * (PERCENT - target) / PERCENT
    return span(timedelta(seconds=int(seconds)))


def _treatment(promise: AvailabilityPromise) -> terms.Treatment:
    match promise.maintenance:
        case Treatment.EXCLUDE:
            return "exclude"
        case Treatment.COUNT_AS_UP:
            return "count_as_up"
    return "count_as_down"


def _share(promised: Promised, month: date) -> str:
    measured = measure(month=month, terms=promised.terms, outages=[])
    facts = {
        "target": number(promised.promise.target),
        "month": date_format(month, "F Y"),
        # Cut off: what is left of a second is no promise.
        "allowed": span(timedelta(seconds=int(measured.allowed))),
    }
    if promised.calendar is None:
        said = _("Available %(target)s %% of each month, round the clock: in %(month)s at most %(allowed)s down.")
        return said % facts
    facts |= {
        "hours": week_elsewhere(schedule_of(promised.calendar), timezone.get_current_timezone()),
        "calendar": promised.calendar.calendar.name,
    }
    if not measured.agreed:
        return _("In %(month)s there is no agreed time (%(calendar)s: %(hours)s).") % facts
    return (
        _(
            "Available %(target)s %% of the agreed time of each month (%(calendar)s: %(hours)s):"
            " in %(month)s at most %(allowed)s down."
        )
        % facts
    )


def _maintenance(promise: AvailabilityPromise) -> Iterator[str]:
    # A cap of nothing is the same promise in other words.
    if promise.maintenance == Treatment.COUNT_AS_DOWN or promise.monthly_cap == NO_TIME:
        yield _("An outage during maintenance counts, also when the maintenance was announced.")
        return
    if promise.notice:
        yield _("Maintenance that was announced at least %(notice)s before is no outage.") % {
            "notice": span(promise.notice)
        }
    else:
        yield _("Announced maintenance is no outage.")
    if promise.maintenance == Treatment.COUNT_AS_UP:
        yield _("Its time counts as available.")
    else:
        yield _("Its time is left out of the month.")
    if promise.monthly_cap is not None:
        yield _("That holds for at most %(cap)s in a month.") % {"cap": span(promise.monthly_cap)}


def _counting(promise: AvailabilityPromise) -> Iterator[str]:
    if promise.ignore_up_to:
        yield _("Outages of up to %(length)s do not count.") % {"length": span(promise.ignore_up_to)}
    if promise.is_in_whole_minutes:
        yield _("Only whole minutes of an outage count.")
    if not promise.degraded_weight:
        yield _("Time in which it works only in part does not count.")
    elif promise.degraded_weight < 1:
        yield _("Time in which it works only in part counts with %(share)s %%.") % {
            "share": number(promise.degraded_weight * PERCENT)
        }
    if promise.boundary == Boundary.BROKEN:
        yield _("Exactly %(target)s %% breaks the promise.") % {"target": number(promise.target)}
