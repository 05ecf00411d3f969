"""What a revision says, as one value: forms and files build it, actions write it, equal wordings are equal."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from slas.credits import RULES, Band, Bands, ChronicBreach, ClaimWindow, CreditRule, terms_of
from slas.credits.claims import Days
from slas.models import AvailabilityPromise, CreditBand, CreditPromise, PriorityDefinition, Revision, Step, Target
from slas.models.agreements import Relation
from slas.models.availability import HALF, Boundary, Treatment
from slas.models.calendars import NO_HOLIDAYS
from slas.models.credits import NOTHING, RuleKind
from slas.models.wordings import Binding
from slas.validators import POINTS

RHYTHMS = ("weekly", "monthly", "quarterly", "yearly")
AUDIENCE = (
    "assignee",
    "team",
    "team_lead",
    "manager",
    "managers_manager",
    "product_owner",
    "service_level_manager",
)
PERSON = "person:"  # one named person: “person:jana”
KINDS = ("response", "update", "resolution")
NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class DefinitionWording:
    """What a priority means, what would be one, and who may set it, in words."""

    means: str = ""
    examples: tuple[str, ...] = ()
    set_by: str = ""


@dataclass(frozen=True, slots=True)
class TargetWording:
    """One target; `allowance` is support time of the calendar with this name, `attainment` percent."""

    priority: str
    kind: str
    allowance: timedelta
    calendar: str
    binding: str = Binding.OBJECTIVE
    attainment: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StepWording:
    """One rung: at percent of the allowance, or at an offset of support time from the deadline."""

    kind: str
    audience: tuple[str, ...]
    at_percent: int | None = None
    at_offset: timedelta | None = None
    repeat: timedelta | None = None
    max_repeats: int = 0


@dataclass(frozen=True, slots=True)
class AvailabilityWording:
    """How much of each month; `target` in percent, an empty `calendar` means round the clock.

    `notice`, `monthly_cap` and `ignore_up_to` are time on the wall; `degraded_weight` is a share of a full outage.
    """

    target: Decimal
    calendar: str = ""
    maintenance: str = Treatment.EXCLUDE
    notice: timedelta = NO_TIME
    monthly_cap: timedelta | None = None
    ignore_up_to: timedelta = NO_TIME
    is_in_whole_minutes: bool = False
    boundary: str = Boundary.KEPT
    degraded_weight: Decimal = HALF


@dataclass(frozen=True, slots=True)
class CreditWording:
    """What a broken month is worth: shares of `monthly_fee`, which is in `currency`: an ISO code, or points.

    Without a `claim` a credit can be claimed without limit. `holidays` names the place whose public holidays do not
    count as its working days.
    """

    rule: CreditRule
    monthly_fee: Decimal = NOTHING
    currency: str = POINTS
    claim: ClaimWindow | None = None
    chronic: ChronicBreach | None = None
    holidays: str = NO_HOLIDAYS


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything a revision promises, apart from the dates it is in force."""

    title: str
    provider: str
    customer: str
    targets: tuple[TargetWording, ...]
    definitions: Mapping[str, DefinitionWording] = field(default_factory=dict)  # by priority
    steps: tuple[StepWording, ...] = ()
    relation: str = Relation.SAME_ENTITY
    language: str = "de"
    zone: str = "Europe/Berlin"
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    customer_duties: tuple[str, ...] = ()
    glossary: Mapping[str, str] = field(default_factory=dict)
    reopen_within: timedelta = timedelta(hours=120)  # calendar time
    is_response_paused: bool = False
    is_update_paused: bool = True
    is_resolution_paused: bool = True
    review_rhythms: tuple[str, ...] = ()
    review_every_weeks: int | None = None
    participants: tuple[str, ...] = ()  # usernames
    availability: AvailabilityWording | None = None
    credits: CreditWording | None = None


# The fields that a revision keeps under the same name, and those it keeps as lists.
PLAIN = (
    "title",
    "provider",
    "customer",
    "relation",
    "language",
    "zone",
    "glossary",
    "reopen_within",
    "is_response_paused",
    "is_update_paused",
    "is_resolution_paused",
    "review_every_weeks",
)
OF_AVAILABILITY = (
    "target", "maintenance", "notice", "monthly_cap", "ignore_up_to", "is_in_whole_minutes", "boundary",
    "degraded_weight",
)  # fmt: skip
LISTS = ("inside", "outside", "channels", "contacts", "customer_duties", "review_rhythms")


