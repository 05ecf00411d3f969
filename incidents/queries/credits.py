"""Credits: what a month is worth, which ones a person sees, and what waits for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import F, Q, QuerySet

from incidents import lifecycle, rules
from incidents.figures import local_day
from incidents.models import Credit
from incidents.models.certificates import CreditState
from incidents.queries.availability import Month
from slas import credits as arithmetic
from slas.availability.records import Plain, exact
from slas.credits.months import Part, together
from slas.models import Product, Revision, Role, User
from slas.queries import credits as promises
from slas.queries.credits import CreditsPromised
from slas.queries.parties import visible_to as visible_products
from slas.rules import Reader

DAY = timedelta(days=1)
# In the order in which they happen; that of the buttons on a page.
OFFERED = ("claim", "grant", "decline", "settle")
Known = Mapping[int, CreditsPromised | None]  # by the key of the revision


@dataclass(frozen=True, slots=True)
class PartDue:
    """What one revision grants for its part; `share` is its share of the month's agreed time."""

    promised: CreditsPromised | None
    credit: arithmetic.Credit | None
    share: Fraction


@dataclass(frozen=True, slots=True)
class Due:
    """What a month is worth: percent of the fee and money, None where a table of credits has a gap."""

    percent: Fraction | None
    amount: Decimal | None
    fee: Decimal
    currency: str
    claim_by: date | None
    parts: tuple[PartDue, ...]


def live(month: Month) -> Due | None:
    """What this month is worth as it is measured now; None where no credit is promised."""
    return due(month, promised(part.spell.revision for part in month.parts))


def promised(revisions: Iterable[Revision]) -> Known:
    """What each of these revisions promises for a broken month, each read once."""
    by_key = {revision.pk: revision for revision in revisions}
    return {key: promises.promised_by(revision) for key, revision in by_key.items()}


def due(month: Month, known: Known) -> Due | None:
    """What a month is worth by promises that were read before; None where no credit is promised."""
    rules_of = [known[part.spell.revision.pk] for part in month.parts]
    # A month has one currency and one window to claim: those of the last revision that promised credits.
    last = next((rule for rule in reversed(rules_of) if rule is not None), None)
    if last is None:
        return None
    credits = [
        None if rule is None else arithmetic.due(rule.rule, part.measured)
        for rule, part in zip(rules_of, month.parts, strict=True)
    ]
    agreed = [part.measured.agreed for part in month.parts]
    fees = [_fee(rule, last) for rule in rules_of]
    total = together([Part(*one) for one in zip(credits, agreed, fees, strict=True)])
    # A month without agreed time has shares of nothing, and must not divide by it.
    whole = sum(agreed, Fraction()) or Fraction(1)
    return Due(
        percent=total.percent,
        amount=total.amount,
        fee=total.fee,
        currency=last.currency,
        claim_by=promises.last_day_to_claim(last, month.period.to_on - DAY),
        parts=tuple(
            PartDue(rule, credit, length / whole)
            for rule, credit, length in zip(rules_of, credits, agreed, strict=True)
        ),
    )


def written(found: Due | None) -> Plain | None:
    """A credit as plain values, exact, for a certificate."""
    if found is None:
        return None
    return {
        "percent": exact(found.percent),
        "amount": None if found.amount is None else str(found.amount),
        "fee": str(found.fee),
        "currency": found.currency,
        "claim_by": found.claim_by.isoformat() if found.claim_by else None,
        "parts": [_part(part) for part in found.parts],
    }


def reading(credit: Mapping[str, Any] | None) -> list[str]:
    """How the rules of a certified credit were read, in sentences of the active language."""
    return [promises.translated(arithmetic.Sentence(**one)) for one in sentences_of(credit)]


def sentences_of(credit: Mapping[str, Any] | None) -> list[Plain]:
    """How the rules of a certified credit were read, each sentence once, not translated yet."""
    said = [sentence for part in (credit or {}).get("parts", ()) for sentence in part["sentences"]]
    return [one for place, one in enumerate(said) if one not in said[:place]]


