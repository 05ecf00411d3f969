"""Letters about credits: proposed, about to expire, claimed, decided, expired."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from incidents.actions.circulars import circular
from incidents.models import Certificate, Credit
from incidents.queries.credits import sentences_of
from incidents.queries.exits import exit_reason
from slas.actions.notices import Letter
from slas.models import User
from slas.models.parties import PlainNotice


def topic_of(credit: Credit) -> str:
    """Under which name letters about a credit are withdrawn once it has moved on."""
    return f"credit:{credit.pk}"


def proposed(certificate: Certificate, *, now: datetime) -> Iterator[Letter]:
    """What a certified month is worth, to the owner and the deputies; no letter where its credit stands on another."""
    # At most one: a decided credit stays with the certificate it was decided on.
    for credit in certificate.credits.select_related("agreement__product__owner"):
        facts = {
            "is_corrected": certificate.is_correction,
            "sentences": sentences_of(certificate.figures["credit"]),
            "exit_reason": exit_reason(credit.agreement, credit.month, now=now),
        }
        # Each correction is told anew; the same certificate asked for twice is not.
        step = f"proposed-{certificate.number}"
        yield from _letters("credit_proposed", credit, step, customers(credit), now=now, facts=facts)


def reminder(credit: Credit, name: str, *, now: datetime) -> Iterator[Letter]:
    """The window is about to close, to the owner and the deputies."""
    return _letters("credit_reminder", credit, name, customers(credit), now=now)


def claimed(credit: Credit, *, now: datetime) -> Iterator[Letter]:
    """Somebody has to decide, to the lead of the team."""
    facts = {"by": credit.claimed_by.name if credit.claimed_by else ""}
    return _letters("credit_claimed", credit, "claimed", [credit.agreement.product.team.lead], now=now, facts=facts)


def decided(credit: Credit, *, now: datetime) -> Iterator[Letter]:
    """Granted or declined, to whoever claimed it."""
    people = [credit.claimed_by] if credit.claimed_by else []
    facts = {"state": str(credit.state), "reason": credit.decision_reason}
    return _letters("credit_decided", credit, "decided", people, now=now, facts=facts)


def expired(credit: Credit, *, now: datetime) -> Iterator[Letter]:
    """Nobody claimed it in time, to the owner and the deputies."""
    return _letters("credit_expired", credit, "expired", customers(credit), now=now)


def customers(credit: Credit) -> list[User]:
    """The owner and the deputies of the product."""
    product = credit.agreement.product
    return [product.owner, *product.deputies.filter(is_active=True).order_by("pk")]


def _letters(
    kind: str,
    credit: Credit,
    step: str,
    people: Sequence[User],
    *,
    now: datetime,
    facts: Mapping[str, object] | None = None,
) -> Iterator[Letter]:
    plain: dict[str, object] = {
        "product": credit.agreement.product.name,
        "title": f"{credit.agreement.product.name} {credit.month:%Y-%m}",
        "month_on": credit.month.isoformat(),
        "percent": credit.percent,
        "amount": f"{credit.amount:.2f}",  # JSON knows no decimals
        "currency": credit.currency,
        "claim_on": credit.claim_by.isoformat() if credit.claim_by else None,
        "path": f"/credits/{credit.pk}/",
    }
    return circular(
        kind,
        topic=topic_of(credit),
        step=step,
        people=people,
        facts={**plain, **(facts or {})},
        now=now,
        mute=PlainNotice.CREDITS,
    )
