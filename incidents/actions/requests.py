"""Requests that may arrive twice and must count once."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from incidents.actions import tickets
from incidents.models import CreationKey, Ticket
from incidents.queries.tickets import with_all_shown
from slas.errors import Refused
from slas.models import Product, User

REFERENCE_TAKEN = "ticket_reference_unique"  # the constraint of the table


# Any: the facts are those of `tickets.open_ticket`, handed on as they came.
def open_once(*, key: str, asked: object, product: Product, by: User, now: datetime, **facts: Any) -> Ticket:  # noqa: ANN401 - see above
    """Open a ticket under this person's key: the same request again finds the same ticket, another is refused.

    Without a key every request opens a ticket of its own. What the ticket shows is at hand.
    """
    # Opening is one statement; only a key to remember and a reference that may be taken need more than that.
    if not key and not facts.get("external_reference"):
        return tickets.open_ticket(product, by=by, now=now, **facts)
    try:
        with transaction.atomic():
            known = _known(key, by, asked) if key else None
            if known is not None:
                return known
            ticket = tickets.open_ticket(product, by=by, now=now, **facts)
            if key:
                CreationKey.objects.create(
                    person=by, key=key, fingerprint=_fingerprint(asked), ticket=ticket, created_at=now
                )
            return ticket
    except IntegrityError as error:
        # Asking first would not do: the other ticket may be written between the question and the insert.
        if REFERENCE_TAKEN not in str(error):
            raise
        raise Refused(_("Another ticket of this product has this external reference.")) from None


def _known(key: str, by: User, asked: object) -> Ticket | None:
    _wait_for_twin(by, key)
    known = CreationKey.objects.filter(person=by, key=key).first()
    if known is None:
        return None
    if known.fingerprint != _fingerprint(asked):
        raise Refused(_("This Idempotency-Key was used for another request; take a new one."))
    return with_all_shown(Ticket.objects.filter(pk=known.ticket_id)).get()


def _fingerprint(asked: object) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _wait_for_twin(by: User, key: str) -> None:
    """Two requests with one key take turns; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [by.pk % 2**31, key])
