"""Facts from the database: what counts, in which month, against which promise."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents import figures
from incidents.figures import Promise, Result, Row, Tally, Verdict
from incidents.models import Status, Timer
from incidents.queries import figures as queries
from tests.factories import (
    AgreementFactory,
    House,
    ProductFactory,
    RevisionFactory,
    TargetFactory,
    agreement_in_force,
    publish,
)
from tests.incidents.rows import HOUR, NOW, breach, ticket, timer

NOVEMBER = figures.month_of(date(2026, 11, 1), "Europe/Berlin")


def this_month(house: House, now: datetime = NOW) -> dict[tuple[str, str], Tally]:
    """What the two ways to count say, which must be the same."""
    [month] = queries.of_products([house.product], now=now)[house.product.pk]
    assert month == queries.of_agreement(house.agreement, month.period, now=now)
    return {(row.priority, row.kind): row.tally for row in month.rows if row.tally.counted}


@pytest.mark.parametrize(
    ("due_at", "late", "tally"),
    [
        (NOW - HOUR, -HOUR, Tally(met=1)),
        (NOW - HOUR, timedelta(), Tally(met=1)),  # stopped at the deadline
        (NOW - HOUR, timedelta(microseconds=1), Tally(breached=1)),
        (NOW - HOUR, None, Tally(breached=1)),  # runs over
        (NOW, None, None),  # due this instant: not over yet
        (NOW + HOUR, None, None),
        (NOW + HOUR, -2 * HOUR, Tally(met=1)),  # done before its time, in the month of its deadline
        (None, None, None),  # waits
        (datetime(2026, 10, 31, 23, tzinfo=UTC), timedelta(), Tally(met=1)),  # the month begins at Berlin's midnight
        (datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC), timedelta(), None),
        (datetime(2026, 11, 30, 22, 59, 59, tzinfo=UTC), -14 * 24 * HOUR, Tally(met=1)),
        (datetime(2026, 11, 30, 23, tzinfo=UTC), -14 * 24 * HOUR, None),
    ],
)
def test_a_timer_counts_in_the_month_of_its_deadline(
    house: House, due_at: datetime | None, late: timedelta | None, tally: Tally | None
) -> None:
    timer(ticket(house), due_at, late=late)

    assert this_month(house) == ({} if tally is None else {("P1", "response"): tally})


def test_rejected_is_left_out_and_history_counts(house: House) -> None:
    timer(ticket(house, status=Status.REJECTED), NOW - HOUR, late=HOUR)
    timer(ticket(house, is_history=True), NOW - HOUR, late=HOUR)
    withdrawn = timer(ticket(house), NOW - HOUR)
    Timer.objects.filter(pk=withdrawn.pk).update(is_withdrawn=True)

    assert this_month(house) == {("P1", "response"): Tally(breached=1)}


def test_each_cycle_of_the_update_counts_and_each_priority_and_kind_stands_alone(house: House) -> None:
    first, second = ticket(house), ticket(house, priority="P2")
    timer(first, NOW - 5 * HOUR, late=-HOUR, kind="update", cycle=1)
    timer(first, NOW - 3 * HOUR, late=HOUR, kind="update", cycle=2)
    timer(first, NOW - HOUR, late=-HOUR, kind="resolution")
    timer(second, NOW - HOUR, late=-HOUR, kind="resolution")
    timer(second, NOW - HOUR, late=HOUR)

    assert this_month(house) == {
        ("P1", "update"): Tally(met=1, breached=1),
        ("P1", "resolution"): Tally(met=1),
        ("P2", "resolution"): Tally(met=1),
        ("P2", "response"): Tally(breached=1),
    }


def test_promise_stands_beside_result(house: House) -> None:
    for _ in range(19):
        timer(ticket(house), NOW - HOUR, late=-HOUR)
    timer(ticket(house), NOW - HOUR, late=HOUR)

    result = queries.of_agreement(house.agreement, NOVEMBER, now=NOW)

    assert result.rows[:3] == (
        Row("P1", "response", Promise(HOUR, Decimal("95.00"), True), Tally(19, 1), Verdict.KEPT),
        Row("P1", "update", Promise(2 * HOUR, None, False), Tally(), Verdict.TOO_FEW),
        Row("P1", "resolution", Promise(4 * HOUR, Decimal("90.00"), False), Tally(), Verdict.TOO_FEW),
    )
    assert [(row.priority, row.kind) for row in result.rows[3:]] == [
        ("P2", "response"),
        ("P2", "resolution"),
        ("P3", "response"),
        ("P3", "resolution"),
    ]
    assert (result.verdict, result.tally, result.is_over) == (Verdict.KEPT, Tally(19, 1), False)


def test_a_later_revision_does_not_change_the_verdict_of_an_old_month(house: House) -> None:
    timer(ticket(house), datetime(2026, 10, 15, 9, tzinfo=UTC), late=HOUR)
    timer(ticket(house), datetime(2026, 10, 15, 10, tzinfo=UTC), late=-HOUR)
    timer(ticket(house), NOW - HOUR, late=HOUR)
    timer(ticket(house), NOW - HOUR, late=-HOUR)
    turn = datetime(2026, 11, 10, tzinfo=UTC)
    house.revision.in_force_to = turn
    house.revision.save()
    softer = RevisionFactory(agreement=house.agreement, in_force_from=turn)
    TargetFactory(
        revision=softer,
        priority="P1",
        kind="response",
        allowance=HOUR,
        calendar=house.office,
        binding="commitment",
        attainment=Decimal(50),
    )
    publish(softer, provider=house.holger, customer=house.mira)

    october, november = queries.of_products([house.product], now=NOW, months=2)[house.product.pk]

    assert (october.verdict, november.verdict) == (Verdict.BROKEN, Verdict.KEPT)
    assert [row.promise for row in november.rows] == [Promise(HOUR, Decimal("50.00"), True)]


def test_twelve_months_of_many_products_cost_the_queries_of_one(house: House) -> None:
    timer(ticket(house), NOW - 60 * 24 * HOUR, late=-HOUR)
    others = [ProductFactory(team=house.team, owner=house.mira) for _ in range(2)]
    for other in others:
        agreement_in_force(other, provider=house.holger, customer=house.mira, office=house.office, clock=house.clock)
    bare = ProductFactory()

    with CaptureQueriesContext(connection) as one:
        alone = queries.of_products([house.product], now=NOW, months=12)
    with CaptureQueriesContext(connection) as many:
        together = queries.of_products([house.product, *others, bare], now=NOW, months=12)

    assert len(one) == len(many) == 3
    assert together[house.product.pk] == alone[house.product.pk]
    assert set(together) == {house.product.pk, *(other.pk for other in others)}
    assert [month.tally.counted for month in alone[house.product.pk]] == [0] * 9 + [1, 0, 0]
    assert [month.is_over for month in alone[house.product.pk]] == [True] * 11 + [False]


def test_a_product_without_agreement_has_no_months(db: None) -> None:
    draft_only = RevisionFactory(agreement=AgreementFactory()).agreement.product

    assert queries.of_products([draft_only, ProductFactory()], now=NOW) == {}


def test_a_month_before_the_agreement_promises_nothing(house: House) -> None:
    month = figures.month_of(date(2025, 12, 1), "Europe/Berlin")

    assert queries.of_agreement(house.agreement, month, now=NOW) == Result(month, is_over=True, rows=())


def test_breaches_of_a_period_stand_by_deadline_without_those_of_rejected_tickets(house: House) -> None:
    later = breach(ticket(house), NOW - HOUR)
    earlier = breach(ticket(house), NOW - 2 * HOUR)
    breach(ticket(house, status=Status.REJECTED), NOW - HOUR)
    breach(ticket(house), NOVEMBER.start - HOUR)

    assert list(queries.breaches(house.agreement, NOVEMBER)) == [earlier, later]