def wording_of(revision: Revision) -> Wording:
    """What this revision says, in normal order."""
    kept: dict[str, Any] = {name: getattr(revision, name) for name in PLAIN}  # each field has its own type
    kept |= {name: tuple(getattr(revision, name)) for name in LISTS}
    return normal(
        Wording(
            **kept,
            targets=tuple(_target(row) for row in revision.targets.select_related("calendar").order_by("pk")),
            definitions={row.priority: _definition(row) for row in revision.definitions.order_by("priority")},
            steps=tuple(_step(row) for row in revision.steps.order_by("position")),
            participants=tuple(
                revision.participants.order_by("person__username").values_list("person__username", flat=True)
            ),
            availability=_availability(revision),
            credits=credits_of(revision),
        )
    )


def named_calendars(wording: Wording) -> set[str]:
    """The names of the calendars that something is counted in."""
    promised = [wording.availability.calendar] if wording.availability else []
    return {target.calendar for target in wording.targets} | {name for name in promised if name}


def normal(wording: Wording) -> Wording:
    """The same wording with its unordered parts in one order, so that equal means equal."""
    # The ladder keeps its order: it is what people read from top to bottom.
    order = {kind: place for place, kind in enumerate(KINDS)}
    return replace(
        wording,
        targets=tuple(sorted(wording.targets, key=lambda target: (target.priority, order.get(target.kind, 9)))),
        definitions=dict(sorted(wording.definitions.items())),
        review_rhythms=tuple(rhythm for rhythm in RHYTHMS if rhythm in wording.review_rhythms),
        participants=tuple(sorted(set(wording.participants))),
        credits=wording.credits and replace(wording.credits, rule=_in_order(wording.credits.rule)),
    )


def usual_currency(relation: str) -> str:
    """What departments of one house credit each other where nothing else is written; others have to say it."""
    return POINTS if relation == Relation.SAME_ENTITY else ""


def _in_order(rule: CreditRule) -> CreditRule:
    """A table from its best month to its worst; any other rule as it is."""
    if not isinstance(rule, Bands):
        return rule
    bands = sorted(rule.bands, key=lambda band: (band.begin, band.end, band.percent), reverse=True)
    return replace(rule, bands=tuple(bands))


def _definition(row: PriorityDefinition) -> DefinitionWording:
    return DefinitionWording(row.means, tuple(row.examples), row.set_by)


def availability_of(revision: Revision) -> AvailabilityPromise | None:
    """The row of its availability promise with its calendar; None when it promises none."""
    return AvailabilityPromise.objects.filter(revision=revision).select_related("calendar").first()


def _availability(revision: Revision) -> AvailabilityWording | None:
    row = availability_of(revision)
    if row is None:
        return None
    said: dict[str, Any] = {name: getattr(row, name) for name in OF_AVAILABILITY}  # each field has its own type
    return AvailabilityWording(**said, calendar=row.calendar.name if row.calendar else "")


def credits_of(revision: Revision) -> CreditWording | None:
    """What it promises for a broken month; None when it promises nothing."""
    row = CreditPromise.objects.filter(revision=revision).first()
    if row is None:
        return None
    return CreditWording(
        rule=_rule(row),
        monthly_fee=row.monthly_fee,
        currency=row.currency,
        # The database holds no other word.
        claim=None if row.claim_within is None else ClaimWindow(row.claim_within, cast("Days", row.claim_days)),
        chronic=_chronic(row),
        holidays=row.holidays,
    )


def _rule(row: CreditPromise) -> CreditRule:
    terms: dict[str, Any] = {name: getattr(row, name) for name in terms_of(row.kind)}  # each has its own type
    if row.kind == RuleKind.BANDS:
        bands = CreditBand.objects.filter(revision=row.revision_id).order_by("pk")
        terms["bands"] = tuple(
            Band(band.lower, band.lower_inclusive, band.upper, band.upper_inclusive, band.percent) for band in bands
        )
    return RULES[row.kind](**terms, cap=row.cap)


def _chronic(row: CreditPromise) -> ChronicBreach | None:
    right = ChronicBreach(row.in_a_row, row.of_twelve, row.floor)
    return None if right == ChronicBreach() else right


def _target(row: Target) -> TargetWording:
    return TargetWording(
        priority=row.priority,
        kind=row.kind,
        allowance=row.allowance,
        calendar=row.calendar.name,
        binding=row.binding,
        attainment=row.attainment,
    )


def _step(row: Step) -> StepWording:
    return StepWording(
        kind=row.kind,
        audience=tuple(row.audience),
        at_percent=row.at_percent,
        at_offset=row.at_offset,
        repeat=row.repeat,
        max_repeats=row.max_repeats,
    )
