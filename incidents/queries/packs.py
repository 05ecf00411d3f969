"""The pack of a review: the same figures as on the pages, live until the review is held and frozen from then on."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.dateparse import parse_duration

from incidents.figures import Period, Promise, Result, Row, Tally, Verdict
from incidents.models import Breach, Review, ReviewAction
from incidents.queries import figures
from incidents.queries.reviews import open_actions
from slas.models import Revision

Facts = Mapping[str, Any]  # what json.loads gives back


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """A breach as both sides look at it; `over_seconds` is support time, empty while the timer still runs."""

    pk: int
    ticket: str
    title: str
    priority: str
    kind: str
    due_at: datetime
    over_seconds: int | None
    cause: str
    responsible_team: str
    corrective_action: str


@dataclass(frozen=True, slots=True)
class OpenAction:
    """An action of an earlier review that is not done."""

    pk: int
    title: str
    owner: str
    due_on: date
    taken_on: date  # the day of the review it comes from


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything on the table of a review, as known at `as_of`."""

    as_of: datetime
    result: Result
    breaches: tuple[BrokenPromise, ...]
    actions: tuple[OpenAction, ...]


def of(review: Review, *, now: datetime) -> Pack:
    """The pack as it was frozen when the review was held, else as it stands now."""
    return reckon(review, now=now) if review.pack is None else thaw(review.pack)


def reckon(review: Review, *, now: datetime) -> Pack:
    """The pack as it stands now; a fixed number of queries."""
    period = Period(review.period_from_on, review.period_to_on, zone=_zone(review, now))
    return Pack(
        as_of=now,
        result=figures.of_agreement(review.agreement, period, now=now),
        breaches=_last_of_each_deadline(figures.breaches(review.agreement, period)),
        # Its own actions are an outcome of this review, not something it has to look at.
        actions=tuple(_open(action) for action in open_actions(review.agreement).exclude(review=review)),
    )


def freeze(pack: Pack) -> dict[str, Any]:
    """The pack as JSON."""
    # Through text and back: what comes out of the column later is compared with what was on the table.
    frozen: dict[str, Any] = json.loads(json.dumps(asdict(pack), cls=DjangoJSONEncoder))
    return frozen


def thaw(facts: Facts) -> Pack:
    """The pack that `freeze` wrote down."""
    return Pack(
        as_of=datetime.fromisoformat(facts["as_of"]),
        result=_result(facts["result"]),
        breaches=tuple(
            BrokenPromise(**{**row, "due_at": datetime.fromisoformat(row["due_at"])}) for row in facts["breaches"]
        ),
        actions=tuple(
            OpenAction(
                **{
                    **row,
                    "due_on": date.fromisoformat(row["due_on"]),
                    "taken_on": date.fromisoformat(row["taken_on"]),
                }
            )
            for row in facts["actions"]
        ),
    )


def _zone(review: Review, now: datetime) -> str:
    # As on the SLA page: the zone of the agreement now, also for a period under an older revision.
    published = Revision.objects.filter(agreement=review.agreement_id, published_at__isnull=False)
    return figures.zone_of(list(published.order_by("in_force_from", "pk")), now)


def _last_of_each_deadline(breaches: Iterable[Breach]) -> tuple[BrokenPromise, ...]:
    # A ticket that was reopened late has a record per cycle, all with the same deadline: one broken promise.
    last = {(breach.timer_id, breach.due_at): breach for breach in breaches}
    return tuple(
        BrokenPromise(
            pk=breach.pk,
            ticket=breach.ticket.number,
            title=breach.ticket.title,
            priority=breach.ticket.priority,
            kind=breach.kind,
            due_at=breach.due_at,
            over_seconds=breach.over_seconds,
            cause=breach.cause,
            responsible_team=breach.responsible_team.name if breach.responsible_team else "",
            corrective_action=breach.corrective_action,
        )
        for breach in last.values()
    )


def _open(action: ReviewAction) -> OpenAction:
    review = action.review
    return OpenAction(
        pk=action.pk, title=action.title, owner=action.owner.name, due_on=action.due_on, taken_on=review.due_on
    )


def _result(facts: Facts) -> Result:
    period = facts["period"]
    return Result(
        period=Period(date.fromisoformat(period["from_on"]), date.fromisoformat(period["to_on"]), period["zone"]),
        is_over=facts["is_over"],
        rows=tuple(_row(row) for row in facts["rows"]),
    )


def _row(facts: Facts) -> Row:
    return Row(
        priority=facts["priority"],
        kind=facts["kind"],
        promise=None if facts["promise"] is None else _promise(facts["promise"]),
        tally=Tally(**facts["tally"]),
        # The verdict of that day, not worked out anew: a later rule must not change what both sides looked at.
        verdict=Verdict(facts["verdict"]),
    )


def _promise(facts: Facts) -> Promise:
    attainment = facts["attainment"]
    return Promise(
        allowance=parse_duration(facts["allowance"]) or timedelta(),
        attainment=None if attainment is None else Decimal(attainment),
        is_commitment=facts["is_commitment"],
    )
