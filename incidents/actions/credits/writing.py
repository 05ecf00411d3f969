"""What every move of a credit shares: the lock, the way it goes, and the event."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from incidents import lifecycle, rules
from incidents.models import Credit, CreditEvent
from incidents.models.certificates import CreditEventKind, CreditState
from incidents.queries.credits import hand_before
from slas.errors import Refused
from slas.models import User


def locked(credit: Credit) -> Credit:
    """The row as it is now, nobody else's until the end of the transaction."""
    rows = Credit.objects.select_for_update(no_key=True, of=("self",))
    # Read along for rules and letters; `of` keeps the lock on the credit alone.
    related = ("certificate", "agreement__product__team__lead", "agreement__product__owner", "claimed_by")
    return rows.select_related(*related).get(pk=credit.pk)


def demand(by: User, move: str, credit: Credit) -> None:
    """PermissionDenied for whoever may not make this move, whatever the state."""
    if not rules.may_move_credit(by, move, credit.agreement.product):
        raise PermissionDenied(
            _(
                "The owner or a deputy claims a credit, the team lead or a manager above decides it, the team lead or a"
                " service level manager settles it."
            )
        )


def go(credit: Credit, move: str, *, by: User) -> None:
    """Take the credit to where this move leads; Refused when it is not possible from here, or not by this person."""
    if not lifecycle.is_credit_permitted(move, credit.state):
        state = CreditState(credit.state).label
        raise Refused(_("This credit is %(state)s. Load the page again to see what is possible.") % {"state": state})
    # A constraint says so too (credit_four_eyes); here it becomes a sentence.
    if hand_before(credit, move) == by.pk:
        raise Refused(_("You made the step before this one. Somebody else has to make this one."))
    credit.state = lifecycle.credit_arrival(move, credit.state)


def tell(credit: Credit, kind: CreditEventKind, *, by: User | None, now: datetime, reason: str = "") -> None:
    """Leave the event with the figures of the credit after it."""
    # The figures as they were then: a correction changes the row, and the history has to stay readable.
    facts = {
        "percent": credit.percent,
        "amount": f"{credit.amount:.2f}",
        "currency": credit.currency,
        "certificate": credit.certificate_id,
    }
    CreditEvent.objects.create(credit=credit, at=now, kind=kind, actor=by, reason=reason, facts=facts)
