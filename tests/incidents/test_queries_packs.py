"""The pack of a review: what is on the table, and that freezing loses nothing."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.figures import Period, Promise, Row, Tally, Verdict
from incidents.models import Breach, Timer
from incidents.queries import figures, packs
from incidents.queries.packs import BrokenPromise, OpenAction
from tests.factories import House
from tests.incidents.rows import HOUR, NOW, breach, review, taken_on, ticket, timer

TODAY = NOW.date()
LATE = NOW.replace(month=10, day=14)


def test_the_pack_puts_figures_breaches_and_open_actions_on_the_table(house: House) -> None:
    earlier = taken_on(review(house, date(2026, 10, 12)), house.jana, TODAY)
    october = review(house, date(2026, 11, 9))
    taken_on(october, house.jana, TODAY, title="Its own action is not an earlier one")
    record = breach(ticket(house), LATE)
    Breach.objects.filter(pk=record.pk).update(over_seconds=3600, responsible_team=house.team)
    timer(ticket(house, priority="P2"), LATE, late=-HOUR)

    pack = packs.of(october, now=NOW)

    assert pack.as_of == NOW
    assert pack.result.period == Period(date(2026, 10, 1), date(2026, 11, 1), "Europe/Berlin")
    assert pack.result == figures.of_agreement(house.agreement, pack.result.period, now=NOW)
    assert [row for row in pack.result.rows if row.tally.counted] == [
        Row("P1", "response", Promise(HOUR, Decimal("95.00"), True), Tally(breached=1), Verdict.BROKEN),
        Row("P2", "response", Promise(4 * HOUR, Decimal("95.00"), True), Tally(met=1), Verdict.KEPT),
    ]
    assert pack.breaches == (
        BrokenPromise(
            pk=record.pk,
            ticket=record.ticket.number,
            title="Till stands still",
            priority="P1",
            kind="response",
            due_at=LATE,
            over_seconds=3600,
            cause="Router",
            responsible_team="Kassenteam",
            corrective_action="",
        ),
    )
    assert pack.actions == (OpenAction(earlier.pk, "Replace the router", "Jana Petersen", TODAY, date(2026, 10, 12)),)


def test_what_is_frozen_thaws_to_the_same(house: House) -> None:
    taken_on(review(house, date(2026, 10, 12)), house.jana, TODAY)
    october = review(house, date(2026, 11, 9))
    breach(ticket(house), LATE)
    pack = packs.reckon(october, now=NOW)

    assert packs.thaw(packs.freeze(pack)) == pack


def test_a_deadline_missed_in_two_cycles_is_one_broken_promise(house: House) -> None:
    first = breach(ticket(house), LATE)
    second = Breach.objects.create(
        ticket=first.ticket, timer=first.timer, kind=first.kind, cycle=2, due_at=LATE, recorded_at=NOW
    )
    Timer.objects.filter(pk=first.timer_id).update(cycle=2)

    pack = packs.of(review(house, date(2026, 11, 9)), now=NOW)

    assert [row.pk for row in pack.breaches] == [second.pk]
    assert pack.result.tally == Tally(breached=1)


def test_a_pack_costs_the_same_with_one_row_and_with_three(house: House) -> None:
    october = review(house, date(2026, 11, 9))
    old = review(house, date(2026, 10, 12))

    def queries() -> int:
        breach(ticket(house), LATE)
        taken_on(old, house.jana, TODAY + timedelta(1))
        with CaptureQueriesContext(connection) as seen:
            packs.of(october, now=NOW)
        return len(seen)

    assert [queries(), queries(), queries()] == [6, 6, 6]
