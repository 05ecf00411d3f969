"""Requests that may arrive twice and must count once."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from incidents.actions import tickets
from incidents.models import CreationKey, Ticket
from slas.errors import Refused
from slas.models import Product, User


# Any: the facts are those of `tickets.open_ticket`, handed on as they came.
def open_once(*, key: str, asked: object, product: Product, by: User, now: datetime, **facts: Any) -> Ticket:  # noqa: ANN401 - see above
    """Open a ticket under this person's key: the same request again finds the same ticket, another is refused."""
    fingerprint = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    with transaction.atomic():
        _wait_for_twin(by, key)
        known = CreationKey.objects.select_related("ticket").filter(person=by, key=key).first()
        if known and known.fingerprint != fingerprint:
            raise Refused(_("This Idempotency-Key was used for another request; take a new one."))
        if known:
            return known.ticket
        ticket = tickets.open_ticket(product, by=by, now=now, **facts)
        CreationKey.objects.create(person=by, key=key, fingerprint=fingerprint, ticket=ticket, created_at=now)
        return ticket


def _wait_for_twin(by: User, key: str) -> None:
    """Two requests with one key take turns; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [by.pk % 2**31, key])
