"""The parts of a revision, read in one go: its targets, its ladder, and what its priorities mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Model, OuterRef
from django.db.models.functions import Cast, Extract, JSONObject

from slas.clock import ServiceHours
from slas.models import CalendarRevision, PriorityDefinition, Revision, Step, Target
from slas.queries import calendars
from slas.queries.wordings import DefinitionWording

Row = dict[str, Any]  # one part as JSON: each column has its own type


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
class Parts:
    """A revision and everything that hangs on it, each in its own order."""

    revision: Revision
    targets: tuple[TargetTerms, ...]
    rungs: tuple[StepTerms, ...]
    definitions: dict[str, DefinitionWording]  # by priority


def of_revision(pk: int, hours: Mapping[int, CalendarRevision]) -> Parts:
    """The parts of the revision with this key; `hours` holds the revision that counts of each calendar it names."""
    # Three tables that share nothing but their revision: as arrays of its row they cost one round trip, not three.
    revision = (
        Revision.objects.select_related("agreement")
        .defer("reopen_within")
        .annotate(said_targets=_targets(), said_rungs=_rungs(), said_definitions=_definitions())
        .annotate(reopen_seconds=_seconds("reopen_within"))
        .get(pk=pk)
    )
    revision.reopen_within = timedelta(seconds=float(revision.reopen_seconds))
    return Parts(
        revision=revision,
        targets=tuple(_target(row, hours[row["calendar"]]) for row in revision.said_targets),
        rungs=tuple(_rung(row) for row in revision.said_rungs),
        definitions={row["priority"]: _definition(row) for row in revision.said_definitions},
    )


def _targets() -> ArraySubquery:
    return _rows(
        Target,
        "pk",
        priority="priority",
        kind="kind",
        allowance=_seconds("allowance"),
        calendar="calendar_id",
        binding="binding",
        # As text: JSON would make a binary fraction of 99.95.
        attainment=Cast("attainment", CharField()),
    )


def _rungs() -> ArraySubquery:
    return _rows(
        Step,
        "position",
        pk="pk",
        position="position",
        kind="kind",
        at_percent="at_percent",
        at_offset=_seconds("at_offset"),
        audience="audience",
        repeat=_seconds("repeat"),
        max_repeats="max_repeats",
    )


def _definitions() -> ArraySubquery:
    return _rows(
        PriorityDefinition, "priority", priority="priority", means="means", examples="examples", set_by="set_by"
    )


def _rows(part: type[Model], order: str, **columns: str | Cast | Extract) -> ArraySubquery:
    rows = part._default_manager.filter(revision=OuterRef("pk")).order_by(order)
    return ArraySubquery(rows.values_list(JSONObject(**columns)))


def _seconds(column: str) -> Extract:
    # Seconds mean the same under every IntervalStyle a server may be set to.
    return Extract(column, "epoch")


def _length(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _definition(row: Row) -> DefinitionWording:
    return DefinitionWording(row["means"], tuple(row["examples"]), row["set_by"])


def _target(row: Row, calendar: CalendarRevision) -> TargetTerms:
    return TargetTerms(
        priority=row["priority"],
        kind=row["kind"],
        allowance=timedelta(seconds=row["allowance"]),
        calendar=calendar,
        hours=calendars.hours_of(calendar),
        binding=row["binding"],
        attainment=None if row["attainment"] is None else Decimal(row["attainment"]),
    )


def _rung(row: Row) -> StepTerms:
    return StepTerms(
        pk=row["pk"],
        position=row["position"],
        kind=row["kind"],
        at_percent=row["at_percent"],
        at_offset=_length(row["at_offset"]),
        audience=tuple(row["audience"]),
        repeat=_length(row["repeat"]),
        max_repeats=row["max_repeats"],
    )
