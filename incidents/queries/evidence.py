"""A measured month as plain values: its figures for API and certificate, and the evidence to measure it again from."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from incidents.figures import Period
from incidents.models import DataGap, Outage
from incidents.models.outages import Standing
from incidents.queries.availability import Month, Part
from slas.availability import Maintenance
from slas.availability.evidence import terms_of
from slas.availability.records import Plain, figures, shown, span
from slas.clock import Span
from slas.models import CalendarRevision
from slas.queries.schedules import schedule_of

DAY = timedelta(days=1)


def figures_of(month: Month) -> Plain:
    """Every figure of a month in which something was promised, and of its parts.

    `revision` is the one that answered last; each part names its own.
    """
    whole = month.whole
    assert whole is not None, "Nothing was promised in this month."
    zone = month.period.zone
    parts = [figures(part.measured, zone) | {"revision": _revision(part)} for part in month.parts]
    return {
        "month": f"{month.period.from_on:%Y-%m}",
        "zone": zone,
        **figures(whole, zone),
        "availability_shown": shown(whole.availability),
        "revision": parts[-1]["revision"],
        "parts": parts,
    }


def evidence_of(month: Month) -> Plain:
    """Everything that the figures were measured on, cut to the month, so that what happens later changes nothing.

    What a monitor proposes is no evidence until a person has decided it.
    """
    period, zone = month.period, month.period.zone
    # Dismissed ones are not among the facts; what was the customer's doing is, so that people see why it did not count.
    decided = [row for row in month.facts.outages if row.standing != Standing.PROPOSED]
    return {
        "month": f"{period.from_on:%Y-%m}",
        "zone": zone,
        "parts": [_part(part, period) for part in month.parts],
        "outages": [_outage(row, period) for row in decided if _touches(row, period)],
        "maintenance": [_maintenance(work, period) for work in month.facts.maintenance if _is_near(work, period)],
        "unknown": [_gap(row, period) for row in month.facts.gaps if _touches(row, period)],
    }


def _revision(part: Part) -> Plain:
    revision = part.spell.revision
    return {"agreement": revision.agreement.slug, "number": revision.number}


def _part(part: Part, period: Period) -> Plain:
    promised = part.spell.promised
    hours = None if promised.calendar is None else _hours(promised.calendar, period)
    return {
        **span(Span(part.spell.start, part.spell.end), period.zone),
        "revision": _revision(part),
        "calendar": None if promised.calendar is None else promised.calendar.calendar.name,
        "terms": terms_of(part.terms, degraded_weight=promised.promise.degraded_weight, hours=hours),
    }


def _hours(calendar: CalendarRevision, period: Period) -> Plain:
    """The hours as `ServiceHours.parse` reads them, with the exceptional days of this month alone."""
    schedule = schedule_of(calendar)
    holidays = map(date.fromisoformat, calendar.holiday_dates)
    return {
        "zone": schedule.zone,
        "week": {day: list(hours) for day, hours in schedule.week.items()},
        "closed": [day.isoformat() for day in sorted({*_near(schedule.closed, period), *_near(holidays, period)})],
        "special": {day.isoformat(): list(schedule.special[day]) for day in _near(schedule.special, period)},
    }


def _near(days: Iterable[date], period: Period) -> list[date]:
    # The calendar may live in another zone than the month: a day more on either side.
    return sorted(day for day in days if period.from_on - DAY <= day <= period.to_on + DAY)


def _outage(row: Outage, period: Period) -> Plain:
    return {
        **_cut(row.started_at, row.ended_at, period),
        "id": row.pk,
        "title": row.title,
        "effect": row.effect,
        "weight": _weight(row),
        "responsibility": row.responsibility,
        "cause": row.cause,
        "counts": row.counts,
    }


def _weight(row: Outage) -> str | None:
    # Written out: None means the weight of the agreement, which a full outage never asks for.
    if row.effect == "full":
        return "1"
    return None if row.weight is None else f"{row.weight.normalize():f}"


def _gap(row: DataGap, period: Period) -> Plain:
    return {**_cut(row.started_at, row.ended_at, period), "id": row.pk, "reason": row.reason}


def _maintenance(work: Maintenance, period: Period) -> Plain:
    zone, used = period.zone, work.used
    if used is not None:
        # What was begun after the month was not used in it; what goes on beyond it is looked at to its end.
        used = Span(used.start, min(used.end or period.end, period.end)) if used.start < period.end else None
    return {
        "planned": span(work.planned, zone),
        "announced_at": span(Span(work.announced_at), zone)["start"],
        "used": None if used is None else span(used, zone),
        "emergency": work.emergency,
    }


def _is_near(work: Maintenance, period: Period) -> bool:
    assert work.planned.end is not None, "Planned work has an end."
    return work.planned.start < period.end and work.planned.end > period.start


def _touches(row: Outage | DataGap, period: Period) -> bool:
    return row.started_at < period.end and (row.ended_at is None or row.ended_at > period.start)


def _cut(started_at: datetime, ended_at: datetime | None, period: Period) -> Plain:
    end = period.end if ended_at is None else min(ended_at, period.end)
    return span(Span(max(started_at, period.start), end), period.zone)
