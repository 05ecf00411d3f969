"""Which revision is in force, and what it promises."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, Q, QuerySet

from slas import lifecycle, rules
from slas.models import Agreement, CalendarRevision, Priority, Product, Revision, Target
from slas.queries import calendars, parts
from slas.queries.parties import visible_to as visible_products
from slas.queries.parts import StepTerms, TargetTerms
from slas.queries.prepared import Prepared
from slas.queries.wordings import DefinitionWording

__all__ = [
    "PROMISED",
    "StepTerms",
    "TargetTerms",
    "Terms",
    "in_force",
    "in_force_by_product",
    "in_force_question",
    "remembered",
    "revision_in_force",
    "revisions_of",
    "state_of",
    "terms_for",
    "terms_of",
    "visible_to",
]

Found = TypeVar("Found", bound=Model)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a revision promises, with the calendar revisions in force at one instant."""

    revision: Revision
    targets: Mapping[tuple[str, str], TargetTerms]  # (priority, timer)
    rungs: tuple[StepTerms, ...]
    definitions: Mapping[str, DefinitionWording]  # by priority

    @property
    def priorities(self) -> list[str]:
        """The priorities with a definition or a target, most urgent first."""
        return sorted({*self.definitions, *(priority for priority, _ in self.targets)})

    def judged_as(self, priority: str) -> str | None:
        """The priority by which a ticket is judged: a P4 as the lowest there is; None for any other gap."""
        known = sorted({known for known, _ in self.targets})
        if priority in known:
            return priority
        return known[-1] if known and priority == Priority.P4 else None

    def definition(self, priority: str) -> DefinitionWording:
        """What a priority means here; nothing is said about one that the agreement does not define."""
        return self.definitions.get(priority, DefinitionWording())


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
    found = in_force_question().rows({"product": product.pk, "at": at})
    return remembered(*found[0]) if found else None


def remembered(revision_id: int, in_force_to: datetime | None, hours: Iterable[int]) -> Terms:
    """What a revision promises, from the columns of `in_force_question`."""
    terms = _published(revision_id, tuple(sorted(hours)))
    # A row of its own for every caller; its end is the one thing that may have been set since it was remembered.
    revision = _twin(terms.revision)
    revision.in_force_to = in_force_to
    # So is its agreement: the product that hangs on it is renamed and restricted while the promise is remembered.
    revision.agreement = _twin(revision.agreement)
    return replace(terms, revision=revision)


def _twin(row: Found) -> Found:
    """The same row once more; what the standard library does for that is made for pickling and takes much longer."""
    twin = row.__class__.__new__(row.__class__)
    twin.__dict__.update(row.__getstate__())
    return twin


# What is asked with every new ticket is put into SQL once; these two stand where the question of the day goes.
_SOME_PRODUCT, _SOME_TIME = -1, datetime(1, 1, 1, tzinfo=UTC)
PROMISED = 3  # columns of `in_force_question`


@cache
def in_force_question() -> Prepared:
    """Key and end of the revision in force, and the keys of the calendar revisions it counts in."""
    named = Target.objects.filter(revision=OuterRef(OuterRef("pk"))).order_by().values("calendar")
    keys = ArraySubquery(calendars.in_force(_SOME_TIME).filter(calendar__in=named).values("pk"))
    found = Revision.objects.filter(in_force(_SOME_TIME), agreement__product=_SOME_PRODUCT).annotate(hours_keys=keys)
    last = found.order_by("-in_force_from", "-pk").values_list("pk", "in_force_to", "hours_keys")[:1]
    sql, given = last.query.sql_with_params()
    places = {_SOME_PRODUCT: "%(product)s", _SOME_TIME: "%(at)s", True: "TRUE", False: "FALSE"}
    return Prepared(sql % tuple(places[value] for value in given))


def terms_of(revision: Revision, at: datetime) -> Terms:
    """What this revision promises, counted in the calendar revisions in force at this instant."""
    named = Target.objects.filter(revision=revision).order_by().values("calendar")
    return _terms(revision, calendars.keys_in_force(named, at).values())


def _terms(revision: Revision, keys: Iterable[int]) -> Terms:
    # Sorted, because the same keys in another order are the same promise.
    hours = tuple(sorted(keys))
    # A draft is still being written, so it is never remembered.
    terms = _published(revision.pk, hours) if revision.published_at else _read(revision.pk, hours)
    return replace(terms, revision=revision)


# Both keys stand for rows that the database never lets change: nothing here can go stale but the revision's end.
@lru_cache(maxsize=1024)
def _published(revision: int, keys: tuple[int, ...]) -> Terms:
    return _read(revision, keys)


def _read(pk: int, keys: tuple[int, ...]) -> Terms:
    hours = {row.calendar_id: row for row in CalendarRevision.objects.filter(pk__in=keys).select_related("calendar")}
    said = parts.of_revision(pk, hours)
    return Terms(
        revision=said.revision,
        targets={(target.priority, target.kind): target for target in said.targets},
        rungs=said.rungs,
        definitions=said.definitions,
    )
