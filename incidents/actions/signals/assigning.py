"""People say which product an alert meant that no rule knew."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from incidents import rules
from incidents.actions.signals import proposing
from incidents.models import Reading, SignalSource
from slas.errors import Refused
from slas.models import Product, User


def assign(reading: Reading, product: Product, *, by: User, now: datetime) -> Reading:
    """Say which product it was, and propose an outage of it; saying the same again changes nothing."""
    with transaction.atomic():
        # The same lock as for its signals: none of them moves the reading meanwhile.
        SignalSource.objects.select_for_update(no_key=True).get(pk=reading.source_id)
        reading = Reading.objects.select_related("source").get(pk=reading.pk)
        if not rules.may_keep_record(by, product):
            raise PermissionDenied(_("Only who keeps the record of a product assigns something to it."))
        if reading.product_id == product.pk:
            return reading
        # The outage proposed for the first product would be left without what a monitor said of it.
        if reading.product_id is not None:
            raise Refused(_("It belongs to another product already. Dismiss that outage, and record another one."))
        reading.assigned_at, reading.assigned_by = now, by
        proposing.propose(reading, product, now=now)
        return reading
