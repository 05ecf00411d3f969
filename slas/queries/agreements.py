"""Which revision is in force, and what it promises."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from django.db.models import Q, QuerySet

from slas import lifecycle, rules
from slas.clock import ServiceHours
from slas.models import Agreement, CalendarRevision, PriorityDefinition, Product, Revision, Step, Target
from slas.queries import calendars
from slas.queries.parties import visible_to as visible_products


@dataclass(frozen=True, slots=True)
class TargetTerms:
    """One promise of time with the hours it is counted in; `attainment` in percent."""

    priority: str
    kind: str
    allowance: timedelta
    calendar: CalendarRevision
    hours: ServiceHours
    binding: str
    attainment: Decimal | None


@dataclass(frozen=True, slots=True)
class StepTerms:
    """One rung of the ladder; `at_offset` and `repeat` are support time of the timer's calendar."""

    pk: int
    position: int
    kind: str
    at_percent: int | None
    at_offset: timedelta | None
    audience: tuple[str, ...]
    repeat: timedelta | None
    max_repeats: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What a revision promises, with the calendar revisions in force at one instant."""

    revision: Revision
    targets: Mapping[tuple[str, str], TargetTerms]  # (priority, timer)
    rungs: tuple[StepTerms, ...]
    definitions: Mapping[str, str]  # priority → what it means

    @property
    def priorities(self) -> list[str]:
        """The priorities with a definition or a target, most urgent first."""
        return sorted({*self.definitions, *(priority for priority, _ in self.targets)})


def visible_to(user: rules.Reader) -> QuerySet[Agreement]:
    """The agreements of the products this person may see."""
    found = Agreement.objects.filter(product__in=visible_products(user).order_by().values("pk"))
    return found.select_related("product", "product__team", "product__owner").order_by("slug")


def revisions_of(agreement: Agreement) -> QuerySet[Revision]:
    """Every revision, newest first."""
    return agreement.revisions.select_related("provider_signed_by", "customer_signed_by").order_by("-number")


def in_force(at: datetime) -> Q:
    """The condition on revisions in force at an instant."""
    return Q(published_at__isnull=False, in_force_from__lte=at) & (Q(in_force_to__isnull=True) | Q(in_force_to__gt=at))


def revision_in_force(product: Product, at: datetime) -> Revision | None:
    """The one revision that counts for this product at this instant."""
    found = Revision.objects.filter(in_force(at), agreement__product=product).select_related("agreement")
    return found.order_by("-in_force_from", "-pk").first()


def in_force_by_product(at: datetime) -> dict[int, Revision]:
    """Product key → the revision that counts for it at this instant, in one query for lists."""
    # Ascending, so that the latest start wins where history left two.
    found = Revision.objects.filter(in_force(at)).select_related("agreement").order_by("in_force_from", "pk")
    return {revision.agreement.product_id: revision for revision in found}


def state_of(revision: Revision, now: datetime) -> lifecycle.State:
    """Where the revision stands: draft, published (agreed, starts later), in_force, superseded or retired."""
    # Only an end that is set needs the question whether somebody follows; most states cost no query.
    later = Revision.objects.filter(
        agreement_id=revision.agreement_id, number__gt=revision.number, published_at__isnull=False
    )
    return lifecycle.state_at(
        now,
        published_at=revision.published_at,
        in_force_from=revision.in_force_from,
        in_force_to=revision.in_force_to,
        has_successor=revision.in_force_to is not None and later.exists(),
    )


def terms_for(product: Product, at: datetime) -> Terms | None:
    """What is promised for this product at this instant; None without an agreement in force."""
    revision = revision_in_force(product, at)
    return None if revision is None else terms_of(revision, at)


def terms_of(revision: Revision, at: datetime) -> Terms:
    """What this revision promises, counted in the calendar revisions in force at this instant."""
    named = Target.objects.filter(revision=revision).order_by().values("calendar")
    keys = tuple(sorted(calendars.keys_in_force(named, at).values()))
    if revision.published_at is None:
        return _read(revision.pk, keys, revision)
    # The row itself is read anew each time: its end may have been set since the rest was remembered.
    return replace(_published(revision.pk, keys), revision=revision)


@lru_cache(maxsize=1024)
def _published(revision: int, keys: tuple[int, ...]) -> Terms:
    return _read(revision, keys, Revision(pk=revision))


def _read(pk: int, keys: tuple[int, ...], revision: Revision) -> Terms:
    hours = {row.calendar_id: row for row in CalendarRevision.objects.filter(pk__in=keys).select_related("calendar")}
    targets = [_target(row, hours[row.calendar_id]) for row in Target.objects.filter(revision=pk).order_by("pk")]
    return Terms(
        revision=revision,
        targets={(target.priority, target.kind): target for target in targets},
        rungs=tuple(_rung(row) for row in Step.objects.filter(revision=pk).order_by("position")),
        definitions=dict(
            PriorityDefinition.objects.filter(revision=pk).order_by("priority").values_list("priority", "means")
        ),
    )


def _target(row: Target, calendar: CalendarRevision) -> TargetTerms:
    return TargetTerms(
        priority=row.priority,
        kind=row.kind,
        allowance=row.allowance,
        calendar=calendar,
        hours=calendars.hours_of(calendar),
        binding=row.binding,
        attainment=row.attainment,
    )


def _rung(row: Step) -> StepTerms:
    return StepTerms(
        pk=row.pk,
        position=row.position,
        kind=row.kind,
        at_percent=row.at_percent,
        at_offset=row.at_offset,
        audience=tuple(row.audience),
        repeat=row.repeat,
        max_repeats=row.max_repeats,
    )
