"""What every action on a window begins and ends with: lock, may, legal; and the change with its event."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents import rules
from incidents.maintenance import MOVES, State
from incidents.models import Maintenance, MaintenanceDeed, MaintenanceEvent, MaintenanceSeries
from slas.clock import Span
from slas.errors import Refused
from slas.models import Product, User

Row = TypeVar("Row", Maintenance, MaintenanceSeries)
LONGEST = timedelta(days=31)
NOT_NOW: Mapping[State, str | Promise] = {
    State.PLANNED: gettext_lazy("This maintenance is not announced yet. Announce it first."),
    State.ANNOUNCED: gettext_lazy("This maintenance is announced and has not begun."),
    State.RUNNING: gettext_lazy("This maintenance is running. End it first; what goes on after its window counts."),
    State.ENDED: gettext_lazy("This maintenance is over. Plan another one."),
    State.CANCELLED: gettext_lazy("This maintenance was cancelled. Plan another one."),
}


def demand(products: Iterable[Product], *, by: User | rules.Desk) -> None:
    """PermissionDenied for whoever does not keep the record of every one of these products."""
    desk = rules.desk_of(by)
    if not all(rules.may_keep_record(desk, product) for product in products):
        raise PermissionDenied(
            _("Only the team of each product, its managers and service level managers plan its maintenance.")
        )


def taken(row: Maintenance, action: str, *, by: User, now: datetime) -> Maintenance:
    """The window under its lock, once this person may do this to it and it is possible there."""
    row = Maintenance.objects.select_for_update(no_key=True).get(pk=row.pk)
    # Read afresh: what the page holds may leave out products that its reader may not see.
    demand(row.products.all(), by=by)
    state = row.state_at(now)
    if state not in MOVES[action]:
        raise Refused(str(NOT_NOW[state]))
    return row


def twin(same: QuerySet[Row], products: Collection[Product]) -> Row | None:
    """Of rows that say the same the one with just these products: somebody pressed the button twice."""
    wanted = {product.pk for product in products}
    # Locked in one order, so that of two at once the second finds what the first wrote.
    list(Product.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
    found = same.prefetch_related("products").order_by("pk")
    return next((row for row in found if {product.pk for product in row.products.all()} == wanted), None)


def check_window(window: Span) -> None:
    """Refused for what is no window: it ends before it begins, or is too long to be one."""
    assert window.end is not None
    if window.end <= window.start:
        raise Refused(_("The window must end after it begins."))
    if window.end - window.start > LONGEST:
        raise Refused(_("A window lasts at most 31 days. Plan several."))


def keep(row: Maintenance, kind: MaintenanceDeed, *, by: User | None, now: datetime, **facts: object) -> None:
    """Write the changed window with its event; calendars learn by the sequence that theirs is old."""
    # With every change, also one that calendars do not show: too often does no harm, too seldom loses an update.
    row.sequence += 1
    row.updated_at = now
    row.save()
    note(row, kind, by=by, now=now, **facts)


def note(row: Maintenance, kind: MaintenanceDeed, *, by: User | None, now: datetime, **facts: object) -> None:
    """Write down what happened; instants in the facts as texts."""
    told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}
    MaintenanceEvent.objects.create(maintenance=row, at=now, by=by, kind=kind, facts=told)
