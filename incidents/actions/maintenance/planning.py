"""A new window: planned, announced, or an emergency that nobody could plan."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from incidents.actions.maintenance import letters
from incidents.actions.maintenance.case import check_window, demand, keep, note, taken, twin
from incidents.models import Maintenance, MaintenanceDeed
from slas.clock import Span
from slas.errors import Refused
from slas.models import Product, User


@transaction.atomic
def plan(
    products: Collection[Product], *, by: User, now: datetime, title: str, reason: str, window: Span
) -> Maintenance:
    """A window ahead that nobody is told about yet; the same once more finds the same."""
    row = Maintenance(title=title, reason=reason)
    return _found_or_written(row, products, window, by=by, now=now)


@transaction.atomic
def plan_and_announce(
    products: Collection[Product], *, by: User, now: datetime, title: str, reason: str, window: Span
) -> Maintenance:
    """A window ahead, announced at once."""
    row = plan(products, by=by, now=now, title=title, reason=reason, window=window)
    # The same request twice finds a window that is announced; to announce it again would be refused.
    return row if row.announced_at else announce(row, by=by, now=now)


@transaction.atomic
def announce(row: Maintenance, *, by: User, now: datetime) -> Maintenance:
    """Tell the people of the products; from now on the notice runs."""
    row = taken(row, "announce", by=by, now=now)
    row.announced_at = now
    keep(row, MaintenanceDeed.ANNOUNCED, by=by, now=now)
    letters.put(row, "announced", now=now)
    return row


@transaction.atomic
def emergency(
    products: Collection[Product], *, by: User, now: datetime, title: str, reason: str, window: Span
) -> Maintenance:
    """Work that could not wait: announced by being recorded, also afterwards, and never a shield."""
    row = Maintenance(title=title, reason=reason, is_emergency=True, announced_at=now)
    return _found_or_written(row, products, window, by=by, now=now)


def _found_or_written(
    row: Maintenance, products: Collection[Product], window: Span, *, by: User, now: datetime
) -> Maintenance:
    _check(row, products, window, by=by, now=now)
    assert window.end is not None
    row.planned_from, row.planned_to = window.start, window.end
    known = twin(_same(row, by), products)
    if known is not None:
        return known
    # Nobody writes the same meanwhile: `twin` holds the products' locks until the end.
    row.created_at, row.created_by, row.updated_at = now, by, now
    row.save()
    row.products.set(products)
    kind = MaintenanceDeed.ANNOUNCED if row.is_emergency else MaintenanceDeed.PLANNED
    note(row, kind, by=by, now=now)
    if row.is_emergency:
        letters.put(row, "emergency", now=now)
    return row


def _check(row: Maintenance, products: Collection[Product], window: Span, *, by: User, now: datetime) -> None:
    if not products:
        raise Refused(_("Name at least one product."))
    demand(products, by=by)
    check_window(window)
    # Announced after its start it could never shield; it would only look like a plan.
    if not row.is_emergency and window.start < now:
        raise Refused(_("A window lies ahead. Record work that has begun already as an emergency."))


def _same(row: Maintenance, by: User) -> QuerySet[Maintenance]:
    return Maintenance.objects.filter(
        planned_from=row.planned_from,
        planned_to=row.planned_to,
        title=row.title,
        reason=row.reason,
        is_emergency=row.is_emergency,
        created_by=by,
        cancelled_at__isnull=True,
    )