def _part(part: PartDue) -> Plain:
    credit = part.credit
    return {
        "share": exact(part.share),
        "percent": None if credit is None else exact(credit.percent),
        "sentences": [{"text": one.text, "facts": dict(one.facts)} for one in credit.sentences] if credit else [],
    }


def _fee(rule: CreditsPromised | None, last: CreditsPromised) -> Decimal:
    # Money of two currencies has no sum: such a month is settled in the last one, by its fee.
    return rule.monthly_fee if rule is not None and rule.currency == last.currency else last.monthly_fee


def visible_to(user: Reader) -> QuerySet[Credit]:
    """The credits of the products that this person sees, the newest month first."""
    products = visible_products(user).order_by().values("pk")
    found = Credit.objects.filter(agreement__product__in=products)
    return found.select_related(
        "agreement__product__team", "certificate", "claimed_by", "decided_by", "settled_by"
    ).order_by("-month", "agreement__slug")


def is_claimable(credit: Credit, now: datetime) -> bool:
    """Whether it waits for a claim, there is something to claim, and the window is still open."""
    return credit.state == CreditState.PROPOSED and credit.amount > 0 and not is_too_late(credit, now)


def is_too_late(credit: Credit, now: datetime) -> bool:
    """Whether the last day to claim is over where the agreement lives."""
    return credit.claim_by is not None and local_day(now, credit.certificate.zone) > credit.claim_by


def closing(now: datetime) -> list[Credit]:
    """Proposed credits whose window closes within about a week or is over, the first to close first."""
    soon = now.date() + timedelta(days=9)  # more than any zone needs
    found = Credit.objects.filter(state=CreditState.PROPOSED, claim_by__lte=soon)
    related = ("certificate", "agreement__product__team__lead", "agreement__product__owner")
    return list(found.select_related(*related).order_by("claim_by", "pk"))


def moves_for(user: User, credit: Credit, now: datetime) -> list[str]:
    """What this person may do with the credit now."""
    return [move for move in OFFERED if _is_offered(user, move, credit, now)]


def _is_offered(user: User, move: str, credit: Credit, now: datetime) -> bool:
    if not lifecycle.is_credit_permitted(move, credit.state):
        return False
    if user.pk == hand_before(credit, move) or (move == "claim" and not is_claimable(credit, now)):
        return False
    return rules.may_move_credit(user, move, credit.agreement.product)


def hand_before(credit: Credit, move: str) -> int | None:
    """Who made the step before this one and may not make it, too: four eyes."""
    return {"grant": credit.claimed_by_id, "decline": credit.claimed_by_id, "settle": credit.decided_by_id}.get(move)


def waiting_for(place: rules.Desk, today: date) -> QuerySet[Credit]:
    """The credits that this person can claim, decide or settle; those whose window is closing first."""
    person = place.user
    if place.changes_nothing:
        return Credit.objects.none()
    deputised = Product.deputies.through.objects.filter(user=person).values("product")
    is_customer = Q(agreement__product__owner=person) | Q(agreement__product__in=deputised)
    is_provider = Q(agreement__product__team__in=place.led | place.above)
    is_in_time = Q(claim_by__isnull=True) | Q(claim_by__gte=today)
    settles = Q() if person.has_role(Role.SERVICE_LEVEL_MANAGER) else Q(agreement__product__team__in=place.led)
    mine = (
        Q(is_customer, is_in_time, state=CreditState.PROPOSED, amount__gt=0)
        | Q(is_provider, ~Q(claimed_by=person), state=CreditState.CLAIMED)
        | Q(settles, ~Q(decided_by=person), state=CreditState.GRANTED)
    )
    found = Credit.objects.filter(mine).select_related("agreement__product", "certificate")
    return found.order_by(F("claim_by").asc(nulls_last=True), "month", "pk")
