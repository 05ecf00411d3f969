"""Both sides sign a month, each once and two different people."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.actions.certificates import telling
from incidents.models import Certificate
from incidents.queries import certificates
from incidents.queries.certificates import OTHER, Side
from slas.actions import notices
from slas.errors import Refused
from slas.models import User


def sign(certificate: Certificate, *, by: User, now: datetime, side: Side) -> Certificate:
    """The signature of one side under the newest certificate of a month; the first one of a side stands."""
    with transaction.atomic():
        row = _locked(certificate)
        demand(by, side, row)
        # Before the refusals below: the second press of a button finds the signature that stands.
        if getattr(row, f"{side}_signed_at") is not None:
            return row
        # Figures that were corrected bind nobody any more, so nobody may put a name under them.
        if certificates.of_month(row.agreement, row.month).filter(number__gt=row.number).exists():
            raise Refused(_("This certificate was corrected. Sign the newest one."))
        if getattr(row, f"{OTHER[side]}_signed_by_id") == by.pk:
            raise Refused(_("You signed for the other side. Two different people have to sign."))
        setattr(row, f"{side}_signed_at", now)
        setattr(row, f"{side}_signed_by", by)
        # These two columns alone: the database refuses to change anything else of a certificate.
        row.save(update_fields=[f"{side}_signed_at", f"{side}_signed_by"])
        if row.is_signed:
            notices.withdraw(telling.topic_of(row))
        return row


def demand(by: User, side: Side, row: Certificate) -> None:
    """PermissionDenied for whoever may not sign for this side, whatever the state."""
    if side not in certificates.sides_of(by, row.agreement.product):
        raise PermissionDenied(
            _("For the provider the team lead or a manager above signs, for the customer the owner or a deputy.")
        )


def _locked(certificate: Certificate) -> Certificate:
    # Only this row: people and products stay free for everybody else meanwhile.
    rows = Certificate.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("agreement__product__team").get(pk=certificate.pk)
