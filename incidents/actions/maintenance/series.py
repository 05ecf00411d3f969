"""Windows that come again: a series writes them five weeks ahead, announced as soon as they are written."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from incidents import figures, maintenance
from incidents.actions import apart
from incidents.actions.maintenance import letters
from incidents.actions.maintenance.case import demand, keep, twin
from incidents.maintenance import AHEAD, State
from incidents.models import Maintenance, MaintenanceDeed, MaintenanceEvent, MaintenanceSeries
from incidents.queries.maintenance import in_state
from slas.availability import Maintenance as Work
from slas.clock import BadHours, ServiceHours, Span
from slas.errors import Refused
from slas.models import Product, User
from slas.validators import FIRST_MOMENT, LAST_MOMENT

MOST = 4  # windows a day: more are a mistake, and each of them is a row


@transaction.atomic
def start_series(
    products: Collection[Product],
    *,
    by: User,
    now: datetime,
    title: str,
    reason: str,
    week: Mapping[str, Sequence[str]],
    zone: str,
    starts_on: date,
    ends_on: date | None = None,
) -> MaintenanceSeries:
    """Windows on these hours of every week; the first are written at once, the same series once more finds the same."""
    if not products:
        raise Refused(_("Name at least one product."))
    demand(products, by=by)
    week = {day: list(intervals) for day, intervals in week.items() if intervals}
    series = MaintenanceSeries(
        title=title, reason=reason, week=week, zone=zone, starts_on=starts_on, ends_on=ends_on,
        created_at=now, created_by=by,
    )  # fmt: skip
    first = first_windows(series, now=now)
    known = twin(_same(series), products)
    if known is not None:
        return known
    series.save()
    series.products.set(products)
    _write_ahead(series, by=by, now=now)
    letters.put_series(series, "series_started", first, now=now)
    return series


@transaction.atomic
def end_series(series: MaintenanceSeries, *, by: User, now: datetime, reason: str) -> MaintenanceSeries:
    """No more windows; those that nobody has begun are cancelled."""
    series = MaintenanceSeries.objects.select_for_update(no_key=True).get(pk=series.pk)
    demand(series.products.all(), by=by)
    if series.ended_at is not None:
        raise Refused(_("This series has ended already."))
    # The series first: a round that waits for its lock finds it ended and writes nothing more.
    series.ended_at, series.ended_by = now, by
    series.save(update_fields=["ended_at", "ended_by"])
    ahead = series.windows.filter(in_state(State.ANNOUNCED, now)).select_for_update(no_key=True)
    rows = list(ahead.order_by("planned_from", "pk"))
    for row in rows:
        row.cancelled_at, row.cancelled_by, row.cancel_reason = now, by, reason
        keep(row, MaintenanceDeed.CANCELLED, by=by, now=now, reason=reason)
    # Only the windows are told; whether their notice was kept plays no part any more.
    works = [Work(row.planned, now) for row in rows]
    letters.put_series(series, "series_ended", works, now=now, reason_of_change=reason)
    return series


def keep_ahead(*, now: datetime) -> int:
    """Write the windows of the next five weeks of every series; returns how many were missing."""
    live = MaintenanceSeries.objects.filter(ended_at__isnull=True).order_by("pk")
    keys = list(live.values_list("pk", flat=True))
    return apart.each(keys, lambda pk: _keep_ahead(pk, now), what="The windows of a series")


def first_windows(series: MaintenanceSeries, *, now: datetime) -> list[Work]:
    """The windows of its first five weeks from now on; Refused when the hours or the days make no sense."""
    _check_days(series)
    # Before the days are laid out: a zone that is none has no midnight.
    hours = _hours(series)
    begins = figures.midnight(series.starts_on, series.zone)
    return maintenance.as_written(_windows(series, hours, now=now, until=max(now, begins) + AHEAD), now)


@transaction.atomic
def _keep_ahead(pk: int, now: datetime) -> int:
    series = MaintenanceSeries.objects.select_for_update(no_key=True).get(pk=pk)
    # It may have ended since it was looked for.
    return _write_ahead(series, by=None, now=now) if series.ended_at is None else 0


def _write_ahead(series: MaintenanceSeries, *, by: User | None, now: datetime) -> int:
    # By the start its series gave it: a window that was moved or cancelled must not come back.
    known = set(series.windows.filter(occurs_at__gte=now).values_list("occurs_at", flat=True))
    spans = _windows(series, _hours(series), now=now, until=now + AHEAD)
    # In sets: a nightly series has five weeks of windows to write when it starts.
    rows = Maintenance.objects.bulk_create(_row(series, span, now) for span in spans if span.start not in known)
    links, products = Maintenance.products.through, list(series.products.values_list("pk", flat=True))
    links.objects.bulk_create(links(maintenance=row, product_id=product) for row in rows for product in products)
    MaintenanceEvent.objects.bulk_create(
        MaintenanceEvent(maintenance=row, at=now, by=by, kind=MaintenanceDeed.ANNOUNCED) for row in rows
    )
    return len(rows)


def _row(series: MaintenanceSeries, span: Span, now: datetime) -> Maintenance:
    assert span.end is not None
    return Maintenance(
        title=series.title,
        reason=series.reason,
        planned_from=span.start,
        planned_to=span.end,
        announced_at=now,
        series=series,
        occurs_at=span.start,
        created_at=now,
        created_by=series.created_by,
        updated_at=now,
    )


def _windows(series: MaintenanceSeries, hours: ServiceHours, *, now: datetime, until: datetime) -> list[Span]:
    return maintenance.windows(
        hours,
        begins=figures.midnight(series.starts_on, series.zone),
        ends=figures.midnight(series.ends_on, series.zone) if series.ends_on else None,
        since=now,
        until=until,
    )


def _check_days(series: MaintenanceSeries) -> None:
    first, last = FIRST_MOMENT.date(), LAST_MOMENT.date()
    if not all(first < day < last for day in (series.starts_on, series.ends_on or series.starts_on)):
        raise Refused(_("The days must lie between the years 1970 and 2200."))
    if series.ends_on is not None and series.ends_on <= series.starts_on:
        raise Refused(_("The series must end after it begins."))


def _hours(series: MaintenanceSeries) -> ServiceHours:
    try:
        hours = ServiceHours.parse(zone=series.zone, week=series.week)
    except BadHours as wrong:
        raise Refused(_(wrong.sentence) % wrong.facts) from wrong
    if not series.week:
        raise Refused(_("Give at least one weekday its hours."))
    # A day of many short windows would be hundreds of rows, and a calendar that nobody reads.
    if any(len(day) > MOST for day in hours.windows.week):
        raise Refused(_("A weekday has at most four windows."))
    if maintenance.is_endless(hours):
        raise Refused(_("A window must end. Leave some hours of the week free."))
    return hours


def _same(series: MaintenanceSeries) -> QuerySet[MaintenanceSeries]:
    return MaintenanceSeries.objects.filter(
        title=series.title,
        reason=series.reason,
        week=series.week,
        zone=series.zone,
        starts_on=series.starts_on,
        ends_on=series.ends_on,
        created_by=series.created_by,
        ended_at__isnull=True,
    )
