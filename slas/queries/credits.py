"""What a revision promises for a month that breaks its availability promise, in sentences of the active language."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from slas.credits import (
    Band,
    Bands,
    ChronicBreach,
    ClaimWindow,
    CreditRule,
    Finding,
    Linear,
    MultipleOfShare,
    PerPeriodBeyond,
    Sentence,
    StartedUnits,
    StepsBelow,
    findings,
)
from slas.credits.rules import WHOLE_FEE
from slas.models import Revision
from slas.models.availability import Boundary
from slas.models.calendars import NO_HOLIDAYS
from slas.queries.numbers import money, number
from slas.queries.schedules import public_holidays
from slas.queries.weeks import span
from slas.queries.wordings import CreditWording, availability_of, credits_of

# Hours change with the calendar; what a broken month is worth is exactly what was written.
CreditsPromised = CreditWording


def promised_by(revision: Revision) -> CreditsPromised | None:
    """What this revision promises for a broken month; None when it promises nothing."""
    return credits_of(revision)


def last_day_to_claim(promised: CreditsPromised, month_ended_on: date) -> date | None:
    """The last day on which a credit for the month that ended on this day can be claimed; None without a limit."""
    if promised.claim is None:
        return None
    return promised.claim.last_day(month_ended_on, public_holidays(promised.holidays))


def told(revision: Revision) -> list[str]:
    """What this revision promises for a broken month, in sentences; nothing when it promises nothing."""
    promised = promised_by(revision)
    return sentences(promised) if promised else []


def sentences(promised: CreditsPromised) -> list[str]:
    """The promise as people read it."""
    return [
        *_rule(promised.rule),
        *_cap(promised.rule.cap),
        *_fee(promised),
        *_claim(promised.claim, promised.holidays),
        *_chronic(promised.chronic),
    ]


def translated(sentence: Sentence) -> str:
    """How a computed credit was read, in the active language."""
    # The arithmetic writes its numbers in English.
    return _(sentence.text) % {name: number(Decimal(fact)) for name, fact in sentence.facts.items()}


def warnings(revision: Revision) -> list[str]:
    """What is wrong with its table of credits, in sentences."""
    promised, availability = promised_by(revision), availability_of(revision)
    if promised is None or availability is None:
        return []
    found = findings(promised.rule, availability.target, "kept" if availability.boundary == Boundary.KEPT else "broken")
    return [_warning(one) for one in found]


def _warning(found: Finding) -> str:
    facts = {"lower": number(found.lower), "upper": number(found.upper)}
    is_one_place = found.lower == found.upper
    match found.kind:
        case "TIER_GAP" if is_one_place:
            return _("The table says nothing about an availability of exactly %(lower)s %%.") % facts
        case "TIER_GAP":
            return _("The table says nothing about an availability between %(lower)s %% and %(upper)s %%.") % facts
        case "TIER_OVERLAP" if is_one_place:
            return _("Two bands hold exactly %(lower)s %%: the higher credit counts.") % facts
        case "TIER_OVERLAP":
            return (
                _("Two bands hold what lies between %(lower)s %% and %(upper)s %%: the higher credit counts.") % facts
            )
        case "TIER_BOUNDARY":
            return _("A band reaches to where the promise is kept (%(lower)s %%): nothing is credited there.") % facts
    return _("Between %(lower)s %% and %(upper)s %%, less availability is worth a smaller credit.") % facts


def _rule(rule: CreditRule) -> Iterator[str]:
    match rule:
        case Bands():
            yield from map(_band, rule.bands)
        case StepsBelow():
            yield _steps(rule)
        case PerPeriodBeyond():
            yield _periods(rule)
        case StartedUnits():
            yield _units(rule)
        case Linear():
            yield _("If a month breaks the promise, the monthly fee for the time it was down is credited.")
        case MultipleOfShare():
            said = _(
                "If a month breaks the promise, %(factor)s times the monthly fee for the time it was down is credited."
            )
            yield said % {"factor": number(rule.factor)}


def _band(band: Band) -> str:
    facts = {"percent": number(band.percent), "availability": _and(*_bounds(band))}
    # “0 % is credited” would read like a fault of the table.
    if not band.percent:
        return _("If a month's availability is %(availability)s, nothing is credited.") % facts
    said = _("If a month's availability is %(availability)s, %(percent)s %% of the monthly fee is credited.")
    return said % facts


def _bounds(band: Band) -> Iterator[str]:
    if band.lower is not None:
        said = _("at least %(bound)s %%") if band.lower_inclusive else _("above %(bound)s %%")
        yield said % {"bound": number(band.lower)}
    if band.upper is not None:
        said = _("at most %(bound)s %%") if band.upper_inclusive else _("below %(bound)s %%")
        yield said % {"bound": number(band.upper)}


def _and(first: str, second: str = "") -> str:
    return _("%(first)s and %(second)s") % {"first": first, "second": second} if second else first


def _steps(rule: StepsBelow) -> str:
    facts = {"per": number(rule.per), "percent": number(rule.percent)}
    if rule.reading == "full":
        said = _(
            "For every full %(per)s percentage points below the target, %(percent)s %% of the monthly fee is credited."
        )
    else:
        said = _(
            "For %(per)s percentage points below the target, %(percent)s %% of the monthly fee is credited, and parts"
            " of it in proportion."
        )
    return said % facts


def _periods(rule: PerPeriodBeyond) -> str:
    facts = {"period": span(rule.period), "percent": number(rule.percent)}
    if rule.reading == "full":
        said = _(
            "For every full %(period)s down beyond what is allowed, %(percent)s %% of the monthly fee is credited."
        )
    else:
        said = _(
            "For every started %(period)s down beyond what is allowed, %(percent)s %% of the monthly fee is credited."
        )
    return said % facts


def _units(rule: StartedUnits) -> str:
    facts = {"unit": span(rule.unit), "denominator": number(Decimal(rule.denominator))}
    said = {
        ("excess", "month"): _(
            "For every started %(unit)s that a month is down beyond what is allowed, 1/%(denominator)s of the monthly"
            " fee is credited."
        ),
        ("excess", "incident"): _(
            "For every started %(unit)s of an outage beyond what is allowed, 1/%(denominator)s of the monthly fee is"
            " credited; the first outages of the month use up what is allowed."
        ),
        ("all", "month"): _(
            "If a month breaks the promise, 1/%(denominator)s of the monthly fee is credited for every started %(unit)s"
            " that it was down."
        ),
        ("all", "incident"): _(
            "If a month breaks the promise, 1/%(denominator)s of the monthly fee is credited for every started %(unit)s"
            " of each outage."
        ),
    }[rule.counting, rule.rounding]
    return said % facts


def _cap(cap: Decimal) -> Iterator[str]:
    if cap < WHOLE_FEE:
        yield _("For one month that is at most %(cap)s %% of the monthly fee.") % {"cap": number(cap)}


def _fee(promised: CreditsPromised) -> Iterator[str]:
    # An agreement inside a house may know percentages only.
    if promised.monthly_fee:
        yield _("The monthly fee is %(fee)s.") % {"fee": money(promised.monthly_fee, promised.currency)}


def _claim(claim: ClaimWindow | None, holidays: str) -> Iterator[str]:
    if claim is None:
        yield _("A credit can be claimed without a time limit.")
        return
    days = {
        "days": ngettext("%(length)s calendar day", "%(length)s calendar days", claim.length),
        "werktage": ngettext(
            "%(length)s working day (Monday to Saturday)", "%(length)s working days (Monday to Saturday)", claim.length
        ),
        "arbeitstage": ngettext(
            "%(length)s working day (Monday to Friday)", "%(length)s working days (Monday to Friday)", claim.length
        ),
    }[claim.days]
    facts = {"days": days % {"length": claim.length}}
    yield _("A credit can be claimed within %(days)s after the end of the month.") % facts
    if holidays != NO_HOLIDAYS:
        yield _("Public holidays (%(place)s) do not count.") % {"place": holidays}


def _chronic(right: ChronicBreach | None) -> Iterator[str]:
    if right is None:
        return
    if right.in_a_row is not None:
        yield ngettext(
            "%(months)s broken month gives the customer the right to leave.",
            "%(months)s broken months in a row give the customer the right to leave.",
            right.in_a_row,
        ) % {"months": right.in_a_row}
    if right.of_twelve is not None:
        yield ngettext(
            "%(months)s broken month within twelve gives the customer the right to leave.",
            "%(months)s broken months within twelve give the customer the right to leave.",
            right.of_twelve,
        ) % {"months": right.of_twelve}
    if right.floor is not None:
        yield _("A month below %(floor)s %% gives the customer the right to leave.") % {"floor": number(right.floor)}
