"""Which revision is in force, and what it promises."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from slas import lifecycle, rules
from slas.models import Agreement, CalendarRevision, Product, Revision, Target
from slas.queries import calendars, parts
from slas.queries.parties import visible_to as visible_products
from slas.queries.parts import StepTerms, TargetTerms

__all__ = [
    "StepTerms",
    "TargetTerms",
    "Terms",
    "in_force",
    "in_force_by_product",
    "revision_in_force",
    "revisions_of",
    "state_of",
    "terms_for",
    "terms_of",
    "visible_to",
]


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
    # The keys of the calendar revisions ride along with the row: one question while the rest is remembered, three cold.
    named = Target.objects.filter(revision=OuterRef(OuterRef("pk"))).order_by().values("calendar")
    keys = ArraySubquery(calendars.in_force(at).filter(calendar__in=named).values("pk"))
    found = Revision.objects.filter(in_force(at), agreement__product=product).annotate(hours_keys=keys)
    revision = found.select_related("agreement").order_by("-in_force_from", "-pk").first()
    return None if revision is None else _terms(revision, revision.hours_keys)


def terms_of(revision: Revision, at: datetime) -> Terms:
    """What this revision promises, counted in the calendar revisions in force at this instant."""
    named = Target.objects.filter(revision=revision).order_by().values("calendar")
    return _terms(revision, calendars.keys_in_force(named, at).values())


def _terms(revision: Revision, keys: Iterable[int]) -> Terms:
    # Sorted, because the same keys in another order are the same promise.
    hours = tuple(sorted(keys))
    # A draft is still being written, so it is never remembered.
    if revision.published_at is None:
        return _read(revision.pk, hours, revision)
    # The row itself is read anew each time: its end may have been set since the rest was remembered.
    return replace(_published(revision.pk, hours), revision=revision)


# Both keys stand for rows that the database never lets change: nothing here can go stale.
@lru_cache(maxsize=1024)
def _published(revision: int, keys: tuple[int, ...]) -> Terms:
    return _read(revision, keys, Revision(pk=revision))


def _read(pk: int, keys: tuple[int, ...], revision: Revision) -> Terms:
    hours = {row.calendar_id: row for row in CalendarRevision.objects.filter(pk__in=keys).select_related("calendar")}
    said = parts.of_revision(pk, hours)
    return Terms(
        revision=revision,
        targets={(target.priority, target.kind): target for target in said.targets},
        rungs=said.rungs,
        definitions=said.definitions,
    )
